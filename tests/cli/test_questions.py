"""`record` alone, in a real terminal: questions, defaults, a preview, and `Save? [y]`."""

from __future__ import annotations

import pytest

from ledger.database import Database
from ledger.envelope import Fact
from ledger.history import facts
from tests.cli.terminal import terminal
from tests.rooms import Room
from tests.store.ledgers import bytes_of, draft, make


@pytest.fixture
def where(room: Room) -> Database:
    """A ledger with a company, a source and a plant."""
    return make(
        room,
        draft("source.registered", "acme-2025", title="Report", published="2025"),
        draft("company.registered", "acme", name="ACME"),
        draft("plant.named", "north", on="2025", source="acme-2025", company="acme"),
    )


def recorded(where: Database) -> list[Fact]:
    """All facts of the ledger."""
    with where.reading() as connection:
        return list(facts(connection))


def test_a_fact_by_questions(where: Database) -> None:
    """Wrong answers are told and asked again, ? helps, Enter takes the default."""
    with terminal("--ledger", str(where), "record") as screen:
        screen.answer("Fact type", "?")
        listed = screen.answer("Fact type", "fact.corrected").split()
        assert "plant.named" in listed
        assert not [word for word in listed if word.startswith("fact.")]
        assert "`lsledger correct REF` records it." in screen.answer("Fact type", "plant.complete")
        assert "There is no fact type 'plant.complete'. Did you mean plant.completed" in (
            screen.answer("Fact type", "plant.named")
        )
        screen.answer("Id of the plant", "?")
        assert "Known: north." in screen.answer("Id of the plant", "South Plant")
        assert "'South Plant' is not an id" in screen.answer("Id of the plant", "south")
        screen.answer("on (required)", "")
        assert "Needed. When it happened" in screen.answer("on (required)", "2025-13")
        assert "'2025-13' is not in the calendar" in screen.answer("on (required)", "2025-Q3")
        screen.expect("source [acme-2025]")
        screen.expect(": ")
        screen.type("")
        screen.answer("name", "남부 공장")
        screen.answer("company [acme]", "?")
        assert "One of: acme." in screen.answer("company [acme]", "-")
        while True:
            before = screen.expect(": ")
            if "stage" in before:
                break
            screen.type("")
        screen.type("?")
        assert "precursor" in screen.expect("\nstage: ")
        screen.type("precursor")
        while "tags" not in screen.expect(": "):
            screen.type("")
        screen.type("new")
        screen.answer("another tags", "korea")
        screen.answer("another tags", "")
        preview = screen.expect("Save? [Y/n]: ")
        for line in (
            "#4 plant:south@1  plant.named  2025-Q3",
            "    name      남부 공장",
            "    stage     precursor",
            "    source    acme-2025",
            "    tags      new, korea",
        ):
            assert line in preview.splitlines()
        assert len(recorded(where)) == 3
        screen.type("y")
        screen.expect("Recorded #4 plant:south@1")
        assert screen.end() == 0
    fact = recorded(where)[-1]
    assert (fact.ref, fact.source, fact.tags) == ("plant:south@1", "acme-2025", ("new", "korea"))


def test_a_refused_fact_can_be_mended(where: Database) -> None:
    """A rule is told after the questions; one answer is changed, the others stay."""
    words = ("record", "plant.completed", "--on", "2025", "--name", "South", "--stage", "oxide")
    with terminal("--ledger", str(where), *words) as screen:
        screen.answer("Id of the plant", "south")
        screen.answer("source", "acme-2052")
        while "tags" not in screen.expect(": "):
            screen.type("")
        screen.type("")
        assert "Did you mean acme-2025?" in screen.answer("Which answer to change?", "sorce")
        assert "Did you mean source?" in screen.answer("Which answer to change?", "source")
        screen.answer("source", "acme-2025")
        screen.expect("Save? [Y/n]: ")
        screen.type("")
        assert screen.end() == 0
    assert recorded(where)[-1].source == "acme-2025"


def test_no_saves_nothing(where: Database) -> None:
    """`n` at the end leaves the ledger as it was."""
    before = bytes_of(where)
    with terminal("--ledger", str(where), "record", "plant.closed") as screen:
        screen.answer("Id of the plant", "north")
        screen.answer("on (required)", "2026")
        while "tags" not in screen.expect(": "):
            screen.type("")
        screen.type("")
        screen.expect("Save? [Y/n]: ")
        screen.type("n")
        screen.expect("Not saved.")
        assert screen.end() == 0
    assert bytes_of(where) == before


@pytest.mark.parametrize("key", ["\x03", "\x04"], ids=["Ctrl-C", "Ctrl-D"])
@pytest.mark.parametrize("moment", ["Fact type", "Id of the", "Save? [Y/n]"])
def test_whoever_leaves_records_nothing(where: Database, key: str, moment: str) -> None:
    """Ctrl-C and the end of input at any question: exit code 130 and a word of comfort."""
    before = bytes_of(where)
    with terminal("--ledger", str(where), "record") as screen:
        if moment != "Fact type":
            screen.answer("Fact type", "plant.resumed")
        if moment == "Save? [Y/n]":
            screen.answer("Id of the plant", "north")
            screen.answer("on (required)", "2025-13")
            screen.answer("on (required)", "2026")
            while "tags" not in screen.expect(": "):
                screen.type("")
            screen.type("")
            screen.answer("Which answer to change?", "on")
            screen.answer("on (required)", "2026")
            moment = "Which answer to change?"
        screen.expect(moment)
        screen.expect(": ")
        screen.insist(key, "Stopped; nothing was recorded.")
        assert screen.end() == 130
    assert bytes_of(where) == before


def test_the_tab_key_completes(where: Database) -> None:
    """Types, ids and stages are completed as in the shell."""
    with terminal("--ledger", str(where), "record") as screen:
        screen.expect("Fact type: ")
        screen.press("plant.clo")
        screen.insist("\t", "plant.closed")
        screen.type("")
        screen.expect("Id of the plant: ")
        screen.press("no")
        screen.insist("\t", "north")
        screen.type("")
        screen.answer("on (required)", "2026")
        # The Ctrl-C itself would drop what is typed and not yet read.
        screen.expect("source")
        screen.insist("\x03", "Stopped")
        assert screen.end() == 130
