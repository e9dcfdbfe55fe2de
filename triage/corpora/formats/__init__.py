"""Public and tool layouts of labelled corpora, one module a layout: foreign files become labelled articles."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from triage.corpora.formats.armpro import read_armpro
from triage.corpora.formats.babe import read_babe
from triage.corpora.formats.climate_frames import read_climate_frames
from triage.corpora.formats.doccano import read_doccano
from triage.corpora.formats.gvfc import read_gvfc
from triage.corpora.formats.label_studio import read_label_studio
from triage.corpora.formats.plain_csv import read_csv
from triage.corpora.formats.ptc import read_ptc
from triage.corpora.formats.semeval2021 import read_semeval2021
from triage.corpora.formats.semeval2023 import read_semeval2023
from triage.corpora.formats.slavic import read_slavic
from triage.corpora.formats.source import Layout, Mended, Outcome, Source, set_aside
from triage.corpora.formats.unlp2025 import read_unlp2025
from triage.domain.corpus import Article
from triage.domain.report import Place
from triage.domain.taxonomy import Taxonomy
from triage.errors import InputError, UsageError

__all__ = ["FORMATS", "Mended", "Outcome", "convert"]

FORMATS: Mapping[str, Layout] = {
    "ptc": read_ptc,
    "semeval2023": read_semeval2023,
    "semeval2021": read_semeval2021,
    "unlp2025": read_unlp2025,
    "babe": read_babe,
    "gvfc": read_gvfc,
    "climate-frames": read_climate_frames,
    "armpro": read_armpro,
    "slavic": read_slavic,
    "label-studio": read_label_studio,
    "doccano": read_doccano,
    "csv": read_csv,
}


def convert(layout: str, path: Path, taxonomy: Taxonomy, *, splits: frozenset[str] = frozenset()) -> Iterator[Outcome]:
    """Return the articles of a corpus in a foreign layout, and what was set aside or mended, in the files' order.

    An id that was there before, as of an article in two splits, is set aside with the place of the first. With
    `splits` only those parts of the corpus are read.
    Raises `UsageError` for an unknown layout, `InputError` or `CorpusError` where the path does not hold it.
    """
    if layout not in FORMATS:
        raise UsageError(f'"{layout}" is no layout; use one of {", ".join(FORMATS)}')
    if not path.exists():
        raise InputError(f"{path} does not exist")
    seen: dict[str, Place | None] = {}
    for outcome in FORMATS[layout](Source(path=path, taxonomy=taxonomy, splits=splits)):
        if isinstance(outcome, Article):
            place = outcome.place or Place(file=str(path))
            if not outcome.id or not outcome.text:
                yield set_aside(place, "the article has no id or no text", outcome.id)
                continue
            if outcome.id in seen:
                yield set_aside(place, f"article {outcome.id} stands at {seen[outcome.id]} already", outcome.id)
                continue
            seen[outcome.id] = outcome.place
        yield outcome
