from __future__ import annotations


class CredguideError(Exception):
    """Something kept credguide from giving a report. A login that does not work is no error: the report says so."""


class ProgramNotFound(CredguideError):
    """The program is not where this package was installed."""


class UsageError(CredguideError):
    """The program was asked for something that it cannot do: an unknown account, a file that cannot be read (exit code 2)."""


class InterruptedCheck(CredguideError):
    """The program was interrupted before it was done (exit code 130)."""
