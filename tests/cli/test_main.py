from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from triage.cli import main as entry
from triage.errors import ModelRefused, TriageError, UsageError

HEAVY = {"sklearn", "pandas", "numpy", "numba", "scipy", "sqlalchemy", "trafilatura", "joblib", "orjson"}
HELP = """
import sys
from triage.cli.main import run
code = run(["--help"])
sys.stderr.write(" ".join(sorted({name.partition(".")[0] for name in sys.modules})))
raise SystemExit(code)
"""


def raising(error: BaseException) -> Callable[..., None]:
    def command(**_: object) -> None:
        raise error

    return command


@pytest.mark.parametrize("name", entry.COMMANDS)
def test_the_summary_in_the_help_is_the_commands_own(name: str) -> None:
    command = entry.cli.get_command(click.Context(entry.cli), name)

    assert command is not None
    assert (command.help or "").strip().splitlines()[0] == entry.COMMANDS[name][1]


@pytest.mark.parametrize("name", entry.COMMANDS)
def test_every_command_shows_an_example(name: str) -> None:
    shown = CliRunner().invoke(entry.cli, [name, "--help"])

    assert shown.exit_code == 0
    assert f"triage {name}" in shown.output.partition("\n\n")[2]


def test_help_loads_nothing_heavy() -> None:
    shown = subprocess.run([sys.executable, "-c", HELP], capture_output=True, text=True, check=True)

    assert "demo" in shown.stdout
    assert HEAVY.isdisjoint(shown.stderr.split())


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (TriageError("no database at desk.db"), 1, "triage: no database at desk.db\n"),
        (UsageError("no such marker"), 2, "triage: no such marker\n"),
        (ModelRefused("checksum"), 4, "triage: checksum\n"),
        (KeyboardInterrupt(), 130, "triage: interrupted\n"),
    ],
)
def test_an_error_is_one_line_and_its_exit_code(
    error: BaseException, code: int, said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(entry.cli, "main", raising(error))

    assert entry.run([]) == code
    assert capsys.readouterr().err == said


def test_a_bug_is_one_line_that_names_its_log(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(entry.cli, "main", raising(ZeroDivisionError("division by zero")))

    assert entry.run([]) == 3

    said = capsys.readouterr().err
    log = Path(said.split()[-1])
    assert said.count("\n") == 1
    assert "ZeroDivisionError" in log.read_text(encoding="utf-8")
    log.unlink()


@pytest.mark.parametrize("line", [["--speed"], ["dance"], ["rank"], ["rank", "x.jsonl", "--map", "text"]])
def test_a_usage_error_is_exit_code_two(line: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert entry.run(line) == 2
    assert "Error: " in capsys.readouterr().err
