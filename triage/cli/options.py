"""Options that several commands share, declared once."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from triage.config.settings import Settings, settings

Command = Callable[..., Any]

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON for scripts.")
top_option = click.option("--top", type=click.IntRange(min=1), default=20, show_default=True, help="How many to show.")
seed_option = click.option(
    "--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Seed of every draw."
)
level_option = click.option(
    "--level", type=click.Choice(["article", "passage", "span"]), help="One level alone, printed flat."
)
inputs_argument = click.argument("inputs", nargs=-1, required=True, metavar="INPUT...")
corpora_argument = click.argument("corpora", nargs=-1, required=True, metavar="CORPUS...")
channel_option = click.option(
    "--channel",
    type=click.Choice(["phone", "email", "web", "file", "api"]),
    help="Channel of rows that name none.",
)


def _mapping(_ctx: click.Context, _param: click.Parameter, pairs: tuple[str, ...]) -> dict[str, str]:
    mapping: dict[str, str] = {}
    for pair in pairs:
        field, equals, column = pair.partition("=")
        if not equals or not field or not column:
            raise click.BadParameter(f'"{pair}" does not read field=column')
        if field in mapping:
            raise click.BadParameter(f'the field "{field}" is mapped twice')
        mapping[field] = column
    return mapping


def read_time(_ctx: click.Context, _param: click.Parameter, text: str | None) -> datetime | None:
    """Return the time that an option gives, in UTC."""
    from triage.intake.dates import parse_time

    if text is None:
        return None
    try:
        return parse_time(text)
    except ValueError:
        raise click.BadParameter(f'"{text}" is no time; write 2026-05-01 or 2026-05-01T14:30') from None


def _rejects_path(ctx: click.Context, _param: click.Parameter, path: Path | None) -> Path:
    first = (ctx.params.get("inputs") or ("rows",))[0]
    return path or Path(f"{Path(first).name}.rejects.jsonl")


rejects_option = click.option(
    "--rejects",
    type=click.Path(path_type=Path),
    callback=_rejects_path,
    metavar="FILE",
    help="Where rows that were set aside go; else the first input's name with .rejects.jsonl, in this folder.",
)
map_option = click.option(
    "--map",
    "mapping",
    multiple=True,
    callback=_mapping,
    metavar="FIELD=COLUMN",
    help="Read FIELD from a foreign COLUMN.",
)


def desk_options(command: Command) -> Command:
    """Add --db, --as, --model and give the command a `Settings` named `desk`."""

    @click.option("--db", "db_url", metavar="URL", help="Database; else TRIAGE_DB, else sqlite:///desk.db.")
    @click.option("--as", "actor", metavar="NAME", help="Who acts; else the system user.")
    @click.option("--model", metavar="ID_OR_FOLDER", help="Model to use; else the desk's active one.")
    @functools.wraps(command)
    def with_desk(*args: Any, db_url: str | None, actor: str | None, model: str | None, **kwargs: Any) -> Any:
        desk: Settings = settings(os.environ, db_url=db_url, actor=actor, model=model)
        return command(*args, desk=desk, **kwargs)

    return with_desk
