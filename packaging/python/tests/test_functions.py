from __future__ import annotations

import ast
import copy
import inspect
import json
import os
import pickle
import subprocess
import sys
from collections.abc import Mapping
from html.parser import HTMLParser
from pathlib import Path

import pytest
from conftest import MAKE, secret_of

import credguide


def checked(folder: Path) -> credguide.Report:
    return credguide.check(environment="sandbox", catalog=folder, credentials=folder / "openeo.env")


def test_a_login_that_works(sandbox: MAKE) -> None:
    report = checked(sandbox())
    assert report.works and report.verdict == "healthy"
    assert isinstance(report, Mapping) and report["schema"] == "credguide.report/1"
    assert [f for f in report.findings if f.severity == "error"] == []
    assert len(report) == len(list(report)) == len(dict(report))


def test_a_login_that_does_not_work_is_a_report(sandbox: MAKE) -> None:
    report = checked(sandbox("client-secret-wrong"))
    assert not report.works and report.verdict == "misconfigured"
    first = report.findings[0]
    assert (first.id, first.severity, first.party) == ("client-secret-wrong", "error", "you")
    assert first["id"] == first.id and dict(first)["title"] == first.title
    assert first.fix and first.certainty in ("certain", "likely", "possible")
    assert "client-secret-wrong" in repr(first) and first.title in repr(report)


def test_no_object_holds_the_secret(sandbox: MAKE) -> None:
    folder = sandbox("client-secret-wrong")
    report = checked(folder)
    try:
        raise ValueError(f"401 invalid_client for client_secret={secret_of(folder)}")
    except ValueError as e:
        explanation = credguide.explain(e)
    for thing in (report, explanation):
        for text in (repr(thing), str(thing), json.dumps(dict(thing)), thing._repr_html_() or "", repr(pickle.dumps(thing))):
            assert secret_of(folder) not in text


def test_no_argument_takes_the_secret() -> None:
    for function in (credguide.check, credguide.wait):
        names = set(inspect.signature(function).parameters)
        assert {n for n in names if "secret" in n or "token" in n} <= {"secret_file", "allow_token_host"}
        with pytest.raises(TypeError) as refused:
            function(client_secret="s3cr3t-of-mine")
        assert "s3cr3t-of-mine" not in str(refused.value)


@pytest.mark.parametrize("function", [credguide.check, credguide.wait])
def test_every_keyword_is_a_flag(function: object) -> None:
    help_text = subprocess.run(
        [credguide.program_path(), function.__name__, "--help"], stdout=subprocess.PIPE, check=True, text=True, encoding="utf-8"
    ).stdout
    for name in inspect.signature(function).parameters:
        if name != "name":
            flag = "--" + {"from_file": "from"}.get(name, name.replace("_", "-"))
            assert f"{flag} " in help_text, flag


class Frame(HTMLParser):
    """Collects the elements of what a notebook would show."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))


def test_the_page_cannot_reach_the_notebook(sandbox: MAKE) -> None:
    shown = checked(sandbox("grant-not-enabled"))._repr_html_()
    assert shown is not None
    ((tag, attributes),) = Frame(shown).seen
    assert tag == "iframe" and attributes["sandbox"] == ""
    page = Frame(attributes["srcdoc"] or "")
    assert "article" in [name for name, _ in page.seen] and "script" not in [name for name, _ in page.seen]
    assert "default-src 'none'" in (attributes["srcdoc"] or "")


def test_a_report_can_be_kept_and_read_again(sandbox: MAKE, tmp_path: Path) -> None:
    report = checked(sandbox("grant-not-enabled"))
    report.save(tmp_path / "report.json")
    again = credguide.check(from_file=tmp_path / "report.json")
    assert [f.id for f in again.findings] == [f.id for f in report.findings]
    assert dict(pickle.loads(pickle.dumps(report))) == dict(copy.deepcopy(report)) == dict(report)


def test_reports_follow_the_schema(sandbox: MAKE) -> None:
    import jsonschema

    file = os.environ.get("CREDGUIDE_REPORT_SCHEMA") or Path(__file__).parents[3] / "checks" / "report" / "report.schema.json"
    jsonschema.validate(dict(checked(sandbox("client-unknown"))), json.loads(Path(file).read_text("utf-8")))


def test_wait_checks_what_it_waited_for(sandbox: MAKE, capsys: pytest.CaptureFixture[str]) -> None:
    folder = sandbox()
    report = credguide.wait(environment="sandbox", catalog=folder, credentials=folder / "openeo.env", timeout="2m")
    assert report.works
    assert secret_of(folder) not in capsys.readouterr().err


def test_explain_takes_texts_and_exceptions() -> None:
    text = "401 Unauthorized: invalid_client"
    explanation = credguide.explain(text)
    assert explanation.facts["token.error"] == "invalid_client"
    assert explanation.causes and explanation["causes"][0]["id"] == explanation.causes[0].id
    assert explanation.causes[0].title in str(explanation) and explanation.causes[0].id in explanation._repr_html_()
    try:
        try:
            raise KeyError(text)
        except KeyError as inner:
            raise RuntimeError("the nightly job ended") from inner
    except RuntimeError as outer:
        assert [c.id for c in credguide.explain(outer).causes] == [c.id for c in explanation.causes]


def test_a_text_that_nobody_knows_has_no_causes() -> None:
    explanation = credguide.explain("the kettle is cold <script>alert(1)</script>")
    assert explanation.causes == [] and "No cause" in str(explanation)
    assert "<script" not in explanation._repr_html_()
    with pytest.raises(TypeError):
        credguide.explain(401)  # type: ignore[arg-type]


def test_what_the_program_refuses_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(credguide.UsageError, match="nightly"):
        credguide.check("nightly")
    with pytest.raises(credguide.UsageError):
        credguide.check("--help")  # a name, never a flag
    with pytest.raises(credguide.UsageError):
        credguide.check(from_file=tmp_path / "none.json")
    with pytest.raises(TypeError):
        credguide.check(7)  # type: ignore[arg-type]


def test_the_module_is_the_program() -> None:
    run = subprocess.run([sys.executable, "-m", "credguide", "version"], stdout=subprocess.PIPE, text=True, check=True)
    assert run.stdout.startswith("credguide ")
    refused = subprocess.run([sys.executable, "-m", "credguide", "no-such-command"], stderr=subprocess.DEVNULL)
    assert refused.returncode == 2


def test_a_missing_program_is_named(tmp_path: Path) -> None:
    """As after a copy of the folder alone."""
    source = Path(credguide.__file__).parent
    target = tmp_path / "a" / "b" / "c" / "d" / "credguide"
    target.mkdir(parents=True)
    for file in source.glob("*.py"):
        (target / file.name).write_bytes(file.read_bytes())
    code = "import sysconfig; sysconfig.get_path = lambda *a: '/nonexistent'\nimport credguide\ntry:\n    credguide.program_path()\n"
    code += "except credguide.ProgramNotFound as e:\n    print('named:', e)\n"
    run = subprocess.run([sys.executable, "-c", code], cwd=target.parent, stdout=subprocess.PIPE, text=True, check=True)
    assert run.stdout.startswith("named: the program credguide") and "pip install" in run.stdout


def test_the_syntax_is_that_of_python_3_9() -> None:
    files = list(Path(credguide.__file__).parent.glob("*.py"))
    assert files
    for file in files:
        tree = ast.parse(file.read_text("utf-8"), feature_version=(3, 9))
        # Newer annotations (str | None) are never evaluated.
        assert any(isinstance(n, ast.ImportFrom) and n.module == "__future__" for n in tree.body), file
