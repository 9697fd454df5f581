"""Finding and running the program."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import tempfile
import threading
from pathlib import Path
from typing import IO, NamedTuple, Sequence

from ._errors import CredguideError, InterruptedCheck, ProgramNotFound, UsageError

HEALTHY, MISCONFIGURED, USAGE, CANNOT_TELL, INTERRUPTED = 0, 1, 2, 3, 130


def program_path() -> str:
    """Return the path of the program that was installed with this package. ``PATH`` is not searched."""
    name = "credguide.exe" if os.name == "nt" else "credguide"
    for folder in _script_folders():
        candidate = folder / name
        if candidate.is_file():
            return str(candidate)
    raise ProgramNotFound(
        f"the program {name} is not installed beside this package ({Path(__file__).parent}); "
        "install the package from a wheel for this platform: pip install --force-reinstall credguide"
    )


def _script_folders() -> list[Path]:
    """The folders into which pip and uv put scripts: of the interpreter, of the user, and of ``pip install --target``."""
    user = {"nt": "nt_user"}.get(os.name, "osx_framework_user" if sys.platform == "darwin" else "posix_user")
    folders = [Path(sysconfig.get_path("scripts"))]
    if user in sysconfig.get_scheme_names():
        folders.append(Path(sysconfig.get_path("scripts", user)))
    site = Path(__file__).resolve().parent.parent
    bin_folder = "Scripts" if os.name == "nt" else "bin"
    folders.append(site / "bin")  # --target
    folders.extend(parent / bin_folder for parent in site.parents[:3])  # --prefix: PREFIX/lib/python3.x/site-packages
    return folders


class Outcome(NamedTuple):
    code: int
    output: str
    page: str


def run(flags: Sequence[str], names: Sequence[str] = (), *, text: str = "", page: bool = False, relay: bool = False) -> Outcome:
    """Run the program without a shell, and return what it wrote.

    With ``page`` it also writes the report as HTML. With ``relay`` what it says meanwhile is passed on to ``sys.stderr``.
    """
    with tempfile.TemporaryDirectory(prefix="credguide-") as folder:
        html = Path(folder, "report.html")
        command = [program_path(), *flags, *([f"--output=html={html}"] if page else []), *names]
        said: list[str] = []
        with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as given:
            given.write(text.encode("utf-8", "replace"))
            given.seek(0)
            code = _run(command, given, output, said, relay)
            output.seek(0)
            written = output.read().decode("utf-8", "replace")
        if code in (USAGE, INTERRUPTED) or code not in (HEALTHY, MISCONFIGURED, CANNOT_TELL):
            raise _error(code, "".join(said))
        return Outcome(code, written, html.read_text("utf-8") if page and html.exists() else "")


def _run(command: list[str], given: IO[bytes], output: IO[bytes], said: list[str], relay: bool) -> int:
    environment = {**os.environ, "NO_COLOR": "1"}
    flags = getattr(subprocess, "CREATE_NO_WINDOW", 0)
    with subprocess.Popen(
        command, stdin=given, stdout=output, stderr=subprocess.PIPE, env=environment, creationflags=flags
    ) as process:

        def listen() -> None:
            assert process.stderr is not None
            for line in process.stderr:
                said.append(line.decode("utf-8", "replace"))
                if relay:
                    sys.stderr.write(said[-1])

        listener = threading.Thread(target=listen, daemon=True)
        listener.start()
        try:
            code = process.wait()
        except BaseException:
            process.terminate()
            raise
        finally:
            listener.join()
    return code


def _error(code: int, said: str) -> CredguideError:
    words = said.strip() or f"the program ended with code {code} and said nothing"
    if code == USAGE:
        return UsageError(words)
    if code == INTERRUPTED:
        return InterruptedCheck(words)
    return CredguideError(f"the program ended with code {code}: {words}")
