"""Triage desk for disinformation-report hotlines.

Reports in, cases out, ranked for human review with evidence for every number. Nothing here says what is true: a
marker is a fact about style and framing, and a person decides.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from triage.domain.corpus import Article
    from triage.learn.model import MarkerModel

__version__ = "0.1.0"
__all__ = ["__version__", "load_model", "read_corpus"]


def load_model(path: str | Path) -> MarkerModel:
    """Return the marker model stored in the folder `path`, after its checksums have matched the manifest.

    The model has `score(texts_or_frame) -> pandas.DataFrame` (one row a text, one column a marker) and `explain(text)`.
    Raises `triage.errors.ModelRefused` when a byte differs from the manifest or the format is not known.
    """
    from triage.learn.artefact import load

    return load(path)


def read_corpus(*paths: str | Path) -> list[Article]:
    """Return the labelled articles of one or more corpus files (JSON Lines, also .gz or .zst), in file order.

    Raises `triage.errors.CorpusError` naming file and line where a line is no valid article.
    """
    from triage.corpora.read import read_articles

    return list(read_articles(paths))
