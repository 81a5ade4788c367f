"""`diff`: what changed in the portfolio between two cuts."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli import messages, render
from cli.options import common, last_day, moment
from cli.settings import Settings
from ledger.cut import Cut
from ledger.errors import CutError, FileTypeError, InputError, hints

if TYPE_CHECKING:
    from projections.diff import Change

FORMATS = {".txt": "text", ".md": "md", ".json": "json"}
CUT_HINT = (
    "A cut is a date (the ledger as it stood then), #120, as-of=DATE, known-at=WHEN, or both."
)


@click.command("diff")
@click.option("--from", "from_", metavar="CUT", required=True, help="The earlier cut.")
@click.option("--to", metavar="CUT", help="The later cut (default: now).")
@click.option(
    "--format", "format_", type=click.Choice(["text", "md", "json"]), help="What to print."
)
@click.option(
    "-o", "--output", metavar="FILE", type=click.Path(), help="Write to a file: .txt, .md or .json."
)
@common
@click.pass_obj
def diff(
    settings: Settings,
    /,
    from_: str,
    to: str | None,
    format_: str | None,
    output: str | None,
) -> None:
    """Show what changed between two cuts, and which facts caused it.

    A CUT is a date, which means the ledger as it stood at the end of it (what was so that
    day, as known that day); or one of the two times alone: #120 or known-at=2026-03 for what
    was recorded by then, as-of=2026-03 for what was so on a day; or both with a comma.

    \b
    lsledger diff --from 2026-03-31                       since the last board meeting
    lsledger diff --from '#40' --to '#60'                 what twenty facts did
    lsledger diff --from as-of=2024 --to as-of=2025       what happened in 2025
    """
    before = parse_cut(from_, settings, "--from")
    after = parse_cut(to, settings, "--to") if to is not None else Cut(settings.today)
    name = _format(format_, output)
    changes, last_seq = changed(settings, before, after, "--from")
    text = _RENDERED[name](changes, before, after, last_seq)
    if output is None:
        click.echo(text, nl=False)
        return
    from projections.exports.to_file import replacing

    with replacing(Path(output)) as out:
        out.write(text.encode())
    messages.say(f"Wrote {len(changes)} changes to {output}.")


def changed(settings: Settings, before: Cut, after: Cut, option: str) -> tuple[list[Change], int]:
    """What changed between two cuts, and the newest fact that the ledger holds.

    option: by which the earlier cut is given, for the hint. Raises CutError for a cut that the
    record does not reach.
    """
    from ledger import history
    from projections.diff import diff as changes_between
    from projections.read import reader
    from projections.time_travel import Past

    where, today = settings.database, settings.today
    try:
        with (
            reader(where, before, today) as old,
            reader(where, after, today) as new,
            where.reading() as connection,
        ):
            load = partial(history.stream, connection)
            changes = list(changes_between(old, new, Past(load, before), Past(load, after)))
            return changes, new.last_seq
    except CutError as error:
        near = f"To compare days alone: {option} as-of=DATE." if before.known_at else ""
        raise CutError(error.what, hint=hints(f"{error.hint.rstrip('.')}.", near)) from None


def parse_cut(text: str, settings: Settings, option: str) -> Cut:
    """A cut as it is typed.

    Raises DateError or InputError with the forms that there are.
    """
    if "=" not in text:
        if text.startswith("#"):
            return Cut(settings.today, moment(text, option))
        when = moment(text, option)
        assert not isinstance(when, int)
        return Cut(when.date(), when)
    parts = dict(part.partition("=")[::2] for part in text.replace(" ", "").split(","))
    unknown = parts.keys() - {"as-of", "known-at"}
    if unknown:
        raise InputError(f"{option}: {sorted(unknown)[0]!r} is not a time", hint=CUT_HINT)
    as_of, known_at = parts.get("as-of"), parts.get("known-at")
    return Cut(
        last_day(as_of, option) if as_of is not None else settings.today,
        moment(known_at, option) if known_at is not None else None,
    )


def _format(format_: str | None, output: str | None) -> str:
    if output is None:
        return format_ or "text"
    extension = Path(output).suffix.lower()
    if extension not in FORMATS:
        raise FileTypeError(
            f"{extension or output!r} is no format that a diff can be written in",
            hint=f"Extensions: {', '.join(FORMATS)}.",
        )
    return format_ or FORMATS[extension]


def _heading(before: Cut, after: Cut) -> str:
    def words(cut: Cut) -> str:
        return render.cut_text(cut, 0).partition(" (")[0]

    return f"What changed\n  from: {words(before)}\n  to:   {words(after)}"


def _text(changes: list[Change], before: Cut, after: Cut, _last_seq: int) -> str:
    lines = [_heading(before, after), ""]
    for change in changes:
        lines.append(click.style(f"{change.kind}  {change.item}", bold=True))
        lines += [f"    {line}" for line in _field_lines(change)]
        lines += [f"    because of {_causes(change)}", ""]
    return "\n".join(lines if changes else [*lines, "Nothing changed.", ""])


def _causes(change: Change) -> str:
    return ", ".join(change.facts) or "the passing of time"


def _markdown(changes: list[Change], before: Cut, after: Cut, _last_seq: int) -> str:
    from projections.exports.markdown_file import escaped

    first, *cuts = _heading(before, after).splitlines()
    lines = [f"# {first}", "", *(f"- {escaped(cut.strip())}" for cut in cuts), ""]
    for change in changes:
        lines += [f"## {change.kind}: {escaped(change.item)}", ""]
        lines += [f"- {escaped(line)}" for line in _field_lines(change)]
        lines += [f"- because of {escaped(_causes(change))}", ""]
    if not changes:
        lines += ["Nothing changed.", ""]
    return "\n".join(lines)


def _field_lines(change: Change) -> list[str]:
    lines = []
    for field in change.fields:
        was, now = render.value_text(field.before), render.value_text(field.after)
        name = render.label(field.field)
        if change.kind == "new":
            lines.append(f"{name}: {now}")
        elif change.kind == "gone":
            lines.append(f"{name}: was {was}")
        else:
            lines.append(f"{name}: {was or 'not stated'} -> {now or 'not stated'}")
    return lines


def _json(changes: list[Change], before: Cut, after: Cut, last_seq: int) -> str:
    from projections.read import cut_as_data

    found: dict[str, Any] = {
        "view": "diff",
        "version": 1,
        "from": cut_as_data(before, last_seq),
        "to": cut_as_data(after, last_seq),
        "changes": [change.to_json() for change in changes],
    }
    return json.dumps(found, ensure_ascii=False, indent=2) + "\n"


_RENDERED = {"text": _text, "md": _markdown, "json": _json}

COMMANDS = {"diff": diff}
