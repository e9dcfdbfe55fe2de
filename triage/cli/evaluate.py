"""`triage evaluate` and `triage crossval`: how good a model or the learner is on labelled articles."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from triage.cli.options import corpora_argument, json_option, level_option, seed_option
from triage.cli.output import print_json, say
from triage.config.settings import settings

if TYPE_CHECKING:
    from triage.learn.evaluate import Measured


@click.command()
@click.argument("model_folder", metavar="MODEL")
@corpora_argument
@level_option
@click.option(
    "--predictions",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write what is found in each unit, JSON Lines; the corpus needs no labels for it.",
)
@click.option("--overwrite", is_flag=True, help="Replace that file where it exists.")
@seed_option
@json_option
def evaluate_command(
    model_folder: str,
    corpora: tuple[str, ...],
    level: str | None,
    predictions: Path | None,
    overwrite: bool,
    seed: int,
    as_json: bool,
) -> None:
    r"""Measure a stored model on labelled articles.

    Every unit counts, those without any label too; a marker counts where the annotators looked for it. Figures stand
    beside those of trivial rules, with 95 % intervals by resampling groups. MODEL is a folder or an id.

    \b
    Examples:
      triage evaluate models/first test.jsonl --level passage
      triage evaluate models/first unlabelled.jsonl --predictions found.jsonl --json
    """
    from triage.config.taxonomy import load_taxonomy
    from triage.learn.artefact import load
    from triage.workflow.evaluate import evaluate
    from triage.workflow.models import find

    desk = settings(os.environ)
    measured = evaluate(
        load(find(model_folder, desk.models)),
        [Path(path) for path in corpora],
        load_taxonomy(desk.home),
        level=level,
        seed=seed,
        predictions=predictions,
        overwrite=overwrite,
    )
    _show(measured, level, as_json=as_json)
    if measured.trained_on:
        say(f"{measured.trained_on} of these articles were trained on: the figures are too good for that")
    if predictions:
        say(f"{len(measured.found)} rows in {predictions}")


@click.command()
@corpora_argument
@level_option
@click.option("--folds", type=click.IntRange(min=2), default=5, show_default=True, help="How many parts.")
@click.option(
    "--group-by",
    "by",
    type=click.Choice(["group", "source", "time"]),
    default="group",
    show_default=True,
    help="What is held out whole; time gives forward blocks.",
)
@click.option("--jobs", type=click.IntRange(min=1), help="Processes; else one a core.")
@click.option("--cache", type=click.Path(path_type=Path), metavar="DIR", help="Keep features there between runs.")
@seed_option
@json_option
def crossval_command(
    corpora: tuple[str, ...],
    level: str | None,
    folds: int,
    by: str,
    jobs: int | None,
    cache: Path | None,
    seed: int,
    as_json: bool,
) -> None:
    r"""Measure the learner out of fold on labelled articles.

    In each fold weights, calibration and thresholds are learnt from the other articles. No fold divides a group, and
    copies of a text count as one group.

    \b
    Examples:
      triage crossval labels.jsonl
      triage crossval labels.jsonl --group-by source --folds 10 --level article --json
    """
    from triage.config.taxonomy import load_taxonomy
    from triage.workflow.evaluate import crossval

    measured = crossval(
        [Path(path) for path in corpora],
        load_taxonomy(settings(os.environ).home),
        folds=folds,
        by=by,
        level=level,
        seed=seed,
        jobs=jobs,
        cache=cache,
    )
    _show(measured, level, as_json=as_json)
    if measured.set_aside:
        say(f"without a date and set aside: {', '.join(measured.set_aside)}")


def _show(measured: Measured, level: str | None, *, as_json: bool) -> None:
    from triage.cli.train import print_levels

    if not as_json:
        print_levels(measured.levels)
    elif level:
        print_json(measured.levels[level])
    else:
        print_json({"levels": measured.levels})
