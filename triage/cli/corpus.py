"""`triage corpus`: labelled corpora checked, and converted from foreign layouts."""

from __future__ import annotations

import os
from pathlib import Path

import click

from triage.cli.convert import convert_command
from triage.cli.options import corpora_argument, json_option
from triage.cli.output import print_json, print_table, say
from triage.config.settings import settings


@click.group()
def corpus_command() -> None:
    r"""Check labelled corpora, and convert foreign layouts.

    \b
    Examples:
      triage corpus check train.jsonl test.jsonl
      triage corpus convert ptc datasets/ -o ptc.jsonl
    """


@corpus_command.command("check")
@corpora_argument
@click.option("--infer", "proposes", is_flag=True, help="Propose annotated for each file instead.")
@json_option
def check_command(corpora: tuple[str, ...], proposes: bool, as_json: bool) -> int:
    r"""Look for what would fake a score or teach nonsense.

    Offsets past the text, unknown labels, labels that annotated does not name, articles or groups in two files, copies
    in two groups, markers with one class alone. Files given together are taken together. Exit code 1 where there is a
    fault; near-copies are only remarked on.

    \b
    Examples:
      triage corpus check train.jsonl test.jsonl
      triage corpus check --infer ours.jsonl
    """
    from triage.config.taxonomy import load_taxonomy
    from triage.workflow.corpus import check, infer

    paths = [Path(path) for path in corpora]
    taxonomy = load_taxonomy(settings(os.environ).home)
    if proposes:
        print_json(infer(paths, taxonomy))
        say("a proposal: only the annotators' guidelines say what else they looked for")
        return 0
    checked = check(paths, taxonomy)
    if as_json:
        print_json(
            {
                "articles": checked.articles,
                "languages": checked.languages,
                "markers": checked.markers,
                "findings": checked.findings,
            }
        )
    else:
        click.echo(f"{checked.articles} articles: {', '.join(f'{k} {n}' for k, n in checked.languages.items())}")
        print_table(["marker", "articles"], [[marker, str(count)] for marker, count in checked.markers.items()])
        for finding in checked.findings:
            click.echo(f"{'fault' if finding.is_fault else 'remark'}: {finding}")
    say(f"{len(checked.faults)} faults, {len(checked.findings) - len(checked.faults)} remarks")
    return 1 if checked.faults else 0


corpus_command.add_command(convert_command)
