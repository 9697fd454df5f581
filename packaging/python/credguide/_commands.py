"""The functions that notebooks call. Each keyword is the flag of the same name of the program."""

from __future__ import annotations

import json
import os
import traceback
from typing import Any, Iterable, Union

from ._errors import CredguideError
from ._explanation import Explanation
from ._program import run
from ._report import Report

PathLike = Union[str, "os.PathLike[str]"]


def check(
    name: str | None = None,
    *,
    environment: PathLike | None = None,
    issuer: str | None = None,
    backend: str | None = None,
    provider_id: str | None = None,
    client_id: str | None = None,
    secret_file: PathLike | None = None,
    credentials: PathLike | None = None,
    catalog: PathLike | Iterable[PathLike] | None = None,
    ca_file: PathLike | None = None,
    allow_token_host: str | Iterable[str] | None = None,
    no_siblings: bool = False,
    strict: bool = False,
    ignore: str | Iterable[str] | None = None,
    timeout: str | None = None,
    deadline: str | None = None,
    from_file: PathLike | None = None,
    seen: PathLike | None = None,
) -> Report:
    """Log in as an openEO client does, and return what was found.

    ``name`` is one of your accounts (``credguide accounts``). Without it the environment, the client ID and the secret come
    from the flags, the variables ``OPENEO_AUTH_CLIENT_ID`` and ``OPENEO_AUTH_CLIENT_SECRET``, and the other places that
    ``credguide check --help`` lists. Times are written as in ``"10s"``; ``from_file`` is the flag ``--from``.

    A login that does not work is a report too. ``UsageError`` is raised if the check could not begin.
    """
    flags: dict[str, Any] = {key: value for key, value in locals().items() if key != "name"}
    flags["from"] = flags.pop("from_file")
    return _report("check", name, flags, relay=False)


def wait(
    name: str | None = None,
    *,
    environment: PathLike | None = None,
    issuer: str | None = None,
    backend: str | None = None,
    provider_id: str | None = None,
    client_id: str | None = None,
    secret_file: PathLike | None = None,
    credentials: PathLike | None = None,
    catalog: PathLike | Iterable[PathLike] | None = None,
    ca_file: PathLike | None = None,
    timeout: str | None = None,
) -> Report:
    """Wait until the identity provider knows the client, as long as ``timeout`` says (``"30m"``), then check it.

    Only the client ID is sent meanwhile. Progress is written to ``sys.stderr``.
    """
    flags = {key: value for key, value in locals().items() if key != "name"}
    return _report("wait", name, flags, relay=True)


def explain(problem: BaseException | str) -> Explanation:
    """Return the causes that fit an exception or an error text, the most likely first. Nothing is sent anywhere."""
    if isinstance(problem, BaseException):
        text = "".join(traceback.format_exception(type(problem), problem, problem.__traceback__))
    elif isinstance(problem, str):
        text = problem
    else:
        raise TypeError(f"expected an exception or a text, not {type(problem).__name__}")
    answer = _parsed(run(["explain", "-", "--output=json"], text=text).output)
    return Explanation(answer)


def _report(command: str, name: str | None, flags: dict[str, Any], *, relay: bool) -> Report:
    if not (name is None or isinstance(name, str)):
        raise TypeError(f"the name of an account is a text, not {type(name).__name__}")
    names = [] if name is None else ["--", name]
    outcome = run([command, "--output=json", *_as_flags(flags)], names, page=True, relay=relay)
    return Report(_parsed(outcome.output), outcome.page)


def _as_flags(flags: dict[str, Any]) -> list[str]:
    arguments = []
    for key, value in flags.items():
        flag = "--" + key.replace("_", "-")
        if value is None or value is False:
            continue
        if value is True:
            arguments.append(flag)
            continue
        values = [value] if isinstance(value, (str, os.PathLike)) else list(value)
        arguments += [f"{flag}={os.fspath(v)}" for v in values]
    return arguments


def _parsed(output: str) -> dict[str, Any]:
    try:
        answer = json.loads(output)
    except ValueError as e:
        raise CredguideError(f"the program answered something other than JSON: {e}") from None
    if not isinstance(answer, dict):
        raise CredguideError(f"the program answered a JSON {type(answer).__name__} instead of an object")
    return answer
