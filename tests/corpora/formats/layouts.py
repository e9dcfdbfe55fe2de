"""Small corpora in each layout, written for the tests; every name and sentence is invented."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from triage.config.taxonomy import load_taxonomy
from triage.corpora.formats import Mended, convert
from triage.domain.corpus import Article
from triage.domain.report import Rejection

TAXONOMY = load_taxonomy()
CORPORA = Path(os.environ.get("TRIAGE_CORPORA", Path(__file__).parents[3].parent / "shared" / "corpora"))


def lay(folder: Path, files: dict[str, str]) -> Path:
    """Write files below a folder, with their line ends as they are."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    return folder


def articles(layout: str, path: Path, *splits: str) -> dict[str, Article]:
    """Return the articles of a corpus by id."""
    found = convert(layout, path, TAXONOMY, splits=frozenset(splits))
    return {outcome.id: outcome for outcome in found if isinstance(outcome, Article)}


def remarks(layout: str, path: Path) -> list[Rejection | Mended]:
    """Return what was set aside or mended."""
    return [outcome for outcome in convert(layout, path, TAXONOMY) if not isinstance(outcome, Article)]


def marked(article: Article) -> list[tuple[str, str]]:
    """Return the words and label of each span."""
    return [(article.text[span.start : span.end], span.label) for span in article.spans]


def judged(article: Article) -> list[tuple[str, set[str]]]:
    """Return the words of each passage and its labels, any technique left out."""
    return [(article.text[part.start : part.end], set(part.labels) - {"technique:Any"}) for part in article.passages]


def shared(name: str) -> Path:
    """Return a corpus that is not part of the project, or skip the test where it is absent."""
    path = CORPORA / name
    if not path.exists():
        pytest.skip(f"{name} is not here")
    return path
