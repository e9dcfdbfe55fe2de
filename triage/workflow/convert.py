"""Turn a labelled corpus of a foreign layout into a corpus file, and account for what did not fit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from triage.corpora.formats import Mended, convert
from triage.corpora.write import article_line
from triage.domain.corpus import Article
from triage.domain.report import Rejection
from triage.errors import CorpusError
from triage.files.atomic import atomic_output
from triage.intake.rejects import RejectsFile

if TYPE_CHECKING:
    from triage.domain.taxonomy import Taxonomy


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversion:
    """What became of a corpus. `markers` counts, for each, the articles, passages and spans that carry it."""

    articles: int
    passages: int
    spans: int
    set_aside: int
    mended: int
    markers: Mapping[str, int]
    rejects_file: str | None


def convert_corpus(
    layout: str,
    path: Path,
    out: Path,
    taxonomy: Taxonomy,
    *,
    splits: frozenset[str] = frozenset(),
    rejects: Path | None = None,
    overwrite: bool = False,
) -> Conversion:
    """Write the articles under a path to a corpus file, which appears whole or not at all.

    What was set aside, and what was kept but changed, stands with its place in `rejects`, by default
    `OUT.rejects.jsonl` beside the output.
    Raises `UsageError` for an unknown layout, `CorpusError` where nothing under the path reads as that layout.
    """
    counts: Counter[str] = Counter()
    markers: Counter[str] = Counter()
    with (
        RejectsFile(rejects or out.with_name(f"{out.name}.rejects.jsonl")) as remarks,
        atomic_output(out, overwrite=overwrite) as stream,
    ):
        for outcome in convert(layout, path, taxonomy, splits=splits):
            if isinstance(outcome, Article):
                stream.write(article_line(outcome))
                counts.update(articles=1, passages=len(outcome.passages), spans=len(outcome.spans))
                markers.update(outcome.labels)
                markers.update(label for passage in outcome.passages for label in passage.labels)
                markers.update(span.label for span in outcome.spans)
            elif isinstance(outcome, Mended):
                counts["mended"] += 1
                remarks.write(Rejection(place=outcome.place, reason=f"kept, but {outcome.reason}", raw=outcome.raw))
            else:
                counts["set_aside"] += 1
                remarks.write(outcome)
        if not counts["articles"]:
            raise CorpusError(f"{path}: nothing in it reads as {layout}; {counts['set_aside']} rows were set aside")
    return Conversion(
        articles=counts["articles"],
        passages=counts["passages"],
        spans=counts["spans"],
        set_aside=counts["set_aside"],
        mended=counts["mended"],
        markers=dict(sorted(markers.items())),
        rejects_file=str(remarks.path) if remarks.count else None,
    )
