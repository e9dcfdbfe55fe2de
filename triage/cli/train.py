"""`triage train`: labelled corpora in, a marker model out."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from triage.cli.options import corpora_argument, json_option, seed_option
from triage.cli.output import print_json, print_table, say
from triage.config.settings import settings


@click.command()
@corpora_argument
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), required=True, metavar="DIR", help="Where the model goes."
)
@click.option("--overwrite", is_flag=True, help="Replace a model that is there already.")
@click.option("--jobs", type=click.IntRange(min=1), help="Processes; else one a core. The model stays the same.")
@click.option("--cache", type=click.Path(path_type=Path), metavar="DIR", help="Keep features there between runs.")
@click.option("--no-spans", is_flag=True, help="Learn no spans, though the corpora have some: a smaller model.")
@seed_option
@json_option
def train_command(
    corpora: tuple[str, ...],
    output: Path,
    overwrite: bool,
    jobs: int | None,
    cache: Path | None,
    no_spans: bool,
    seed: int,
    as_json: bool,
) -> None:
    r"""Fit a marker model on labelled articles.

    One logistic regression a marker, calibrated and given its threshold out of fold. A marker is fitted only on
    articles whose annotators looked for it. Where they labelled spans, it also learns to find these. The figures are
    out of fold, beside what needs no reading to reach. The same corpora and seed give the same model.

    \b
    Examples:
      triage train labels.jsonl -o models/first
      triage train en.jsonl.gz fr.jsonl.zst -o models/both --seed 1 --json
    """
    from triage.config.taxonomy import load_taxonomy
    from triage.workflow.train import train

    home = settings(os.environ).home
    model = train(
        [Path(path) for path in corpora],
        output,
        load_taxonomy(home),
        now=datetime.now(UTC),
        seed=seed,
        jobs=jobs,
        cache=cache,
        spans=not no_spans,
        overwrite=overwrite,
    )
    manifest = model.manifest
    if as_json:
        print_json({"model": model.id, "folder": str(output), "markers": model.markers, "levels": manifest["figures"]})
        return
    click.echo(f"{model.id} in {output}: {len(model.markers)} markers from {manifest['articles']} articles")
    print_levels(manifest["figures"])
    if manifest["left_out"]:
        say(f"too few examples to learn: {', '.join(manifest['left_out'])}")
    say(f"took {manifest['times']['seconds']} s; what it can and cannot do is in {output / 'card.md'}")


def print_levels(levels: Mapping[str, Mapping[str, Any]]) -> None:
    """Print the figures of each level beside the trivial baselines."""
    from triage.learn.card import comparison

    for level, report in levels.items():
        if not report["by_marker"] and report.get("span_f1") is None:
            click.echo(f"\n{level}s ({report['n']}): nobody looked for anything at this level")
            continue
        click.echo(f"\n{level}s ({report['n']}), out of {len(report['by_marker'])} markers:")
        header, rows = comparison(report)
        print_table(header, rows)
