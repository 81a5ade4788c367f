from __future__ import annotations

from collections.abc import Iterator

import click
import pytest

from cli.main import lsledger
from cli.record import record
from docs.generate import FOLDER, PAGES
from docs.pages.revisions import COMMANDS as REVISIONS
from ledger.errors import catalogue
from ledger.facts import FACT_TYPES
from ledger.facts.revision import Revision
from ledger.fields import Envelope, Identity
from projections.views import NAMES


@pytest.mark.parametrize("name", PAGES)
def test_the_reference_is_current(name: str) -> None:
    """Each page of the reference says what the code says."""
    written = (FOLDER / name).read_text("utf-8")
    assert PAGES[name]() == written, f"docs/reference/{name} is not current: run `make reference`"


def test_no_other_page_lies_in_the_reference() -> None:
    """A page that nothing generates any more is noticed."""
    assert {path.name for path in FOLDER.iterdir()} == set(PAGES)


@pytest.mark.parametrize("name", PAGES)
def test_pages_do_not_depend_on_where_they_are_made(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The window's width, a ledger at hand and the actor's name leave no trace."""
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setenv("LSLEDGER_LEDGER", "elsewhere.db")
    monkeypatch.setenv("LSLEDGER_ACTOR", "somebody else")
    assert PAGES[name]() == (FOLDER / name).read_text("utf-8")


def test_every_command_and_option_has_its_help_in_the_reference() -> None:
    """Nothing that can be typed is missing from the page of the commands."""
    text = (FOLDER / "commands.md").read_text("utf-8")
    found = list(_commands(click.Context(lsledger, info_name="lsledger")))
    assert len(found) > 20
    for context in found:
        path = context.command_path
        section = text.partition(f"# {path}\n")[2].partition("\n#")[0]
        assert f"Usage: {path} " in section
        for param in context.command.params:
            for name in _names(param, context):
                assert name in section, f"{path}: {name} is not mentioned"


def test_every_fact_type_and_field_is_in_the_reference() -> None:
    """Nothing that a fact can say is missing from the page of the facts."""
    facts = (FOLDER / "facts.md").read_text("utf-8")
    commands = (FOLDER / "commands.md").read_text("utf-8")
    for part in (Identity, Envelope):
        assert [field for field in part.model_fields if f"| `{field}` |" not in facts] == []
    for name, model in FACT_TYPES.items():
        kind = f"{model.stream_kind().capitalize()} facts"
        heading = "Facts about facts" if issubclass(model, Revision) else kind
        section = facts.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
        assert f"| [`{name}`](#" in section
        if issubclass(model, Revision):
            assert f"### lsledger {REVISIONS[name]}\n" in commands
        else:
            assert name in commands
        for field in model.model_fields:
            assert f"| `{field}` |" in section, f"{name}: {field} is not mentioned"


def test_every_error_and_view_is_in_the_reference() -> None:
    """Nothing that a program can meet is missing from its pages."""
    errors = (FOLDER / "errors.md").read_text("utf-8")
    assert [e.code for e in catalogue() if f"| `{e.code}` |" not in errors] == []
    shapes = (FOLDER / "json.md").read_text("utf-8")
    assert [name for name in NAMES if f"### {name}\n" not in shapes] == []


def _commands(context: click.Context) -> Iterator[click.Context]:
    """Every command; of the fact types none, since they have a page of their own."""
    yield context
    command = context.command
    if isinstance(command, click.Group) and command is not record:
        for name in command.list_commands(context):
            child = command.get_command(context, name)
            assert child is not None
            yield from _commands(click.Context(child, parent=context, info_name=name))


def _names(param: click.Parameter, context: click.Context) -> list[str]:
    if isinstance(param, click.Option):
        return [*param.opts, *param.secondary_opts]
    return [param.make_metavar(context)]
