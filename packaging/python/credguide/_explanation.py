"""What an error text may mean."""

from __future__ import annotations

import html
from typing import Any, Iterator, Mapping, NamedTuple


class Cause(NamedTuple):
    id: str
    title: str
    certainty: str


class Explanation(Mapping[str, Any]):
    """The causes that fit an error text, as a mapping with ``facts``, ``causes`` and ``next``."""

    def __init__(self, answer: Mapping[str, Any]) -> None:
        self._answer = answer

    def __getitem__(self, key: str) -> Any:
        return self._answer[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._answer)

    def __len__(self) -> int:
        return len(self._answer)

    @property
    def facts(self) -> Mapping[str, Any]:
        """What the text tells."""
        facts: Mapping[str, Any] = self._answer.get("facts") or {}
        return facts

    @property
    def causes(self) -> list[Cause]:
        """The causes that fit, the most likely first; empty if the text is not known."""
        return [Cause(str(c["id"]), str(c["title"]), str(c["certainty"])) for c in self._answer.get("causes") or []]

    @property
    def next(self) -> list[str]:
        """The commands that tell the causes apart."""
        return [str(command) for command in self._answer.get("next") or []]

    def __str__(self) -> str:
        lines = [f"{c.title} ({c.certainty}; {c.id})" for c in self.causes] or ["No cause that is known fits this text."]
        if self.next:
            lines.append("To tell: " + "; ".join(self.next))
        return "\n".join(lines)

    def __repr__(self) -> str:
        return f"<Explanation: {', '.join(f'{c.id} ({c.certainty})' for c in self.causes) or 'no cause fits'}>"

    def _repr_html_(self) -> str:
        if not self.causes:
            return f"<p>{html.escape(str(self))}</p>"
        causes = "".join(
            f"<li>{html.escape(c.title)} <small>({html.escape(c.certainty)}, <code>{html.escape(c.id)}</code>)</small></li>"
            for c in self.causes
        )
        commands = "".join(f"<p>To tell: <code>{html.escape(command)}</code></p>" for command in self.next)
        return f"<ol>{causes}</ol>{commands}"
