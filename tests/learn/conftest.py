from __future__ import annotations

import pytest
from sample_corpus import articles, taxonomy

from triage.learn.model import MarkerModel
from triage.learn.train import fit


@pytest.fixture(scope="session")
def model() -> MarkerModel:
    """A model of the small corpus; English and German, two techniques, two frames, genre."""
    return fit(articles(), taxonomy(), folds=3, jobs=1)
