from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from sample_corpus import ANY, DOUBT, ECONOMIC, LOADED, articles, taxonomy

from triage.errors import CorpusError
from triage.learn import learner
from triage.learn.learner import learn, out_of_fold
from triage.learn.model import MarkerModel
from triage.learn.prepare import Prepared
from triage.learn.train import fit, fit_beside


def test_two_trainings_with_one_seed_have_one_id_whatever_the_number_of_processes(
    model: MarkerModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(learner, "SERIAL", 0)

    again = fit(articles(), taxonomy(), folds=3, jobs=2)

    assert again.id == model.id


def test_another_seed_or_another_label_gives_another_id(model: MarkerModel) -> None:
    first, *others = articles()
    mended = replace(first, labels=frozenset({"frame:Political", "genre:reporting"}))

    assert fit(articles(), taxonomy(), folds=3, seed=1).id != model.id
    assert fit([mended, *others], taxonomy(), folds=3).id != model.id


def test_what_carries_a_marker_in_training_is_found_in_a_new_text(model: MarkerModel) -> None:
    score = model.score_texts(
        ["The harbour road was long. Who can trust them really, the council and the water."], ["en"]
    )[0]

    assert {DOUBT, ANY} <= set(score.found)
    assert LOADED not in score.found


def test_a_marker_with_too_few_examples_is_left_out_by_name() -> None:
    rare = [replace(one, labels=one.labels - {ECONOMIC}) if at > 6 else one for at, one in enumerate(articles())]

    manifest = fit(rare, taxonomy(), folds=3).manifest

    assert manifest["left_out"][ECONOMIC] == 3
    assert ECONOMIC not in manifest["heads"]["article"]["markers"]


def test_an_article_that_does_not_say_what_was_looked_for_is_refused() -> None:
    with pytest.raises(CorpusError, match="line 1: the article lacks annotated"):
        fit([*articles(), replace(articles()[0], id="new", annotated={})], taxonomy())


def test_labels_of_one_class_alone_are_refused() -> None:
    with pytest.raises(CorpusError, match="no marker has"):
        fit([replace(one, labels=frozenset(), passages=()) for one in articles()], taxonomy())


def test_the_manifest_holds_figures_beside_trivial_baselines(model: MarkerModel) -> None:
    for level in ("article", "passage"):
        report = model.manifest["figures"][level]
        assert report["overall"]["macro_f1"] > report["baselines"]["constant"]["macro_f1"]
        assert {"constant", "length", "punctuation", "source"} <= set(report["baselines"])


def test_a_candidate_is_the_model_that_plain_training_gives_and_both_sides_have_the_same_units() -> None:
    old, new = articles(), articles(24, seed=1)

    candidate, sides = fit_beside([*old, *new], len(old), taxonomy(), folds=3)

    assert candidate.id == fit([*old, *new], taxonomy(), folds=3).id
    for before, after in sides.values():
        assert len(before.lengths) == len(after.lengths)
        assert before.markers == after.markers
        assert (before.probabilities != after.probabilities).any()


def test_the_labels_of_a_fold_do_not_move_how_its_own_scores_read() -> None:
    prepared, everyone = Prepared(articles(), taxonomy()), np.arange(48)
    learnt = learn(prepared, everyone, seed=0, folds=3, jobs=1)
    own = learnt["article"].fold == 1
    (before,) = (said for said in out_of_fold(prepared, everyone, learnt)["article"] if ECONOMIC in said.markers)

    prepared.wholes.labels[own] = 1 - prepared.wholes.labels[own]
    (after,) = (said for said in out_of_fold(prepared, everyone, learnt)["article"] if ECONOMIC in said.markers)

    assert (before.probabilities[own] == after.probabilities[own]).all()
    assert (before.probabilities[~own] != after.probabilities[~own]).any()
