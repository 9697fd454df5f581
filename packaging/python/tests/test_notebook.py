"""A notebook that a person may write, run by nbconvert against the sandbox."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import nbformat
from conftest import MAKE, secret_of


def test_a_notebook_shows_the_report(sandbox: MAKE, tmp_path: Path) -> None:
    folder = sandbox("grant-not-enabled")
    cells = [
        f"import credguide\nfolder = {str(folder)!r}",
        "report = credguide.check(environment='sandbox', catalog=folder, credentials=folder + '/openeo.env')\nreport",
        "print(report.works, report.findings[0].id)",
        "credguide.explain('unauthorized_client: Client not enabled to retrieve service account')",
    ]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    file = tmp_path / "check.ipynb"
    nbformat.write(notebook, file)
    subprocess.run([sys.executable, "-m", "nbconvert", "--to", "notebook", "--execute", "--inplace", str(file)], check=True)
    outputs = [cell.outputs for cell in nbformat.read(file, as_version=4).cells]
    shown = outputs[1][0]["data"]
    assert shown["text/html"].startswith('<iframe sandbox=""') and shown["text/plain"].startswith("<Report misconfigured")
    assert outputs[2][0]["text"] == "False grant-not-enabled\n"
    assert "<code>grant-not-enabled</code>" in outputs[3][0]["data"]["text/html"]
    assert secret_of(folder) not in file.read_text("utf-8")
