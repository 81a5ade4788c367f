"""The one language of options: the same words with the same meaning on every command."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, TypeVar

import click
from click.core import ParameterSource

from cli import complete
from cli.settings import Settings
from ledger.errors import DateError, InputError

if TYPE_CHECKING:
    from ledger.cut import Cut
    from ledger.values import PartialDate
    from projections.filters import Filters

F = TypeVar("F", bound=Callable[..., Any])


def _set(name: str) -> Callable[[click.Context, click.Parameter, Any], Any]:
    """Keep an option's value in the settings, whether it stood before or after the command."""

    def callback(ctx: click.Context, param: click.Parameter, value: Any) -> Any:
        if value not in (None, False, ()) and not _said_before(ctx, param):
            setattr(ctx.ensure_object(Settings), name, value)
        return value

    return callback


def _said_before(ctx: click.Context, param: click.Parameter) -> bool:
    """Whether the value is only the environment's, which the group has taken already: what was
    typed before the command must not be undone by it.
    """
    source = ctx.get_parameter_source(param.name or "")
    above = ctx.parent.command.params if ctx.parent is not None else []
    return source is ParameterSource.ENVIRONMENT and any(p.name == param.name for p in above)


ledger_option = click.option(
    "--ledger",
    metavar="URL",
    envvar="LSLEDGER_LEDGER",
    expose_value=False,
    callback=_set("ledger"),
    is_eager=True,
    help="The ledger's file or URL (default: ledger.db).",
)
actor_option = click.option(
    "--actor",
    metavar="NAME",
    expose_value=False,
    callback=_set("actor"),
    help="Who is recording (default: LSLEDGER_ACTOR, git's user.email, the system user).",
)
key_option = click.option(
    "--key",
    metavar="FILE",
    envvar="LSLEDGER_KEY",
    type=click.Path(),
    expose_value=False,
    callback=_set("key"),
    help="Sign a checkpoint with this key (default: LSLEDGER_KEY); `keygen` makes one.",
)
trust_option = click.option(
    "--trust",
    metavar="KEY",
    multiple=True,
    expose_value=False,
    callback=_set("trust"),
    help="A verifier key that you hold, or a file of them (default: LSLEDGER_TRUST). Can be "
    "given several times.",
)
json_errors_option = click.option(
    "--json-errors",
    is_flag=True,
    expose_value=False,
    callback=_set("json_errors"),
    is_eager=True,
    help="Print errors as JSON, one object a line.",
)


def common(function: F) -> F:
    """Which ledger, and how errors are told: on every command."""
    return ledger_option(json_errors_option(function))


def writing(function: F) -> F:
    """The options of commands that record."""
    force = click.option(
        "--force", is_flag=True, help="Record in spite of timeline rules; the fact says so."
    )
    dry_run = click.option(
        "--dry-run", is_flag=True, help="Show what would be recorded, and record nothing."
    )
    return common(actor_option(key_option(dry_run(force(function)))))


def cut_options(function: F) -> F:
    """The three times of a view."""
    for option in (
        click.option(
            "--public-at", metavar="DATE", help="Only what was published by then (a date)."
        ),
        click.option(
            "--known-at",
            metavar="WHEN",
            help="Only what was recorded by then: a date, an instant, or #120 for a fact.",
        ),
        click.option("--as-of", metavar="DATE", help="What was so on that day (default: today)."),
    ):
        function = option(function)
    return function


def filter_options(statuses: Sequence[str]) -> Callable[[F], F]:
    """What to keep of a view; each can be given several times.

    statuses: the words that the view takes for --status; none, and it has no such option.
    """
    from ledger.reference.stages import MATERIALS, STAGES

    words = ", ".join(statuses)
    options = [
        click.option(
            "--company",
            metavar="COMPANY",
            multiple=True,
            shell_complete=complete.companies,
            help="Only of this company (its id). Like the other filters it can be given "
            "several times.",
        ),
        click.option(
            "--material",
            metavar="CHAIN",
            multiple=True,
            shell_complete=complete.materials,
            help=f"Only of this chain: {', '.join(MATERIALS)}.",
        ),
        click.option(
            "--stage",
            metavar="STAGE",
            multiple=True,
            shell_complete=complete.stages,
            help=f"Only of this stage: {', '.join(STAGES)}.",
        ),
        click.option(
            "--country",
            metavar="CODE",
            multiple=True,
            help="Only in this country: its ISO 3166 code, such as KR.",
        ),
    ]
    if statuses:
        options.append(
            click.option(
                "--status",
                metavar="STATUS",
                multiple=True,
                shell_complete=complete.words(statuses),
                help=f"Only with this status: {words}.",
            )
        )

    def decorate(function: F) -> F:
        for option in reversed(options):
            function = option(function)
        return function

    return decorate


def output_options(function: F) -> F:
    """How and where to print."""
    for option in (
        click.option(
            "-o",
            "--output",
            metavar="FILE",
            type=click.Path(),
            help="Write to a file; its extension picks the format.",
        ),
        click.option(
            "--format",
            "format_",
            type=click.Choice(["table", "csv", "json", "jsonl", "md", "xlsx", "parquet"]),
            help="What to print (default: a table).",
        ),
    ):
        function = option(function)
    return function


def text_or_json_option(function: F) -> F:
    """What to print where it is no table: text for people, or JSON for programs."""
    return click.option(
        "--format",
        "format_",
        type=click.Choice(["text", "json"]),
        default="text",
        help="What to print (default: text).",
    )(function)


def evidence_option(function: F) -> F:
    """The facts behind each column, in what is written for programs and files."""
    return click.option(
        "--with-evidence",
        is_flag=True,
        help="Add, for each column, a column NAME_facts with the references of the facts behind "
        "it; with -o, or a --format other than table.",
    )(function)


def filters_of(given: dict[str, Any]) -> Filters:
    """The filters out of a command's options, which it takes out."""
    from projections.filters import Filters

    return Filters(
        company=given.pop("company"),
        material=given.pop("material"),
        stage=given.pop("stage"),
        country=given.pop("country"),
        status=given.pop("status", ()),
    )


def cut_of(
    settings: Settings, as_of: str | None, known_at: str | None, public_at: str | None
) -> Cut:
    """The cut that the options name.

    Raises DateError or InputError for what cannot be read.
    """
    from ledger.cut import Cut

    return Cut(
        as_of=last_day(as_of, "--as-of") if as_of is not None else settings.today,
        known_at=moment(known_at, "--known-at") if known_at is not None else None,
        public_at=last_day(public_at, "--public-at") if public_at is not None else None,
    )


def last_day(text: str, option: str) -> date:
    """The last day of a partial date: what it means as a cut or as an upper limit."""
    date_ = _partial_date(text, option)
    if date_.is_open_end:
        raise DateError(
            f"{option}: {text} has no end", hint="Give a date that ends: 2025, 2025-09."
        )
    return date_.latest


def first_day(text: str, option: str) -> date:
    """The first day of a partial date: what it means as a lower limit."""
    return _partial_date(text, option).earliest


def _partial_date(text: str, option: str) -> PartialDate:
    from ledger.values import PartialDate

    try:
        return PartialDate.parse(text)
    except DateError as error:
        raise DateError(f"{option}: {error.what}", hint=error.hint) from None


def moment(text: str, option: str) -> datetime | int:
    """A moment of recording: a sequence number `#120`, an instant, or the end of a date."""
    if text.startswith("#"):
        if not (text[1:].isascii() and text[1:].isdigit()) or len(text) > 19:
            raise InputError(f"{option}: {text!r} is no sequence number", hint="Such as #120.")
        return int(text[1:])
    if "T" in text or " " in text:
        try:
            instant = datetime.fromisoformat(text)
        except ValueError:
            raise DateError(
                f"{option}: {text!r} is not an instant", hint="Such as 2026-03-05T14:30:00Z."
            ) from None
        return instant if instant.tzinfo is not None else instant.replace(tzinfo=UTC)
    last = last_day(text, option)
    return datetime(last.year, last.month, last.day, 23, 59, 59, 999_999, tzinfo=UTC)
