from __future__ import annotations

import json
from pathlib import Path

import pytest

from triage.config.taxonomy import load_taxonomy
from triage.corpora.read import read_articles
from triage.errors import CorpusError, OutputError, UsageError
from triage.workflow.convert import convert_corpus

TAXONOMY = load_taxonomy()
TABLE = "id,text,label\n1,Salt!,Doubt\n2,Wax.,\n2,Oil.,Doubt\n"


def table(folder: Path, text: str = TABLE) -> Path:
    path = folder / "table.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_account_of_a_conversion_names_what_was_set_aside(tmp_path: Path) -> None:
    done = convert_corpus("csv", table(tmp_path), tmp_path / "out.jsonl", TAXONOMY)

    assert (done.articles, done.passages, done.set_aside, done.markers) == (2, 2, 1, {"technique:Doubt": 1})
    assert done.rejects_file == str(tmp_path / "out.jsonl.rejects.jsonl")
    row = json.loads(Path(done.rejects_file).read_text(encoding="utf-8"))
    assert (row["line"], row["reason"].split(" stands")[0]) == (4, "article 2")


def test_what_is_written_reads_as_a_corpus(tmp_path: Path) -> None:
    convert_corpus("csv", table(tmp_path), tmp_path / "out.jsonl", TAXONOMY)

    assert [article.text for article in read_articles([tmp_path / "out.jsonl"])] == ["Salt!", "Wax."]


def test_a_clean_conversion_leaves_no_rejects_file(tmp_path: Path) -> None:
    done = convert_corpus("csv", table(tmp_path, TABLE.replace("2,Oil.,Doubt\n", "")), tmp_path / "out.jsonl", TAXONOMY)

    assert done.rejects_file is None
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out.jsonl", "table.csv"]


def test_a_conversion_that_fails_leaves_the_output_as_it_was(tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    out.write_text("before", encoding="utf-8")
    source = table(tmp_path)

    with pytest.raises(OutputError, match="exists already"):
        convert_corpus("csv", source, out, TAXONOMY)
    with pytest.raises(CorpusError, match="nothing in it reads as csv"):
        convert_corpus("csv", table(tmp_path, "id,text,label\n1,,Doubt\n"), out, TAXONOMY, overwrite=True)
    with pytest.raises(UsageError):
        convert_corpus("brat", source, out, TAXONOMY, overwrite=True)
    assert out.read_text(encoding="utf-8") == "before"


def test_a_label_that_was_changed_is_told_and_kept(tmp_path: Path) -> None:
    (tmp_path / "all.jsonl").write_text('{"id": 1, "text": "Salt", "label": [[2, 9, "Doubt"]]}\n', encoding="utf-8")
    done = convert_corpus("doccano", tmp_path / "all.jsonl", tmp_path / "out.jsonl", TAXONOMY)

    assert (done.spans, done.mended, done.set_aside) == (1, 1, 0)
    assert "kept, but cut off at the end" in Path(str(done.rejects_file)).read_text(encoding="utf-8")
