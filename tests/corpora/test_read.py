from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sample_corpus import rows, write

from triage.corpora.read import digest, parse_article, read_articles
from triage.corpora.write import article_row
from triage.domain.corpus import LabelledSpan
from triage.domain.report import Place
from triage.domain.taxonomy import Level
from triage.errors import CorpusError

PLACE = Place(file="c.jsonl", line=7)
SOUND: dict[str, Any] = {"id": "a", "text": "Who can trust them?", "annotated": {"span": ["technique:*"]}}


def refused(**fields: Any) -> str:
    with pytest.raises(CorpusError) as caught:
        parse_article(orjson.dumps({**SOUND, **fields}), PLACE)
    return str(caught.value)


def test_an_article_is_read_with_its_labels_and_place(tmp_path: Path) -> None:
    span = {"start": 0, "end": 18, "label": "technique:Doubt"}
    path = write(tmp_path / "c.jsonl", [{**SOUND, "spans": [span], "votes": {"technique:Any": [7, 10]}}])

    (article,) = read_articles([path])

    assert article.group == "a"
    assert article.spans == (LabelledSpan(start=0, end=18, label="technique:Doubt"),)
    assert article.votes == {"technique:Any": (7, 10)}
    assert article.looked_for(Level.PASSAGE) == ("technique:*",)
    assert str(article.place) == f"{path} line 1"


@pytest.mark.parametrize("suffix", ["", ".gz", ".zst"])
def test_a_corpus_reads_the_same_compressed(tmp_path: Path, suffix: str) -> None:
    plain = write(tmp_path / "c.jsonl", rows(6))
    path = tmp_path / f"d.jsonl{suffix}"
    path.write_bytes(pack(plain.read_bytes(), suffix))

    texts = [article.text for article in read_articles([path])]

    assert texts == [row["text"] for row in rows(6)]


def test_what_is_written_back_is_the_same_article() -> None:
    for row in rows(6):
        once = parse_article(orjson.dumps(row), PLACE)
        assert parse_article(orjson.dumps(article_row(once)), PLACE) == once


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"text": None}, "text is missing"),
        ({"text": 3}, "text is no string"),
        ({"id": ""}, "id is empty"),
        ({"labels": "frame:Economic"}, "labels is no list"),
        ({"labels": ["Economic"]}, "a marker reads family:Name"),
        ({"spans": [{"start": 0, "end": 20, "label": "technique:Doubt"}]}, "0-20 does not lie in the text of 19"),
        ({"spans": [{"start": 5, "end": 5, "label": "technique:Doubt"}]}, "5-5 does not lie in the text"),
        ({"spans": [{"start": True, "end": 5, "label": "technique:Doubt"}]}, "lacks whole numbers"),
        ({"passages": [{"start": 0, "end": 5, "labels": ["x"]}]}, "passages"),
        ({"votes": {"technique:Any": [3, 2]}}, "3 of 2"),
        ({"annotated": {"page": []}}, 'the level "page"'),
        ({"annotated": {"span": ["technique"]}}, "use family:*"),
    ],
)
def test_a_broken_article_is_named_with_file_line_and_field(fields: dict[str, Any], reason: str) -> None:
    message = refused(**fields)

    assert message.startswith("c.jsonl line 7: ")
    assert reason in message
    assert "\n" not in message


LEAVES = st.none() | st.booleans() | st.integers(-9, 99) | st.text(max_size=5)
JSON = st.recursive(LEAVES, lambda part: st.lists(part) | st.dictionaries(st.text(max_size=5), part), max_leaves=6)


@given(JSON)
def test_any_json_is_an_article_or_one_clear_line(value: Any) -> None:
    line = orjson.dumps({**SOUND, "spans": value, "labels": value, "annotated": value, "votes": value})
    try:
        parse_article(line, PLACE)
    except CorpusError as error:
        assert str(error).startswith("c.jsonl line 7: ")


def test_a_line_that_is_no_json_names_its_line(tmp_path: Path) -> None:
    path = tmp_path / "c.jsonl"
    path.write_bytes(orjson.dumps(SOUND) + b'\n\n{"id": "b", \n')

    with pytest.raises(CorpusError, match="line 3: no valid JSON"):
        list(read_articles([path]))


def test_a_truncated_archive_says_so_after_what_could_be_read(tmp_path: Path) -> None:
    path = tmp_path / "c.jsonl.gz"
    whole = gzip.compress(
        b"\n".join(orjson.dumps({**SOUND, "id": str(at), "text": f"Text {at * 7919}"}) for at in range(3000))
    )
    path.write_bytes(whole[: len(whole) // 2])
    read = []

    with pytest.raises(CorpusError, match="cannot be read"):
        for article in read_articles([path]):
            read.append(article)  # noqa: PERF402

    assert len(read) > 100


def test_a_digest_is_that_of_the_bytes_on_disk(tmp_path: Path) -> None:
    path = write(tmp_path / "c.jsonl", rows(2))
    before = digest(path)

    path.write_bytes(path.read_bytes() + b"\n")

    assert digest(path) != before


def pack(data: bytes, suffix: str) -> bytes:
    if suffix == ".gz":
        return gzip.compress(data)
    if suffix == ".zst":
        from backports import zstd

        return bytes(zstd.compress(data))
    return data
