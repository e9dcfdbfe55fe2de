"""A table with a `text` column and labels of the whole text.

Either a column `label` (or `labels`) names them, parted by `|`, `;` or commas, and an empty cell says that none was
found; or a column is headed by a marker, such as `bias:Biased`, and holds 1, 0, or nothing where nobody judged. `id`,
`group`, `title`, `lang`, `source` and `date` are read where they are there.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from typing import Any

from triage.corpora.formats.drafts import Draft, finish
from triage.corpora.formats.marks import Names
from triage.corpora.formats.posts import text_rows
from triage.corpora.formats.rows import text_of
from triage.corpora.formats.source import Outcome, Source, set_aside
from triage.domain.report import Rejection
from triage.domain.taxonomy import is_marker_id
from triage.errors import CorpusError

JUDGED = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}


def read_csv(source: Source) -> Iterator[Outcome]:
    """Return the rows of a table; without an id column, the digest of the text is its id.

    Raises `CorpusError` where no column holds labels, or one holds only 0 and 1 and names no marker.
    """
    names = Names(source.taxonomy, "csv")
    drafts = []
    for row in text_rows(source, (".csv", ".tsv", ".parquet"), {}):
        if isinstance(row, Rejection):
            yield row
            continue
        place, cells = row
        judgements = {key: text_of(cells, key).strip().lower() for key in cells if is_marker_id(str(key))}
        if not judgements and "label" not in cells and "labels" not in cells:
            raise CorpusError(f"{place}: has neither a column label nor one headed by a marker, such as bias:Biased")
        if strange := next((cell for cell in judgements.values() if cell and cell not in JUDGED), None):
            yield set_aside(place, f'"{strange}" is neither 1 nor 0', cells)
            continue
        labels = _names(cells, names) | {key for key, cell in judgements.items() if JUDGED.get(cell)}
        judged = frozenset(key for key, cell in judgements.items() if cell) if judgements else None
        text = text_of(cells, "text")
        ident = text_of(cells, "id") or hashlib.sha256(text.encode()).hexdigest()[:16]
        drafts.append(Draft(place=place, id=ident, text=text, facts=cells, labels=labels, judged=judged))
    found = {label for draft in drafts for label in draft.labels}
    if found and found <= {"csv:0", "csv:1"}:
        raise CorpusError(
            f"{source.path}: label holds only 0 and 1; head the column with a marker, such as bias:Biased"
        )
    yield from finish(drafts, source.taxonomy)


def _names(cells: Mapping[str, Any], names: Names) -> set[str]:
    """Return the markers in the label column; a cell that is one known name with commas in it is not parted."""
    cell = text_of(cells, "label", "labels").strip()
    if known := names.known(cell):
        return {known}
    return {names.marker(part.strip()) for part in re.split(r"[|;,]", cell) if part.strip()}
