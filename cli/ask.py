"""Recording by questions: field by field, with defaults and completion, a preview, and `Save?`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any

import click
from pydantic import ValidationError

from cli import messages
from cli.describe import in_full
from cli.record import ABOUT_FACTS, command_about_facts
from cli.record_type import choices, plain_type
from cli.recording import record_into, tell
from cli.settings import Settings
from ledger import history
from ledger.book import Recorded, record
from ledger.envelope import Draft, Fact, Fault
from ledger.errors import CollectedError, LedgerError, Where, did_you_mean
from ledger.facts import FACT_TYPES, FactContent
from ledger.fields import ENVELOPE_HELP, Envelope, Identity, draft, problems
from ledger.reference.stages import MATERIALS, STAGES
from ledger.store import Store, opened
from ledger.values import Party

KEPT = ("source", "company", "by", "material", "stage", "country", "kind", "role", "wording")
"""Fields whose last value is offered as the default; the others differ from fact to fact."""

NOTHING = "-"
"""What to type to leave a field out that has a default."""


def ask_for_fact(
    settings: Settings,
    model: type[FactContent] | None,
    id_: str | None,
    given: dict[str, Any],
    *,
    force: bool,
    dry_run: bool,
) -> None:
    """Ask for whatever is not given, show the fact, and record it on `y`."""
    try:
        with opened(settings.database) as store:
            known = _Known(settings)
            click.echo(
                f"Enter leaves a field out or takes the [default]; {NOTHING} clears it; ? helps."
            )
            model = model or _ask_type()
            id_ = id_ or _ask_id(model, known.ids(model.stream_kind()))
            fields = {"id": id_, **given, **_ask_fields(model, given, known)}
            drafted, preview = _accepted(store, settings, model, fields, known, force=force)
            click.echo("")
            for fact in preview.facts:
                click.echo("\n".join(in_full(fact)))
            if dry_run or not preview.facts:
                tell(preview, dry_run=dry_run, where=settings.database)
            elif click.confirm("Save?", default=True):
                done = record_into(store, settings, [drafted], force=force)
                tell(done, dry_run=False, where=settings.database)
            else:
                messages.say("Not saved.")
    except click.Abort:  # at a question, all of which come before
        raise messages.stopped() from None


def _accepted(
    store: Store,
    settings: Settings,
    model: type[FactContent],
    fields: dict[str, Any],
    known: _Known,
    *,
    force: bool,
) -> tuple[Draft | Fault, Recorded]:
    """The draft of the answers and what would be recorded; a refused answer is asked for anew.

    Nobody should have to type a whole fact again for one wrong answer.
    """
    while True:
        drafted = draft(model.TYPE, fields)
        try:
            return drafted, record(
                store,
                [drafted],
                actor=settings.actor_name(),
                now=settings.clock(),
                force=force,
                dry_run=True,
            )
        except LedgerError as error:
            wrong = error.errors if isinstance(error, CollectedError) else (error,)
            messages.show_errors(wrong, as_json=settings.json_errors)
            if not _change_one(model, fields, known):
                raise click.Abort from None


class _Known:
    """What the ledger holds already: ids for completion, last values for defaults."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._last = cache(self._read_last)
        self.ids = cache(self._read_ids)

    def _read_ids(self, kind: str) -> list[str]:
        """The ids of a kind of stream."""
        with self._settings.database.reading() as connection:
            names = history.stream_names(connection, kind)
        return [name.partition(":")[2] for name in names]

    def _read_last(self, type_name: str | None) -> Fact | None:
        """The last fact of a type, or of all."""
        with self._settings.database.reading() as connection:
            return history.last(connection, type_name)

    def words_for(self, name: str, type_: Any) -> list[str]:
        """What completion offers for a field."""
        if type_ is Party:
            return self.ids("company")
        if name in ("plants", "about"):
            kinds = ("plant",) if name == "plants" else ("plant", "contract", "investment")
            return [f"{kind}:{id_}" for kind in kinds for id_ in self.ids(kind)]
        return {
            "source": self.ids("source"),
            "material": list(MATERIALS),
            "stage": list(STAGES),
        }.get(name, [])

    def default_for(self, model: type[FactContent], name: str) -> str | None:
        """The value of the last similar fact, where such values tend to repeat."""
        if name not in KEPT:
            return None
        if name == "source":
            last = self._last(None)
            return last.source if last is not None else None
        similar = self._last(model.TYPE)
        value = getattr(similar.content, name, None) if similar is not None else None
        return str(value) if value is not None else None


def _ask_type() -> type[FactContent]:
    types = {name: model for name, model in FACT_TYPES.items() if name not in ABOUT_FACTS}
    while True:
        with _completing(types):
            answer = _prompt("Fact type", None)
        if answer in types:
            return types[answer]
        if answer in ABOUT_FACTS:
            click.echo(f"  `{command_about_facts(answer)}` records it.")
        elif answer in ("", "?"):
            click.echo("\n".join(f"  {name}" for name in types))
        else:
            hint = did_you_mean(answer, FACT_TYPES) or "? lists them."
            click.echo(f"  There is no fact type {answer!r}. {hint}")


def _ask_id(model: type[FactContent], known: Sequence[str]) -> str:
    while True:
        with _completing(known):
            answer = _prompt(f"Id of the {model.stream_kind()}", None)
        if answer in ("", "?"):
            click.echo(f"  {ENVELOPE_HELP['id']} Known: {', '.join(known) or 'none yet'}.")
        elif (found := _check(Identity, "id", answer, model)) is None:
            return answer
        else:
            click.echo(f"  {found}")


def _ask_fields(model: type[FactContent], given: dict[str, Any], known: _Known) -> dict[str, Any]:
    """Every field that is not given yet."""
    answers: dict[str, Any] = {}
    for owner, name, field in _questions(model):
        if name in given:
            continue
        required = _is_required(model, name, field)
        answer = _ask_field(owner, name, field, model, known, required=required)
        if answer not in (None, []):
            answers[name] = answer
    return answers


def _questions(model: type[FactContent]) -> list[tuple[Any, str, Any]]:
    """What is asked: when and on what source first, then what it says."""
    envelope = Envelope.model_fields
    return [
        *((Envelope, name, envelope[name]) for name in ("on", "source")),
        *((model, name, field) for name, field in model.model_fields.items()),
        *((Envelope, name, envelope[name]) for name in ("locator", "quote", "note", "tags")),
    ]


def _is_required(model: type[FactContent], name: str, field: Any) -> bool:
    return field.is_required() or (name == "on" and model.NEEDS_DATE)


def _change_one(model: type[FactContent], fields: dict[str, Any], known: _Known) -> bool:
    """Ask which answer to change, and for the new one; False when the person gives up."""
    asked = _questions(model)
    names = [*(name for _, name, _ in asked), "id"]
    while True:
        with _completing(names):
            name = _prompt("Which answer to change? (Enter stops)", None).replace(" ", "_")
        if not name:
            return False
        if name == "id":
            fields["id"] = _ask_id(model, known.ids(model.stream_kind()))
            return True
        for owner, question, field in asked:
            if question == name:
                required = _is_required(model, name, field)
                fields[name] = _ask_field(owner, name, field, model, known, required=required)
                return True
        click.echo(f"  {did_you_mean(name, names) or 'Its fields: ' + ', '.join(names) + '.'}")


def _ask_field(
    owner: Any, name: str, field: Any, model: type[FactContent], known: _Known, *, required: bool
) -> str | list[str] | None:
    type_, many = plain_type(field.annotation)
    words = choices(type_) or (["yes", "no"] if type_ is bool else known.words_for(name, type_))
    default = None if many else known.default_for(model, name)
    help_ = field.description or ENVELOPE_HELP.get(name, "")
    found: list[str] = []
    while True:
        label = name.replace("_", " ") + (" (required)" if required and not found else "")
        with _completing(words):
            answer = _prompt(f"{'another ' if found else ''}{label}", default)
        if answer == "?":
            listed = f" One of: {', '.join(words)}." if words else ""
            click.echo(f"  {help_}{listed}")
        elif answer in ("", NOTHING):
            if not required or found:
                return found if many else None
            click.echo(f"  Needed. {help_}")
        elif (problem := _check(owner, name, [answer] if many else answer, model)) is not None:
            click.echo(f"  {problem}")
        elif many:
            found.append(answer)
        else:
            return answer


def _check(owner: Any, name: str, value: Any, model: type[FactContent]) -> str | None:
    """What is wrong with an answer, or None."""
    try:
        owner.model_validate({name: value})
    except ValidationError as error:
        # The other fields are missing still: only what concerns this one is of interest.
        for found in problems(error, model.TYPE, model, lambda path, _: Where(str(path[:1]))):
            if found.where == Where(str((name,))):
                return f"{found.what}. {found.hint}".strip()
    return None


def _prompt(label: str, default: str | None) -> str:
    answer: str = click.prompt(label, default=default or "", show_default=bool(default))
    return answer.strip()


@contextmanager
def _completing(words: Iterable[str]) -> Iterator[None]:
    """Complete with the tab key from these words while a question is open."""
    try:
        import readline
    except ImportError:  # not on every platform
        yield
        return
    options = list(words)

    def complete(begun: str, state: int) -> str | None:
        fitting = [word for word in options if word.startswith(begun)]
        return fitting[state] if state < len(fitting) else None

    before: Callable[[str, int], str | None] | None = readline.get_completer()
    delimiters = readline.get_completer_delims()
    readline.set_completer(complete)
    readline.set_completer_delims("\n")
    readline.parse_and_bind("tab: complete")
    try:
        yield
    finally:
        readline.set_completer(before)
        readline.set_completer_delims(delimiters)
