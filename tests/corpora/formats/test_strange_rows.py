from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from layouts import TAXONOMY

from triage.corpora.formats import convert
from triage.errors import TriageError

KEYS = ["start", "end", "technique", "text", "labels", "value", "type", "result", "choices"]
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 30) | st.text(max_size=6) | st.floats(allow_nan=False),
    lambda below: st.lists(below, max_size=3) | st.dictionaries(st.sampled_from(KEYS), below, max_size=4),
    max_leaves=8,
)
COLUMNS = {
    "semeval2021": ["labels"],
    "unlp2025": ["techniques", "spans", "trigger_words", "manipulative", "lang"],
    "babe": ["outlet", "label_bias"],
    "gvfc": ["frames", "frame_codes"],
    "climate-frames": ["frames", "source", "RE", "date"],
    "armpro": ["labels", "label", "page_date"],
    "slavic": ["document", "start", "end", "techniques"],
    "label-studio": ["annotations"],
    "doccano": ["label", "entities", "cats", "meta"],
}


@pytest.mark.parametrize("layout", COLUMNS)
def test_a_row_of_any_form_becomes_an_article_or_is_named(layout: str, tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    base = {"id": "1", "text": "The vote is on Monday.", "data": {"text": "The vote is on Monday."}}

    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(st.fixed_dictionaries({}, optional=dict.fromkeys(COLUMNS[layout], ANYTHING)))
    def check(cells: dict[str, object]) -> None:
        path.write_text(json.dumps({**base, **cells}) + "\n", encoding="utf-8")

        assert list(convert(layout, path, TAXONOMY))

    check()


@pytest.mark.parametrize("layout", [*COLUMNS, "csv"])
@pytest.mark.parametrize("ending", [".jsonl", ".csv", ".json", ".txt", ".tsv", ".parquet", ".jsonl.gz"])
@pytest.mark.parametrize("data", [b"", b"\0\0\n", b"text,label\n\xe9t\xe9,Doubt\n", b"[1,2]", b"[{", b"12\n"])
def test_a_broken_file_is_one_clear_line_or_rows_set_aside(
    layout: str, ending: str, data: bytes, tmp_path: Path
) -> None:
    path = tmp_path / f"broken{ending}"
    path.write_bytes(data)

    try:
        outcomes = list(convert(layout, path, TAXONOMY))
    except TriageError as error:
        assert "\n" not in str(error)
        assert path.name in str(error)
    else:
        assert all(outcome.place is not None for outcome in outcomes)
