from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner, Result

from triage.cli.convert import convert_command
from triage.corpora.formats import FORMATS

TABLE = "id,text,label\n1,Salt!,Doubt\n2,Wax.,\n2,Oil.,Doubt\n"


def convert(folder: Path, *arguments: str) -> Result:
    table, out = folder / "table.csv", folder / "out.jsonl"
    table.write_text(TABLE, encoding="utf-8")
    return CliRunner().invoke(convert_command, ["csv", str(table), "-o", str(out), *arguments])


def test_what_was_converted_is_counted_and_what_did_not_fit_is_named_on_stderr(tmp_path: Path) -> None:
    shown = convert(tmp_path)

    assert shown.exit_code == 0
    assert shown.stdout.startswith("2 articles with 2 passages and 0 spans in ")
    assert "technique:Doubt  1" in shown.stdout
    assert shown.stderr.startswith("1 set aside, 0 mended; the reasons are in ")


def test_json_prints_the_account_alone_on_stdout(tmp_path: Path) -> None:
    account = json.loads(convert(tmp_path, "--json").stdout)

    assert account["articles"] == 2
    assert account["markers"] == {"technique:Doubt": 1}
    assert account["rejects_file"] == str(tmp_path / "out.jsonl.rejects.jsonl")


def test_an_unknown_layout_is_wrong_usage(tmp_path: Path) -> None:
    assert CliRunner().invoke(convert_command, ["brat", str(tmp_path), "-o", "x"]).exit_code == 2


def test_the_help_names_every_layout() -> None:
    text = "".join(CliRunner().invoke(convert_command, ["--help"]).stdout.split())

    assert [layout for layout in FORMATS if layout not in text] == []
