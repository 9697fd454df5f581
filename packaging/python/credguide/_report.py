"""The report of a check, as a mapping that follows the JSON schema ``credguide.report/1``."""

from __future__ import annotations

import html
import json
import os
import re
from typing import Any, Iterator, Mapping, Union


class Finding(Mapping[str, Any]):
    """One entry of ``report["diagnoses"]``."""

    def __init__(self, entry: Mapping[str, Any]) -> None:
        self._entry = entry

    def __getitem__(self, key: str) -> Any:
        return self._entry[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._entry)

    def __len__(self) -> int:
        return len(self._entry)

    @property
    def id(self) -> str:
        return str(self._entry["id"])

    @property
    def title(self) -> str:
        return str(self._entry["title"])

    @property
    def severity(self) -> str:
        """``error``, ``warning`` or ``note``."""
        return str(self._entry["severity"])

    @property
    def certainty(self) -> str:
        """``certain``, ``likely`` or ``possible``."""
        return str(self._entry["certainty"])

    @property
    def party(self) -> str:
        """Who can fix it."""
        return str(self._entry["party"])

    @property
    def fix(self) -> list[str]:
        return [str(step) for step in self._entry["fix"]]

    def __repr__(self) -> str:
        return f"<Finding {self.id}: {self.title} ({self.certainty})>"


class Report(Mapping[str, Any]):
    """What a check found out. At the end of a notebook's cell it is shown as a page."""

    def __init__(self, report: Mapping[str, Any], page: str = "") -> None:
        self._report = report
        self._page = page

    def __getitem__(self, key: str) -> Any:
        return self._report[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._report)

    def __len__(self) -> int:
        return len(self._report)

    @property
    def verdict(self) -> str:
        """``healthy``, ``misconfigured``, ``unreachable`` or ``inconclusive``."""
        return str(self._report["verdict"])

    @property
    def works(self) -> bool:
        """Whether the openEO Python client can log in."""
        return self.verdict == "healthy"

    @property
    def findings(self) -> list[Finding]:
        """What was found, the cause to act on first in front."""
        return [Finding(entry) for entry in self._report["diagnoses"]]

    def to_json(self) -> str:
        return json.dumps(self._report, indent=1, ensure_ascii=False)

    def save(self, file: Union[str, os.PathLike[str]]) -> None:
        """Write the report to a file that ``credguide check --from FILE`` reads."""
        with open(file, "w", encoding="utf-8") as out:
            out.write(self.to_json() + "\n")

    def __repr__(self) -> str:
        first = next(iter(self.findings), None)
        return f"<Report {self.verdict}{f': {first.title}' if first else ''}>"

    def _repr_html_(self) -> str | None:
        """The report as a page of its own within the notebook.

        The page comes from the program, which escapes every text. The frame is sandboxed besides: no script runs in it, it
        cannot reach the notebook, and its styles stay its own.
        """
        if not self._page:
            return None
        return (
            f'<iframe sandbox="" title="{html.escape(repr(self), quote=True)}" srcdoc="{html.escape(self._page, quote=True)}" '
            f'style="width:100%;height:{_height(self._page)}px;border:0;resize:vertical"></iframe>'
        )


def _height(page: str) -> int:
    """About how many pixels the page needs: a sandboxed frame cannot tell."""
    body = re.sub(r"(?s)<head>.*?</head>|<details>.*?</details>", "", page)
    blocks = re.findall(r"(?s)<(h1|h2|p|li|tr|summary)\b(.*?)(?=<(?:h1|h2|p|li|tr|summary)\b|\Z)", body)
    lines = sum(1 + len(re.sub(r"<[^>]*>", "", text)) // 95 for _, text in blocks)
    return min(120 + 34 * lines, 1600)
