"""`triage simulate`: how soon the ranking finds what a labelled table holds."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from triage.cli.options import json_option, seed_option
from triage.cli.output import print_json, print_table, say
from triage.config.settings import settings

if TYPE_CHECKING:
    from triage.rank.replay import Found


@click.command()
@click.argument("table", type=click.Path(path_type=Path), metavar="FILE")
@click.option("--label", required=True, metavar="COLUMN", help="The column that says 1 or 0.")
@click.option("--prior", metavar="ID,ID", help="Rows that are decided before the first; else one of either class.")
@click.option("--batch", type=click.IntRange(min=1), default=10, show_default=True, help="Rows shown at a time.")
@click.option("--seeds", type=click.IntRange(min=1), default=1, show_default=True, help="How many replays to average.")
@click.option("--order", type=click.Path(path_type=Path), metavar="OUT", help="Write the ids in review order there.")
@click.option(
    "--plot", type=click.Path(path_type=Path), metavar="FILE", help="Draw the recall curves there (.svg, .png)."
)
@click.option("--overwrite", is_flag=True, help="Replace these files where they exist.")
@seed_option
@json_option
def simulate_command(
    table: Path,
    label: str,
    prior: str | None,
    batch: int,
    seeds: int,
    order: Path | None,
    plot: Path | None,
    overwrite: bool,
    seed: int,
    as_json: bool,
) -> None:
    r"""Replay a labelled table through the ranking, and see how soon it finds.

    The table has the columns id and text and one of 1 and 0. A row's label is looked up only after the row has been put
    before the reviewer. Figures stand beside random order and the order of the file, and leave the starting rows out:
    recall after shares of the rows, work saved over random order at a recall of 95 % (wss95), mean place of a 1 (atd).

    \b
    Examples:
      triage simulate decided.csv --label upheld --seeds 5 --plot recall.svg
      triage simulate decided.csv --label upheld --prior 17,23 --order order.txt --json
    """
    from triage.config.policy import load_policy
    from triage.exchange.plots import check_plot, recall_plot
    from triage.files.atomic import atomic_output
    from triage.workflow.simulate import read_replay, simulate

    if plot:
        check_plot(plot, overwrite=overwrite)
    policy = load_policy(settings(os.environ).home)
    replayed = read_replay(table, label)
    start = [part.strip() for part in (prior or "").split(",") if part.strip()]
    made = simulate(replayed, prior=start, batch=batch, seeds=seeds, seed=seed, every=policy.drawn_every)
    if order:
        with atomic_output(order, overwrite=overwrite) as stream:
            stream.write("".join(f"{ident}\n" for ident in made.order).encode())
    if plot:
        title = f"{made.positives} of {made.n} rows are worth finding"
        recall_plot(made.curves, plot, title=title, overwrite=overwrite)
    orders = {"triage": made.learnt, "random": made.random, "oldest first": made.oldest_first}
    if as_json:
        others = {name.replace(" ", "_"): _figures(one) for name, one in orders.items() if name != "triage"}
        counts = {"n": made.n, "positives": made.positives}
        print_json({**counts, **_figures(made.learnt), "cpu_s": round(made.cpu_s, 3), "baselines": others})
    else:
        shares = [f"recall {float(share):.0%}" for share in made.learnt.recall]
        print_table(["order", *shares, "wss95", "atd"], [_cells(name, one) for name, one in orders.items()])
    say(f"{made.n} rows, {made.positives} with 1, {seeds} replays, {made.cpu_s:.1f} CPU seconds each")


def _figures(one: Found) -> dict[str, Any]:
    recall = {share: round(value, 4) for share, value in one.recall.items()}
    return {"recall": recall, "wss95": round(one.wss95, 4), "atd": round(one.atd, 2)}


def _cells(name: str, one: Found) -> list[str]:
    return [name, *(f"{value:.3f}" for value in one.recall.values()), f"{one.wss95:.3f}", f"{one.atd:.0f}"]
