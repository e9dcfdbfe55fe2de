"""BABE: sentences of news, CSV with `;` and the columns `text`, `outlet`, `label_bias`, or JSON Lines with the same.

`label_bias` becomes the marker `bias:Biased` of a one-passage article, the outlet its source. Sentences on which the
annotators did not agree are set aside; opinion, topic and the outlet's leaning are not read.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from triage.corpora.formats.marks import whole
from triage.corpora.formats.posts import text_rows
from triage.corpora.formats.rows import text_of
from triage.corpora.formats.source import Outcome, Source, set_aside
from triage.domain.corpus import Article
from triage.domain.report import Rejection
from triage.domain.taxonomy import Level

BIASED = "bias:Biased"
LABELS = {"biased": True, "1": True, "non-biased": False, "0": False}


def read_babe(source: Source) -> Iterator[Outcome]:
    """Return the sentences of a file or folder; without an id column, the digest of the sentence is its id."""
    for row in text_rows(source, (".csv", ".jsonl", ".parquet"), {}, finest=("SG2",)):
        if isinstance(row, Rejection):
            yield row
            continue
        place, cells = row
        label = text_of(cells, "label_bias", "label")
        if label.strip().lower() not in LABELS:
            yield set_aside(place, f'label_bias "{label}" is neither Biased nor Non-biased', text_of(cells, "text"))
            continue
        text = text_of(cells, "text").strip()
        ident = text_of(cells, "id", "uuid") or hashlib.sha256(text.encode()).hexdigest()[:16]
        is_biased = LABELS[label.strip().lower()]
        yield Article(
            id=ident,
            group=ident,
            text=text,
            lang="en",
            source=text_of(cells, "outlet"),
            passages=whole(text, {BIASED} if is_biased else ()),
            annotated={Level.PASSAGE: (BIASED,)},
            place=place,
        )
