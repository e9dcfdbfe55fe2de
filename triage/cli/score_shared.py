"""`triage score --scheduler`: the same scores from the machines of a Dask cluster."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from triage.domain.report import Account
from triage.errors import InputError, UsageError

if TYPE_CHECKING:
    from triage.learn.model import MarkerModel

MadeOf = Callable[[str, int, int, bytes], dict[str, str]]


def score_on(
    scheduler: str,
    inputs: tuple[str, ...],
    output: str,
    *,
    folder: Path,
    model: MarkerModel,
    mapping: Mapping[str, str],
    made_of: MadeOf,
    rejects: Path,
    overwrite: bool,
    resume: bool,
) -> Account:
    """Score Parquet into Parquet on a cluster, and return the account.

    `made_of` names what the output depends on, given the model's id, the number of files, their bytes and their key.
    """
    from triage.exchange.scores import Kind, Layout, kind_of
    from triage.exchange.shared import shared
    from triage.intake.pseudonym import key_of
    from triage.intake.rejects import RejectsFile
    from triage.intake.tables import digest_of, find_tables
    from triage.learn.batch.cluster import joined
    from triage.workflow.score_shared import SharedScoring, score_shared

    if kind_of(output) is not Kind.PARQUET:
        raise UsageError(f'with --scheduler the output is Parquet, a folder of parts, and "{output}" is not')
    place = output if "://" in output else str(Path(output).absolute())
    tables = tuple(find_tables(inputs, mapping))
    with joined(scheduler) as cluster:
        digest = cluster.ship(folder)
        key = key_of(found for _, found in cluster.in_order(digest_of, [table.url for table in tables]))
        made = made_of(model.id, len(tables), sum(table.size for table in tables), key)
        layout = Layout(Kind.PARQUET, model.markers)
        scoring = SharedScoring(tables, tuple(sorted(mapping.items())), key, digest, layout, place)
        with shared(place, made, overwrite=overwrite, resume=resume) as parts, RejectsFile(rejects) as aside:
            going = score_shared(scoring, run=cluster.in_order, output=parts, reject=aside.write)
            account = _followed(going, sum(table.rows for table in tables))
            if not account.accepted:
                parts.drop()
                raise InputError(f"nothing was scored: read {account.read}, rejected {account.rejected}")
            parts.finish()
    return account


def _followed(accounts: Iterator[Account], rows: int) -> Account:
    """Return the last account; show meanwhile how far it is, where a person looks on."""
    from tqdm import tqdm

    account = Account()
    with tqdm(total=rows, unit=" rows", delay=2, disable=None, leave=False, smoothing=0) as bar:
        for account in accounts:
            bar.update(account.read - bar.n)
    return account
