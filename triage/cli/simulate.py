"""`triage simulate`: how soon the ranking finds what a labelled table holds."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from triage.cli.options import desk_options, json_option, seed_option
from triage.cli.output import print_json, print_table, say
from triage.config.settings import Settings
from triage.errors import NotFound

if TYPE_CHECKING:
    from triage.rank.replay import Found


@click.command()
@click.argument("table", type=click.Path(path_type=Path), metavar="FILE")
@click.option("--label", required=True, metavar="COLUMN", help="The column that says 1 or 0.")
@click.option("--prior", metavar="ID,ID", help="Rows that are decided before the first; else one of either class.")
@click.option(
    "--warm", is_flag=True, help="Start from the marker model's scores under the policy, with no row decided."
)
@click.option("--batch", type=click.IntRange(min=1), default=10, show_default=True, help="Rows shown at a time.")
@click.option("--seeds", type=click.IntRange(min=1), default=1, show_default=True, help="How many replays to average.")
@click.option("--order", type=click.Path(path_type=Path), metavar="OUT", help="Write the ids in review order there.")
@click.option(
    "--plot", type=click.Path(path_type=Path), metavar="FILE", help="Draw the recall curves there (.svg, .png)."
)
@click.option("--overwrite", is_flag=True, help="Replace these files where they exist.")
@seed_option
@json_option
@desk_options
def simulate_command(
    desk: Settings,
    table: Path,
    label: str,
    prior: str | None,
    warm: bool,
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
    before the reviewer. It starts cold, from one decided row of either class, or --warm, from what a marker model finds
    that has not learnt from these rows. Figures stand beside random order and the order of the file, and leave the
    starting rows out: recall after shares of the rows, work saved over random order at a recall of 95 % (wss95), mean
    place of a 1 (atd).

    \b
    Examples:
      triage simulate decided.csv --label upheld --seeds 5 --plot recall.svg
      triage simulate decided.csv --label upheld --batch 100 --warm --model models/ours
      triage simulate decided.csv --label upheld --prior 17,23 --order order.txt --json
    """
    from triage.cli.models import model_line, model_of
    from triage.config.policy import load_policy
    from triage.exchange.plots import check_plot, recall_plot
    from triage.files.atomic import atomic_output
    from triage.workflow.simulate import read_replay, simulate, urgencies

    if plot:
        check_plot(plot, overwrite=overwrite)
    policy = load_policy(desk.home)
    model = model_of(desk) if warm else None
    if warm and model is None:
        raise NotFound("there is no marker model to start from; name one with --model, or leave --warm out")
    replayed = read_replay(table, label)
    start = [part.strip() for part in (prior or "").split(",") if part.strip()]
    first = urgencies(replayed, model, policy) if model else None
    made = simulate(replayed, prior=start, batch=batch, seeds=seeds, seed=seed, every=policy.drawn_every, first=first)
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
    if model:
        say(model_line(model))


def _figures(one: Found) -> dict[str, Any]:
    recall = {share: round(value, 4) for share, value in one.recall.items()}
    return {"recall": recall, "wss95": round(one.wss95, 4), "atd": round(one.atd, 2)}


def _cells(name: str, one: Found) -> list[str]:
    return [name, *(f"{value:.3f}" for value in one.recall.values()), f"{one.wss95:.3f}", f"{one.atd:.0f}"]
