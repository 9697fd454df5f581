"""Check the service account with which an openEO program logs in, and name what is wrong with it.

>>> import credguide
>>> report = credguide.check("nightly")
>>> report.works
True

The functions run the program that this package brings along. The secret stays where the program finds it: no argument takes
it, and no object holds it.
"""

from __future__ import annotations

from ._commands import check, explain, wait
from ._errors import CredguideError, InterruptedCheck, ProgramNotFound, UsageError
from ._explanation import Cause, Explanation
from ._program import program_path
from ._report import Finding, Report

__all__ = [
    "Cause",
    "CredguideError",
    "Explanation",
    "Finding",
    "InterruptedCheck",
    "ProgramNotFound",
    "Report",
    "UsageError",
    "check",
    "explain",
    "program_path",
    "wait",
]
