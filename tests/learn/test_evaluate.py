from __future__ import annotations

from dataclasses import replace

import pytest
from sample_corpus import ANY, DOUBT, ECONOMIC, articles, taxonomy

from triage.learn.evaluate import crossval, evaluate
from triage.learn.model import MarkerModel

OVERALL = {"micro_f1", "macro_f1", "ap", "auc", "auc_length_stratified", "ece", "brier_skill"}
UNSEEN = articles(24, seed=5)


def test_the_keys_that_scripts_rely_on_are_there(model: MarkerModel) -> None:
    levels = evaluate(model, UNSEEN, taxonomy()).levels

    assert set(levels) == {"article", "passage"}
    for level, report in levels.items():
        assert report["level"] == level
        assert set(report["overall"]) == OVERALL
        assert {"n", "by_lang", "by_source", "by_marker", "baselines", "intervals"} <= set(report)
        for figures in report["by_marker"].values():
            assert {"f1", "macro_f1", "ap", "auc", "support"} <= set(figures)


def test_the_summary_marker_is_measured_and_left_out_of_the_mean(model: MarkerModel) -> None:
    report = evaluate(model, UNSEEN, taxonomy(), levels=["passage"]).levels["passage"]
    others = [figures["f1"] for marker, figures in report["by_marker"].items() if marker != ANY and figures["support"]]

    assert ANY in report["by_marker"]
    assert report["overall"]["macro_f1"] == pytest.approx(sum(others) / len(others))


def test_articles_are_judged_by_what_was_looked_for_in_articles(model: MarkerModel) -> None:
    wrong = [
        replace(one, passages=tuple(replace(part, labels=frozenset({DOUBT})) for part in one.passages))
        for one in UNSEEN
    ]

    right, mislabelled = (
        evaluate(model, some, taxonomy(), levels=["article"]).levels["article"] for some in (UNSEEN, wrong)
    )

    assert mislabelled["by_marker"][DOUBT]["f1"] < right["by_marker"][DOUBT]["f1"]
    assert mislabelled["overall"]["micro_f1"] == right["overall"]["micro_f1"]


def test_units_without_any_label_count(model: MarkerModel) -> None:
    plain = [replace(one, id=f"p{at}", group=f"p{at}") for at, one in enumerate(UNSEEN[::2])]

    report = evaluate(model, [*UNSEEN, *plain], taxonomy(), levels=["passage"]).levels["passage"]

    assert report["n"] == 2 * (len(UNSEEN) + len(plain))


def test_a_marker_that_the_model_does_not_know_counts_as_never_found(model: MarkerModel) -> None:
    annotated = {level: (*patterns, "bias:Biased") for level, patterns in UNSEEN[0].annotated.items()}
    biased = [replace(one, labels=one.labels | {"bias:Biased"}, annotated=annotated) for one in UNSEEN]

    figures = evaluate(model, biased, taxonomy(), levels=["article"]).levels["article"]["by_marker"]["bias:Biased"]

    assert (figures["support"], figures["f1"]) == (len(UNSEEN), 0)


def test_what_is_found_is_given_unit_by_unit_also_without_labels(model: MarkerModel) -> None:
    bare = [replace(one, labels=frozenset(), passages=(), annotated={}) for one in UNSEEN]

    measured = evaluate(model, bare, taxonomy())

    rows = [row for row in measured.found if "start" in row]
    assert [row["id"] for row in measured.found if "start" not in row] == [one.id for one in UNSEEN]
    assert any(DOUBT in row["labels"] for row in rows)
    assert measured.levels["passage"]["overall"]["micro_f1"] is None


def test_articles_that_were_trained_on_are_counted(model: MarkerModel) -> None:
    assert evaluate(model, [*articles()[:3], *UNSEEN], taxonomy(), levels=["article"]).trained_on == 3


def test_out_of_fold_figures_are_over_the_baselines_and_not_perfect_by_memory() -> None:
    levels = crossval(articles(), taxonomy(), folds=3, jobs=1).levels

    assert levels["article"]["by_marker"][ECONOMIC]["auc"] > 0.9
    shuffled = [
        replace(one, labels=other.labels)
        for one, other in zip(articles(), articles()[7:] + articles()[:7], strict=True)
    ]
    chance = crossval(shuffled, taxonomy(), folds=3, jobs=1, levels=["article"]).levels["article"]
    assert chance["by_marker"][ECONOMIC]["auc"] < 0.75


def test_forward_blocks_name_what_has_no_date() -> None:
    undated = replace(
        articles()[0], id="undated", group="undated", date="", text="The council met at the harbour road."
    )

    measured = crossval([*articles(), undated], taxonomy(), folds=2, by="time", jobs=1, levels=["article"])

    assert measured.set_aside == ["undated"]
    assert 0 < measured.levels["article"]["n"] < len(articles())
