"""`triage corpus convert`: a corpus of a foreign layout in, a corpus file out."""

from __future__ import annotations

import os
from pathlib import Path

import click

from triage.cli.options import json_option
from triage.cli.output import print_json, print_table, say
from triage.config.settings import settings
from triage.corpora.formats import FORMATS


@click.command("convert")
@click.argument("layout", metavar="FORMAT", type=click.Choice(list(FORMATS)))
@click.argument("path", type=click.Path(path_type=Path))
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), required=True, metavar="OUT", help="The corpus file to write."
)
@click.option(
    "--split", "splits", multiple=True, metavar="NAME", help="Only this part, such as train; may be repeated."
)
@click.option("--rejects", type=click.Path(path_type=Path), metavar="FILE", help="Where what did not fit goes.")
@click.option("--overwrite", is_flag=True, help="Replace an output that exists.")
@json_option
def convert_command(
    layout: str,
    path: Path,
    output: Path,
    splits: tuple[str, ...],
    rejects: Path | None,
    overwrite: bool,
    as_json: bool,
) -> None:
    r"""Turn a corpus of a public or tool layout into a corpus file.

    FORMAT is one of ptc, semeval2023, semeval2021, unlp2025, babe, gvfc, climate-frames, armpro, slavic, label-studio,
    doccano and csv; PATH is the file or folder as it was published or exported. Rows, articles and labels that do not
    fit are set aside with file, line and reason in OUT.rejects.jsonl. An article in two splits is given once.

    \b
    Examples:
      triage corpus convert ptc datasets/ -o ptc.jsonl --split train
      triage corpus convert label-studio export.json -o ours.jsonl
    """
    from triage.config.taxonomy import load_taxonomy
    from triage.workflow.convert import convert_corpus

    done = convert_corpus(
        layout,
        path,
        output,
        load_taxonomy(settings(os.environ).home),
        splits=frozenset(splits),
        rejects=rejects,
        overwrite=overwrite,
    )
    if as_json:
        print_json(done)
    else:
        click.echo(f"{done.articles} articles with {done.passages} passages and {done.spans} spans in {output}")
        print_table(["marker", "found"], [[marker, str(count)] for marker, count in done.markers.items()])
    if done.rejects_file:
        say(f"{done.set_aside} set aside, {done.mended} mended; the reasons are in {done.rejects_file}")
