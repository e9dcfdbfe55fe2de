"""`triage statement`: why a case was decided as it was, for those whom it concerns."""

from __future__ import annotations

import click

from triage.cli.options import desk_options, json_option
from triage.cli.output import print_json
from triage.config.settings import Settings


@click.command()
@click.argument("case")
@json_option
@desk_options
def statement_command(desk: Settings, case: str, as_json: bool) -> None:
    r"""Print the statement of reasons for a decided case, with no personal data in it.

    In the terms of Art. 17 of the EU's Digital Services Act: facts, automated means, ground, redress. The reason is
    quoted where it is on the desk's list (triage.toml, [desk] reasons); a reason in free words stays on record.

    \b
    Example:
      triage statement 12 > statement-12.txt
    """
    from triage.config.desk import load_rules
    from triage.workflow.database import open_desk
    from triage.workflow.statement import as_text, statement

    with open_desk(desk.db_url) as opened:
        said = statement(opened, case, rules=load_rules(desk.home))
    if as_json:
        print_json(said)
    else:
        click.echo(as_text(said), nl=False)
