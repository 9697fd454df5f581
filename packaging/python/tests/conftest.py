"""Each test has a home of its own, and the sandbox of the installed program where it asks for one."""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path
from typing import Callable, Iterator

import pytest

import credguide

MAKE = Callable[..., Path]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A person without accounts, variables or settings."""
    for name in list(os.environ):
        if name.startswith(("OPENEO_", "CREDGUIDE_")):
            monkeypatch.delenv(name)
    for name in ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "OPENEO_CONFIG_HOME"):
        monkeypatch.setenv(name, str(tmp_path))
    monkeypatch.setenv("CREDGUIDE_ACCOUNTS", str(tmp_path / "accounts.yaml"))
    return tmp_path


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[MAKE]:
    """Start sandboxes that misbehave as told, and return the folder that each writes."""
    started = []

    def start(*faults: str) -> Path:
        folder = tmp_path / ("lab-" + "-".join(faults))
        command = [credguide.program_path(), "sandbox", "--http", "--dir", str(folder)]
        process = subprocess.Popen(
            command + [f"--fault={f}" for f in faults], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        started.append(process)
        for _ in range(1200):
            if (folder / "openeo.env").exists() and any(folder.glob("environments/*.yaml")):
                return folder
            if process.poll() is not None:
                break
            time.sleep(0.05)
        process.kill()
        raise AssertionError(f"the sandbox did not start: {process.communicate()[0]!r}")

    yield start
    for process in started:
        process.terminate()
        process.communicate(timeout=60)


def secret_of(folder: Path) -> str:
    for line in (folder / "openeo.env").read_text().splitlines():
        if line.startswith("OPENEO_AUTH_CLIENT_SECRET="):
            return line.split("=", 1)[1]
    raise AssertionError("the sandbox wrote no secret")
