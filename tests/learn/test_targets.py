from __future__ import annotations

from typing import Any

import numpy as np
from sample_corpus import ANY, DOUBT, ECONOMIC, LOADED, article, taxonomy

from triage.learn.documents import Document
from triage.learn.targets import Targets

TEXT = "One plain line here.\nAnother line that doubts."


def row(**fields: Any) -> dict[str, Any]:
    return {"id": "a", "text": TEXT, **fields}


def labels(fields: dict[str, Any], *others: dict[str, Any]) -> dict[str, list[float]]:
    """The labels of each passage of the first row, by marker."""
    all_articles = [article(row(**fields)), *(article(row(**other)) for other in others)]
    targets = Targets(all_articles, taxonomy())
    first = all_articles[0]
    document = Document(first.text, "en", [(part.start, part.end) for part in first.passages])
    table = targets.passages(first, document.passage_units())
    return {marker: table[:, at].tolist() for at, marker in enumerate(targets.markers)}


def test_a_marker_that_nobody_looked_for_is_missing_and_not_negative() -> None:
    found = labels({"annotated": {"passage": [DOUBT]}}, {"annotated": {"passage": [LOADED]}})

    assert found[DOUBT] == [0, 0]
    assert np.isnan(found[LOADED]).all()


def test_a_span_labels_the_passage_that_it_overlaps_and_no_other() -> None:
    span = {"start": 25, "end": 35, "label": DOUBT}

    assert labels({"spans": [span], "annotated": {"span": [DOUBT]}})[DOUBT] == [0, 1]


def test_whoever_looked_for_spans_looked_at_passages_too() -> None:
    assert labels({"annotated": {"span": [DOUBT]}})[DOUBT] == [0, 0]


def test_any_technique_implies_the_summary() -> None:
    span = {"start": 25, "end": 35, "label": DOUBT}

    assert labels({"spans": [span], "annotated": {"span": ["technique:*"]}})[ANY] == [0, 1]


def test_a_mapped_label_of_a_family_of_its_own_implies_the_summary_too() -> None:
    span = {"start": 25, "end": 35, "label": "unlp2025:FUD"}

    assert labels({"spans": [span], "annotated": {"span": ["unlp2025:*", ANY]}})[ANY] == [0, 1]


def test_an_article_without_a_marker_has_no_passage_with_it_but_one_with_it_says_nothing_of_its_passages() -> None:
    passage = {"annotated": {"passage": [DOUBT]}}

    assert labels({"annotated": {"article": [DOUBT]}}, passage)[DOUBT] == [0, 0]
    assert np.isnan(labels({"labels": [DOUBT], "annotated": {"article": [DOUBT]}}, passage)[DOUBT]).all()


def test_an_article_has_what_any_of_its_passages_has() -> None:
    one = article(row(passages=[{"start": 21, "end": 46, "labels": [DOUBT]}], annotated={"passage": [DOUBT]}))
    targets = Targets([one], taxonomy())

    assert targets.article(one)[targets.markers.index(DOUBT)] == 1


def test_a_family_pattern_is_every_marker_of_the_taxonomy_and_of_the_files() -> None:
    one = article(row(labels=["frame:Weather"], annotated={"article": ["frame:*"]}))
    targets = Targets([one], taxonomy())

    assert {"frame:Weather", ECONOMIC} <= set(targets.markers)
    assert targets.passage_markers == frozenset()
