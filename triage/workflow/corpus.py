"""Check labelled corpora, and propose what their annotators looked for."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from triage.corpora import check as corpora

if TYPE_CHECKING:
    from triage.corpora.check import Checked
    from triage.domain.taxonomy import Taxonomy


def check(paths: Sequence[Path], taxonomy: Taxonomy) -> Checked:
    """Return everything that is wrong with corpus files taken together."""
    return corpora.check(paths, taxonomy)


def infer(paths: Sequence[Path], taxonomy: Taxonomy) -> dict[str, dict[str, list[str]]]:
    """Return, for each file, a proposal for `annotated`."""
    return {str(path): corpora.infer(path, taxonomy) for path in paths}
