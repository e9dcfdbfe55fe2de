from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sample_corpus import articles

from triage.errors import CorpusError
from triage.learn.folds import deal, splits_by

ARTICLES = articles(40)


@given(st.integers(0, 1000), st.integers(2, 6))
def test_no_fold_divides_a_group(seed: int, folds: int) -> None:
    fold = deal(ARTICLES, folds, seed)

    assert set(fold) == set(range(folds))
    for group in {article.group for article in ARTICLES}:
        assert len({fold[at] for at, article in enumerate(ARTICLES) if article.group == group}) == 1


def test_equal_texts_stay_together_whatever_their_groups() -> None:
    copy = replace(ARTICLES[0], id="copy", group="another")

    fold = deal([*ARTICLES, copy], 5, 0)

    assert fold[0] == fold[-1]


def test_every_language_is_dealt_evenly() -> None:
    fold = deal(ARTICLES, 5, 0)

    for lang in ("en", "de"):
        sizes = np.bincount(fold[[article.lang == lang for article in ARTICLES]])
        assert sizes.max() - sizes.min() <= 2


def test_too_few_groups_are_refused() -> None:
    with pytest.raises(CorpusError, match="1 groups"):
        deal(ARTICLES[:2], 5, 0)


def test_forward_blocks_never_learn_from_later_articles_and_set_the_undated_aside() -> None:
    undated = replace(ARTICLES[0], id="undated", group="undated", text="no date", date="")
    last = max(ARTICLES, key=lambda article: article.date)
    early = replace(last, id="early", text="an early one", date="2026-01-01")
    everyone = [*ARTICLES, undated, early]

    splits, aside = splits_by(everyone, "time", 4, 0)

    assert aside == ["undated"]
    for train, test in splits:
        assert max(everyone[at].date for at in train) <= min(everyone[at].date for at in test)
        assert not {everyone[at].group for at in train} & {everyone[at].group for at in test}


def test_a_source_is_held_out_whole() -> None:
    for train, test in splits_by(ARTICLES, "source", 5, 0)[0]:
        assert not {ARTICLES[at].source for at in train} & {ARTICLES[at].source for at in test}
