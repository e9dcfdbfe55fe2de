"""`triage db`: the desk's database."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import click

from triage.cli.options import desk_options, json_option, seed_option
from triage.cli.output import print_json, say
from triage.config.settings import Settings
from triage.errors import StoreError


@click.group()
def db_command() -> None:
    r"""Create, upgrade and check the desk's database.

    \b
    Examples:
      triage db init --db desk.db
      triage db backup desk-monday.db
    """


@db_command.command("init")
@seed_option
@desk_options
def init_command(desk: Settings, seed: int) -> None:
    r"""Make a desk, and beside it the key that reporters' pseudonyms are made with.

    The key is TRIAGE_KEY where that is set, else a file that only you can read. Keep it: without it, known reporters
    can no longer be told from new ones.

    \b
    Example:
      triage db init --db desk.db
    """
    from triage.workflow.database import init

    key_file = init(desk.db_url, key=_key(), home=desk.home, actor=desk.actor, seed=seed, now=datetime.now(UTC))
    key = f"the pseudonym key is {key_file}: back it up, apart from the desk" if key_file else "the key is TRIAGE_KEY"
    say(f"made a desk at {desk.db_url}; {key}")


@db_command.command("upgrade")
@desk_options
def upgrade_command(desk: Settings) -> None:
    r"""Bring the database to this program's version, whole or not at all.

    \b
    Example:
      triage db backup before.db && triage db upgrade
    """
    from triage.workflow.database import upgrade

    before, after = upgrade(desk.db_url, actor=desk.actor, now=datetime.now(UTC))
    say(f"the schema is {after} already" if before == after else f"upgraded the schema from {before} to {after}")


@db_command.command("downgrade")
@click.argument("version")
@desk_options
def downgrade_command(desk: Settings, version: str) -> None:
    r"""Take the database back to an older VERSION, for an older program, whole or not at all.

    What only the newer version knows is lost: back it up first.

    \b
    Example:
      triage db backup before.db && triage db downgrade 0002
    """
    from triage.workflow.database import downgrade

    before, after = downgrade(desk.db_url, version, actor=desk.actor, now=datetime.now(UTC))
    say(f"took the schema back from {before} to {after}")


@db_command.command("check")
@json_option
@desk_options
def check_command(desk: Settings, as_json: bool) -> None:
    r"""Look at the file, the pseudonym key, the counts and the chain of acts; exit code 1 if anything is wrong.

    \b
    Example:
      triage db check --db desk.db
    """
    from triage.workflow.database import check, open_desk

    with open_desk(desk.db_url) as opened:
        checks = check(opened, key=_key(), home=desk.home)
    if as_json:
        print_json(checks)
    else:
        for one in checks:
            click.echo(f"{one.name}: {'; '.join(one.faults) or 'ok'}")
    wrong = [one.name for one in checks if one.faults]
    if wrong:
        raise StoreError(f"{opened.place} is not sound: {', '.join(wrong)}; restore a backup or ask for help")


@db_command.command("backup")
@click.argument("target", type=click.Path(path_type=Path))
@desk_options
def backup_command(desk: Settings, target: Path) -> None:
    r"""Write a copy of the desk to TARGET while others go on working.

    The pseudonym key is not in it. Of a PostgreSQL desk the copy is one for pg_restore, made by pg_dump.

    \b
    Example:
      triage db backup desk-monday.db
    """
    from triage.workflow.database import backup, open_desk

    with open_desk(desk.db_url) as opened:
        backup(opened, target)
    say(f"copied the desk to {target}; its key file is kept apart")


def _key() -> str | None:
    return os.environ.get("TRIAGE_KEY") or None
