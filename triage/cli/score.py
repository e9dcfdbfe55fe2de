"""`triage score`: files of any size, offline."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from triage import __version__
from triage.cli.options import desk_options, json_option, map_option, rejects_option
from triage.cli.output import account_counts, account_line, print_json, say, say_rejects
from triage.config.settings import Settings
from triage.domain.report import Account
from triage.errors import InputError, NotFound, UsageError

if TYPE_CHECKING:
    from triage.exchange.resumable import Output
    from triage.learn.model import MarkerModel

STDIO = "-"


def _expanded(_ctx: click.Context, _param: click.Parameter, names: tuple[str, ...]) -> tuple[str, ...]:
    """Return the inputs with patterns, which a shell may have left as they are, as the files that they name.

    URLs are left to those who read them.
    """
    import glob

    found: list[str] = []
    for name in names:
        is_pattern = glob.has_magic(name) and not Path(name).exists() and "://" not in name
        matches = sorted(glob.glob(name, recursive=True)) if is_pattern else [name]  # noqa: PTH207 - absolute, too
        if not matches:
            raise InputError(f"no file is named like {name}")
        found += matches
    return tuple(found)


@click.command()
@click.argument("inputs", nargs=-1, required=True, metavar="INPUT...", callback=_expanded)
@click.option(
    "-o",
    "--output",
    "output_name",
    required=True,
    metavar="OUT",
    help="The scores: .jsonl, .csv, .parquet (a folder of parts), or - for JSON Lines on standard output.",
)
@click.option("--workers", type=click.IntRange(min=1), default=1, show_default=True, help="Processes that score.")
@click.option(
    "--scheduler",
    metavar="ADDRESS",
    help="Score Parquet into Parquet on the Dask cluster of this scheduler, such as tcp://10.0.0.5:8786; "
    "INPUT and OUT are paths or URLs that all its machines reach.",
)
@click.option("--resume", is_flag=True, help="Go on with a run that was interrupted, if there is one.")
@click.option("--overwrite", is_flag=True, help="Replace an output that exists, or begin an interrupted run anew.")
@map_option
@rejects_option
@json_option
@desk_options
def score_command(
    desk: Settings,
    inputs: tuple[str, ...],
    output_name: str,
    workers: int,
    scheduler: str | None,
    resume: bool,
    overwrite: bool,
    mapping: dict[str, str],
    rejects: Path,
    as_json: bool,
) -> None:
    r"""Score any number of files offline, in flat memory.

    One text a row, in input order, every marker of the model in every row; the same bytes for any number of workers.
    The output appears whole at the end: until then it grows in .OUT.part beside it, and after a kill, a full disk or
    Ctrl-C the same command with --resume goes on where it was. Rows that cannot be read are set aside with place and
    reason. INPUT may be a pattern in quotation marks, or - for standard input.

    \b
    Examples:
      triage score archive-*.jsonl.gz -o scores.jsonl --workers 4 --resume
      triage score posts.csv -o scores.parquet --map text=body --model models/markers-1
      triage score '/shared/2026-*.parquet' -o /shared/scores.parquet --scheduler tcp://10.0.0.5:8786 --resume
    """
    from triage.cli.models import folder_of, model_line
    from triage.learn.batch.stored import stored

    output = Path(output_name)
    if not scheduler:
        inputs = _without_own(inputs, output, rejects)
        _check_local(inputs, output_name, resume=resume, as_json=as_json)
    folder = folder_of(desk)
    if folder is None:
        raise NotFound("there is no model to score with; train one with triage train, or name one with --model")
    model = stored(folder)
    if scheduler:
        from triage.cli.score_shared import score_on

        account = score_on(
            scheduler,
            inputs,
            output_name,
            folder=folder,
            model=model,
            mapping=mapping,
            made_of=partial(_made_of, mapping),
            rejects=rejects,
            overwrite=overwrite,
            resume=resume,
        )
    else:
        account = _score_here(
            inputs, output, folder, model, mapping, rejects, workers=workers, overwrite=overwrite, resume=resume
        )
    if as_json:
        print_json({"output": output_name, "model": model.id, **account_counts(account)})
    say(f"{account_line(account)}; scores in {'standard output' if output_name == STDIO else output_name}")
    say(model_line(model))
    say_rejects(account, rejects)


def _score_here(
    inputs: tuple[str, ...],
    output: Path,
    folder: Path,
    model: MarkerModel,
    mapping: Mapping[str, str],
    rejects: Path,
    *,
    workers: int,
    overwrite: bool,
    resume: bool,
) -> Account:
    from triage.cli.meter import Meter
    from triage.exchange.scores import Layout, kind_of
    from triage.intake.pseudonym import Pseudonymiser, key_from
    from triage.intake.read import read_reports
    from triage.intake.rejects import RejectsFile
    from triage.learn.batch.workers import in_order
    from triage.workflow.score_files import Scoring, score_files

    layout = Layout(kind_of(output), model.markers)
    key, meter = key_from(inputs), Meter(inputs)
    rows = read_reports(
        inputs,
        mapping=mapping,
        channel=None,
        pseudonymise=Pseudonymiser(key),
        now=datetime.now(UTC),
        watch=meter.watch,
    )
    size = sum(Path(name).stat().st_size for name in inputs if Path(name).is_file())
    made_of = _made_of(mapping, model.id, len(inputs), size, key)
    account = Account()
    with _opened(output, made_of, overwrite=overwrite, resume=resume) as scores, RejectsFile(rejects) as aside:
        if scores.done.rows:
            say(f"going on after {scores.done.rows} rows")
        for so_far in score_files(
            meter.followed(rows, known=scores.done.rows),
            run=partial(in_order, Scoring(folder, layout), workers=workers),
            output=scores,
            head=layout.head(),
            reject=aside.write,
        ):
            account = so_far
        if not account.accepted:
            scores.drop()
            raise InputError(f"nothing was scored: {account_line(account)}")
        scores.finish()
    return account


def _without_own(inputs: Sequence[str], output: Path, rejects: Path) -> tuple[str, ...]:
    """Return the inputs without what this command writes itself, which a pattern such as *.jsonl finds again."""
    own = {path.absolute() for path in (output, rejects) if str(path) != STDIO}
    for name in inputs:
        if Path(name).absolute() in own:
            say(f"{name} is written by this command and not read")
    return tuple(name for name in inputs if Path(name).absolute() not in own)


def _check_local(inputs: Sequence[str], output: str, *, resume: bool, as_json: bool) -> None:
    for name in (*inputs, output):
        if "://" in name:
            raise UsageError(f"{name} is a URL; those are read and written by the machines of a --scheduler")
    from triage.exchange.scores import kind_of

    kind_of(output)
    once = [name for name in inputs if not Path(name).is_file()]
    if resume and output == STDIO:
        raise UsageError("standard output cannot be gone on with; name a file with -o")
    if resume and once and (once[0] == STDIO or Path(once[0]).exists()):
        raise UsageError(f"only files can be read again for --resume, and {once[0]} is none")
    if as_json and output == STDIO:
        raise UsageError("--json and the scores cannot both go to standard output; name a file with -o")


def _opened(
    output: Path, made_of: Mapping[str, str], *, overwrite: bool, resume: bool
) -> AbstractContextManager[Output]:
    from triage.exchange.resumable import Streamed, resumable
    from triage.exchange.scores import Kind, kind_of

    if str(output) == STDIO:
        return nullcontext(Streamed())
    is_folder = kind_of(output) is Kind.PARQUET
    return resumable(output, made_of, is_folder=is_folder, overwrite=overwrite, resume=resume)


def _made_of(mapping: Mapping[str, str], model: str, files: int, size: int, key: bytes) -> dict[str, str]:
    """Return what the output depends on. `key` is made of the bytes of the inputs, and its digest tells them apart."""
    return {
        "version of triage": __version__,
        "model": model,
        "input": f"{files} files, {size} bytes, {hashlib.sha256(key).hexdigest()[:16]}",
        "mapping": ", ".join(f"{field}={column}" for field, column in sorted(mapping.items())) or "none",
    }
