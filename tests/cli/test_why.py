"""`why`, `show --why` and `--with-evidence`: from a figure to the words behind it."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from shlex import split
from typing import Any

import pytest

from cli.text import cells
from projections.views import NAMES
from tests.cli.console import Console
from tests.cli.terminal import plain, terminal
from tests.outside import edit
from tests.rooms import Shelf

RELEASE = """Acme completes its precursor plant

Acme said on Monday that its plant in Gunsan has a capacity of 20,000 tonnes a year.

회사는 2029년까지 생산능력을 12만 톤으로 확대할 계획이라고 설명했다. 투자 규모는 약 1조원이다.
"""
URL = "https://example.com/release"

RECORDED = (
    "company.registered acme --name Acme",
    "plant.completed north --on 2025-09 --company acme --stage precursor --country KR",
    "plant.capacity_stated north --on 2025-09 --capacity '25 kt/yr' --source release "
    "--locator 'page 1' --quote 'a capacity of 20,000 tonnes a year'",
    "investment.announced i1 --on 2025-09 --stage precursor --amount '~1tn KRW' --source release "
    "--quote '투자 규모는 약 1조원'",
    "investment.announced i2 --on 2025-09 --stage precursor --amount '28.5bn KRW ($19.4m)' "
    "--source filing --quote '28.5 billion won' --locator 'page 7'",
    "contract.signed c --on 2025-01 --company acme --stage oxide",
    "contract.delivery_recorded c --on 2025-02 --quantity '100 t'",
    "contract.delivery_recorded c --on 2025-03 --quantity '~90 t' --source filing",
    "promise.made goal --on 2025-09 --by acme --statement '확대' --measure capacity "
    "--wording plans --quantity '120 kt/yr' --due ../2029 --about plant:north --source release "
    "--quote '생산능력을 12만 톤으로 확대할 계획'",
    "promise.made yearly --on 2025-01 --by acme --statement More --measure supply --wording plans "
    "--quantity '500 t/yr' --due 2025/.. --recurring --about contract:c",
)


@pytest.fixture
def acme(console: Console, shelf: Shelf) -> Console:
    """A small portfolio: one document that is archived, and one that is only registered."""
    shelf.furnish(console.room, "acme", lambda: record_all(console))
    return console


def record_all(console: Console) -> None:
    """Record the portfolio in an empty folder."""
    console.room.empty()
    console.file("release.txt", RELEASE)
    for words in (
        ["source", "add", "release.txt", "--id", "release", "--title", "준공",
         "--publisher", "Acme", "--published", "2025-10-01", "--url", URL],
        ["source", "add", "--id", "filing", "--title", "Filing", "--published", "2025-11"],
        *(["record", *split(fact)] for fact in RECORDED),
        ["correct", "plant:north@2", "--set", "capacity=20 kt/yr", "--reason", "a typing error"],
    ):  # fmt: skip
        ran = console(*words)
        assert ran.code == 0, (words, ran.err)


def asked(console: Console, *words: str) -> str:
    """What a command prints that must succeed."""
    ran = console(*words)
    assert ran.code == 0, ran.err
    return ran.out


def data(console: Console, *words: str) -> Any:
    """What a command prints as JSON."""
    return json.loads(asked(console, *words, "--format", "json"))


class TestChain:
    """From a figure to its facts, to the words, to the document and who recorded it."""

    def test_all_of_it(self, acme: Console) -> None:
        """The correction stands with the fact, the quote within its paragraph."""
        assert (
            asked(acme, "why", "north", "capacity")
            == f"""\
plant:north as of 2026-03-31 (13 facts recorded)

capacity: 20 kt/yr (plant:north@2)

#5 plant:north@2  plant.capacity_stated  2025-09
    capacity: 20 kt/yr, was 25 kt/yr
    Acme said on Monday that its plant in Gunsan has »a capacity of 20,000 tonnes a year«.
    at page 1; paragraph 2, characters 50-83
    source:release: 준공, Acme, 2025-10-01, {URL}
    recorded 2026-03-31T09:30:00Z by kim@example.com
    corrected by plant:north@3 #13: a typing error
        capacity: 25 kt/yr -> 20 kt/yr
        on the same document, source:release
        recorded 2026-03-31T09:30:00Z by kim@example.com
"""
        )

    def test_a_sum_and_quotes_that_nobody_checked(self, acme: Console) -> None:
        """Each term has its facts; a quote without an archived text is marked."""
        out = asked(acme, "why", "totals/precursor/KRW", "amount")
        assert "amount: ~KRW 1,028.5bn = ~KRW 1tn + KRW 28.5bn (USD 19.4m)\n" in out
        assert "    investment:i1, amount: ~KRW 1tn (investment:i1@1)\n" in out
        assert "확대할 계획이라고 설명했다. »투자 규모는 약 1조원«이다.\n" in out
        assert "    »28.5 billion won«\n    (unchecked: no text of the document is at h" in out
        assert "    at page 7\n    source:filing: Filing, 2025-11\n" in out

    def test_a_share_down_to_deliveries(self, acme: Console) -> None:
        """A fact without a quote and without a document says so."""
        out = asked(acme, "why", "promises/yearly/2025", "share")
        assert "share: ~38% (~190 t of 500 t/yr)\n" in out
        assert "    reached: ~190 t = 100 t + ~90 t\n" in out
        assert "        contract:c, delivered: ~90 t (contract:c@3)\n" in out
        assert "    quantity: 100 t\n    no quote is recorded\n    no document is named\n" in out
        assert "    quantity: ~90 t\n    no quote is recorded\n    source:filing: Filing" in out

    def test_words_that_are_not_there(self, acme: Console) -> None:
        """Where somebody changed the recorded quote, it is told as not found."""
        words = (b"a capacity of 20,000 tonnes", b"a capacity of 90,000 tonnes")
        edit(acme.where, "stored_events", "state", *words)
        out = asked(acme, "why", "north", "capacity")
        assert "    »a capacity of 90,000 tonnes a year«\n    (not found: these words" in out

    def test_a_correction_rests_on_its_own_document(self, acme: Console) -> None:
        """It has its words, source, actor and time; and corrections of it stand below it."""
        change = {
            **{"type": "fact.corrected", "ref": "plant:north@2", "reason": "Newer"},
            **{"set": {"capacity": "21 kt/yr"}, "source": "filing", "quote": "21,000 tonnes"},
        }
        again = "correct plant:north@4 --set capacity='22 kt/yr' --reason Misread --source filing"
        file = acme.file("newer.jsonl", json.dumps(change))
        for words in (["import", file, "--actor", "lee"], split(again)):
            assert acme(*words).code == 0
        out = asked(acme, "why", "north", "capacity")
        assert out.endswith("""\
    corrected by plant:north@4 #14: Newer
        capacity: 20 kt/yr -> 22 kt/yr
        »21,000 tonnes«
        (unchecked: no text of the document is at hand)
        source:filing: Filing, 2025-11
        recorded 2026-03-31T09:30:00Z by lee
        corrected by plant:north@5 #15: Misread
            set: capacity 21 kt/yr -> capacity 22 kt/yr
            on the same document, source:filing
            recorded 2026-03-31T09:30:00Z by kim@example.com
""")

    def test_as_a_cut_sees_it(self, acme: Console) -> None:
        """Before the correction was known, the figure was another one."""
        out = asked(acme, "why", "north", "capacity", "--known-at", "#12")
        assert "capacity: 25 kt/yr (plant:north@2)\n" in out
        assert "corrected by" not in out
        assert "status: not stated" in asked(acme, "why", "north", "status", "--public-at", "2025")
        ran = acme("why", "north", "--as-of", "2020")
        assert (ran.code, ran.err.split("\n")[0]) == (
            *(1, "error[nothing-such]: nothing of plant:north counts at this cut"),
        )

    def test_values_that_rest_on_no_fact(self, acme: Console) -> None:
        """Reference data, and what is not stated, say so."""
        assert "rests on no fact." in asked(acme, "why", "chain/precursor", "hs")
        assert asked(acme, "why", "north", "place").endswith(
            "place: not stated\nNo fact that counts at this cut states it.\n"
        )

    def test_without_a_field_all_of_them_briefly(self, acme: Console) -> None:
        """Each field that has a value, with the facts behind it."""
        lines = asked(acme, "why", "plant:north").splitlines()[2:]
        assert lines[0].split() == ["field", "value", "facts"]
        assert [line.split("  ")[0] for line in lines[1:]] == [
            *("status", "status on", "company", "material", "stage", "capacity", "capacity on"),
            "country",
        ]
        assert lines[6].split() == ["capacity", "20", "kt/yr", "plant:north@2"]

    def test_as_data(self, acme: Console) -> None:
        """The same as JSON, under keys that stay."""
        told = data(acme, "why", "totals/precursor", "amount")
        assert list(told) == ["view", "version", "cut", "row", "fields", "facts"]
        assert (told["view"], told["version"]) == ("why", 1)
        assert told["row"] == {"view": "totals", "name": "totals/precursor/KRW"}
        (field,) = told["fields"]
        keys = ["of", "field", "value", "how", "note", "facts", "terms"]
        assert list(field) == [*keys, "possible", "conflict"]
        assert (field["how"], field["value"]["amount"]) == ("sum", "1028500000000")
        assert [list(term) for term in field["terms"]] == [keys, keys]
        one, other = told["facts"]
        assert one["ref"] == "investment:i1@1"
        assert list(one)[-3:] == ["passage", "corrections", "others"]
        passage = one["passage"]
        assert list(passage) == ["source", "locator", "words", "document"]
        assert passage["words"] == {
            "check": "found",
            "before": "회사는 2029년까지 생산능력을 12만 톤으로 확대할 계획이라고 설명했다. ",
            "quoted": "투자 규모는 약 1조원",
            "after": "이다.",
        }
        assert (passage["document"]["url"], passage["document"]["publisher"]) == (URL, "Acme")
        assert other["passage"]["words"]["check"] == "unchecked"
        ((capacity,), (fact,)) = (
            data(acme, "why", "north", "capacity")[key] for key in ("fields", "facts")
        )
        assert capacity["facts"] == [fact["ref"]] == ["plant:north@2"]
        (correction,) = fact["corrections"]
        assert list(correction) == [
            *("ref", "seq", "recorded_at", "actor", "reason", "changes", "passage", "corrections")
        ]
        assert correction["changes"] == {
            "capacity": {
                "before": {"value": "25", "unit": "kt", "per": "year"},
                "after": {"value": "20", "unit": "kt", "per": "year"},
            }
        }


class TestRows:
    """How rows and fields are named."""

    @pytest.mark.parametrize(
        ("typed", "name"),
        [
            ("plant:north", "plant:north"),
            ("north", "plant:north"),
            ("plants/north", "plant:north"),
            ("totals/all", "totals/all/KRW"),
            ("totals/PRECURSOR/krw", "totals/precursor/KRW"),
            ("capacity/precursor/2029", "capacity/precursor/../2029"),
            ("capacity/precursor/by 2029/capacity", "capacity/precursor/../2029"),
            ("chain/precursor", "chain/precursor"),
            ("promises/goal", "promise:goal"),
            ("promises/goal/2029", "promise:goal"),
            ("promises/yearly/2026", "promises/yearly/2026"),
            ("scorecard/acme", "scorecard/acme"),
            ("portfolio/precursor/stated-investment", "portfolio/precursor/Stated-investment"),
            ("log/plant:north@2", "log/plant:north@2"),
            ("sources/source:filing", "source:filing"),
        ],
    )
    def test_rows_as_people_type_them(self, acme: Console, typed: str, name: str) -> None:
        """A stream, its id, or a view and what tells its rows apart, as far as that needs."""
        assert data(acme, "why", typed)["row"]["name"] == name

    @pytest.mark.parametrize(
        "words",
        [
            ["plants/north", "capacity-on"],
            ["north", "capacity_on"],
            ["north", "Capacity on"],
            ["north", "capacity", "on"],
        ],
    )
    def test_fields_as_they_are_printed(self, acme: Console, words: list[str]) -> None:
        """With hyphens, underscores or spaces."""
        (field,) = data(acme, "why", *words)["fields"]
        assert field["field"] == "capacity_on"

    def test_the_words_of_the_page(self, acme: Console) -> None:
        """The portfolio's sections have names of their own for their columns."""
        (field,) = data(acme, "why", "portfolio/goal", "due")["fields"]
        assert (field["field"], field["facts"]) == ("on", ["promise:goal@1"])

    @pytest.mark.parametrize(
        ("words", "code", "told"),
        [
            (["totalz/all", "amount"], "input", ["Did you mean totals?"]),
            (
                ["totals/precursr/KRW", "amount"],
                "nothing-such",
                ["Did you mean totals/precursor/KRW", "Rows: totals/precursor/KRW, totals/all/"],
            ),
            (
                ["totals/all", "amout"],
                "input",
                ["Did you mean amount?", "Fields: business, material, currency, amount,"],
            ),
            (["nort", "status"], "nothing-such", ["Did you mean north?"]),
            (["totals", "amount"], "input", ["totals has 2 rows", "totals/precursor/KRW,"]),
            (
                ["yearly", "status"],
                "input",
                ["promises/yearly fits 2 rows", "promises/yearly/2025, promises/yearly/2026."],
            ),
            (
                ["capacity/precursor", "promised"],
                "input",
                ["capacity/precursor/2025, capacity/precursor/../2029."],
            ),
            (["conflicts/north", "value"], "nothing-such", ["It has no rows."]),
            (["north@1", "status"], "stream-name", ["lsledger log north@1"]),
        ],
    )
    def test_what_cannot_be_found(
        self, acme: Console, words: list[str], code: str, told: list[str]
    ) -> None:
        """The nearest name is offered, and those there are."""
        ran = acme("why", *words)
        assert ran.out == ""
        assert ran.err.startswith(f"error[{code}]")
        for text in told:
            assert text in ran.err


class TestShow:
    """`show --why`: the words below each value."""

    def test_each_passage_once(self, acme: Console) -> None:
        """What rests on a fact that was told already refers to it."""
        out = asked(acme, "show", "north", "--why")
        state = out.partition("TIMELINE")[0]
        assert state.count("has »a capacity of 20,000 tonnes a year«.") == 1
        assert state.count("plant.completed  2025-09\n") == 1
        assert "status: completed (plant:north@1)\n    #4 plant:north@1" in state
        assert "stage: precursor (plant:north@1, above)\n" in state
        assert "TIMELINE" in out
        assert "»" not in asked(acme, "show", "north")

    def test_as_data(self, acme: Console) -> None:
        """The facts with their passages stand under `evidence`, each once."""
        told = data(acme, "show", "north", "--why")
        assert {line["ref"] for line in told["state"]} == {f["ref"] for f in told["evidence"]}
        assert len(told["evidence"]) == 2
        assert "evidence" not in data(acme, "show", "north")


class TestWithEvidence:
    """The facts behind each column, in exports."""

    @pytest.mark.parametrize("view", NAMES)
    @pytest.mark.parametrize("form", ["csv", "json", "jsonl", "md", "xlsx"])
    def test_every_view_in_every_format(self, acme: Console, view: str, form: str) -> None:
        """Each can be written with them."""
        ran = acme("export", view, "--with-evidence", "-o", f"x.{form}")
        assert (ran.code, ran.out) == (0, "")
        assert Path(f"x.{form}").exists()

    def test_references_in_cells(self, acme: Console) -> None:
        """One cell holds all of them, as other lists do; filters apply to terms."""
        out = asked(acme, "totals", "--with-evidence", "--format", "csv", "--stage", "precursor")
        rows = list(csv.DictReader(out.splitlines()))
        assert rows[0]["amount_facts"] == "investment:i1@1; investment:i2@1"
        (row,) = data(acme, "promises", "--scorecard", "--with-evidence")["rows"]
        assert row["made_facts"] == ["promise:yearly@1", "promise:goal@1"]
        (row,) = data(acme, "plants", "--with-evidence", "--known-at", "#4")["rows"]
        assert (row["status_facts"], row["capacity_facts"]) == (["plant:north@1"], [])

    def test_the_log(self, acme: Console) -> None:
        """The fact itself, and the corrections that make it read otherwise."""
        (row,) = (
            row
            for row in data(acme, "log", "--with-evidence", "--stream", "north")["rows"]
            if row["ref"] == "plant:north@2"
        )
        assert row["what_facts"] == ["plant:north@2"]
        assert row["reads_facts"] == ["plant:north@2", "plant:north@3"]
        assert row["published_facts"] == ["source:release@1"]

    @pytest.mark.parametrize(
        ("words", "told"),
        [
            (["plants"], "`lsledger why ROW FIELD`"),
            (["portfolio", "--format", "table"], "`lsledger why ROW FIELD`"),
            (["log"], "`lsledger why ROW FIELD`"),
            (["log", "plant:north@1", "--format", "json"], "evidence itself"),
            (["export", "facts", "-o", "x.jsonl"], "they are the evidence"),
        ],
    )
    def test_where_it_is_refused(self, acme: Console, words: list[str], told: str) -> None:
        """Tables have no room for them, and facts need none."""
        ran = acme(*words, "--with-evidence")
        assert (ran.code, ran.out) == (2, "")
        assert told in ran.err


class TestTerminal:
    """What is printed where a person sits."""

    @pytest.mark.parametrize("columns", [50, 80])
    @pytest.mark.parametrize(
        "words",
        [["why", "north", "capacity"], ["why", "goal", "due"], ["why", "totals/all", "amount"],
         ["why", "goal"], ["show", "goal", "--why"]],
        ids=" ".join,
    )  # fmt: skip
    def test_lines_fit(self, acme: Console, words: list[str], columns: int) -> None:
        """Hangul takes two cells; a line is broken before it is wider than the window."""
        with terminal("--ledger", str(acme.where), *words, columns=columns) as screen:
            assert screen.end() == 0
        lines = plain(screen.shown).splitlines()
        till = lines.index("TIMELINE") if "TIMELINE" in lines else len(lines)
        assert [line for line in lines[1:till] if cells(line) > columns] == []

    @pytest.mark.parametrize("columns", [50, 80])
    def test_the_quote_is_highlighted(self, acme: Console, columns: int) -> None:
        """Bold and reversed, over the ends of lines too, and not a letter more."""
        words = ["why", "goal", "quantity"]
        with terminal("--ledger", str(acme.where), *words, columns=columns) as screen:
            assert screen.end() == 0
        parts = screen.shown.split("\x1b[1m\x1b[7m")[1:]
        quoted = " ".join(part.partition("\x1b[0m")[0] for part in parts)
        assert quoted == "생산능력을 12만 톤으로 확대할 계획"

    def test_without_colours_it_stands_in_marks(self, acme: Console) -> None:
        """NO_COLOR holds, and the quote can still be told from its paragraph."""
        words, env = ["why", "goal", "quantity"], {"NO_COLOR": "1"}
        with terminal("--ledger", str(acme.where), *words, env=env) as screen:
            assert screen.end() == 0
        assert "\x1b" not in screen.shown
        assert "»생산능력을 12만 톤으로 확대할 계획«이라고" in " ".join(screen.shown.split())


def test_the_words_of_other_documents(ledger: Console) -> None:
    """A corroboration and a dispute are shown with their own words and documents."""
    ledger.file("second.txt", "ACME Corp. exists, says the register.")
    ledger("source", "add", "--id", "first", "--title", "First", "--published", "2026")
    ledger("source", "add", "second.txt", "--id", "second", "--title", "Second",
           "--published", "2026")  # fmt: skip
    ledger("record", "company.registered", "acme", "--name", "ACME", "--source", "first")
    ledger("corroborate", "company:acme@1", "--source", "second", "--quote", "ACME Corp. exists")
    told = ledger("why", "company:acme", "name").out
    assert "corroborated by company:acme@2" in told
    assert "»ACME Corp. exists«, says the register." in told
    assert "source:second: Second, 2026" in told
    (fact,) = json.loads(ledger("why", "company:acme", "name", "--format", "json").out)["facts"]
    assert fact["others"][0]["passage"]["words"]["check"] == "found"
