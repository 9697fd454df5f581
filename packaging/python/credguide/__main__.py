"""``python -m credguide``: the program itself, with its streams and its exit code."""

from __future__ import annotations

import os
import subprocess
import sys

from ._errors import ProgramNotFound
from ._program import program_path


def main() -> int:
    try:
        program = program_path()
    except ProgramNotFound as e:
        print(f"error: {e}", file=sys.stderr)
        return 2
    if os.name != "nt":
        os.execv(program, [program, *sys.argv[1:]])  # the signals and the terminal are then the program's own
    process = subprocess.Popen([program, *sys.argv[1:]])
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:  # the program got it too, and writes what it has
            continue


if __name__ == "__main__":
    sys.exit(main())
