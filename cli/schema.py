"""`schema`: the JSON Schema of import files, and a small file to start from."""

from __future__ import annotations

import json

import click

from cli.options import common

EXAMPLE = """\
# yaml-language-server: $schema=lsledger.schema.json
# Check with `lsledger import --dry-run FILE`, record with `lsledger import FILE`.
source:
  id: acme-2025-03-04
  title: ACME completes its northern plant
  published: 2025-03-04
  publisher: ACME Corp.
  language: en
facts:
  - company.registered:
      id: acme
      name: ACME Corp.
      country: KR
  - plant.completed:
      id: acme-north
      on: 2025-02            # as precise as the text, and no more
      name: Northern plant
      company: acme
      stage: precursor
  - promise.made:
      id: acme-north-2026
      on: 2025-03-04
      by: acme
      statement: Production of about 20,000 tonnes in 2026
      measure: production
      wording: aims
      about: [plant:acme-north]
      stage: precursor
      quantity: ~20,000 t
      due: 2026
"""


@click.command("schema")
@click.option("--jsonl", is_flag=True, help="The schema of one line of JSON Lines instead.")
@click.option("--example", is_flag=True, help="A small import file in YAML to start from.")
@click.option("--types", is_flag=True, help="The fact types, each with its meaning.")
@common
def schema(jsonl: bool, example: bool, types: bool) -> None:
    """Print the JSON Schema of import files, for editors and programs.

    \b
    lsledger schema > lsledger.schema.json
    lsledger schema --example > facts.yaml
    """
    if example:
        click.echo(EXAMPLE, nl=False)
        return
    if types:
        from cli.text import plain_table
        from ledger.facts import FACT_TYPES

        rows = [(name, (t.__doc__ or "").partition("\n")[0]) for name, t in FACT_TYPES.items()]
        click.echo("\n".join(plain_table(("type", "meaning"), rows)))
        return
    from ledger.schema import file_schema, line_schema

    click.echo(json.dumps(line_schema() if jsonl else file_schema(), ensure_ascii=False, indent=2))


COMMANDS = {"schema": schema}
