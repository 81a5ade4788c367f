"""What is done to a ledger in a file and to one on a server: it comes to the same, to the byte."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings

from ledger import store
from ledger.evidence import tree
from ledger.evidence.keys import SigningKey
from projections import catch_up
from projections.exports import FORMATS
from projections.views import NAMES
from tests.contract.pair import Pair
from tests.exports.portfolio import CONTRADICTING, EXAMPLE, HARD
from tests.pool import Pool
from tests.projections.histories import REGISTERED, histories, record_what_goes
from tests.rooms import Room
from tests.store.ledgers import TODAY, bytes_of, caught_up, make, rebuilt, tables_of

KEY = SigningKey("example.com/acme", bytes(range(32)))
RELEASE = "에이크미 준공\n\n에이크미는 군산 공장을 완공했다. It will make 20,000 tonnes a year.\n"

HISTORY = (
    "source add release.txt --id acme-2026 --title 준공 --published 2026-03-04",
    "record company.registered acme --name ACME",
    "record plant.completed gunsan --on 2026-03 --company acme --stage precursor --country KR "
    "--source acme-2026 --quote 군산_공장을_완공했다",
    "record plant.capacity_stated gunsan --on 2026-03 --capacity 25kt/yr --source acme-2026",
    "correct plant:gunsan@2 --set capacity=20kt/yr --reason 오타",
    "corroborate plant:gunsan@1 --source hard",
    "dispute plant:gunsan@2 --source hard-other --reason 100%_otherwise",
    "record contract.signed supply --on 2026-01 --company acme --stage oxide",
    "retract contract:supply@1 --reason misread",
    "record promise.made goal --on 2026-03 --by acme --statement 확대 --measure capacity "
    "--wording plans --quantity 120kt/yr --due ../2029 --about plant:gunsan",
    "checkpoint --key key -o first.checkpoint",
    "record plant.closed gunsan --on 2027-01-01 --force",
    "checkpoint --key key -o second.checkpoint",
)


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory, postgres_pool: Pool) -> Iterator[Pair]:
    """The example, facts that are hard on every format, revisions, documents, two checkpoints."""
    with (
        Room(tmp_path_factory.mktemp("file")) as file,
        Room(tmp_path_factory.mktemp("server"), postgres_pool) as server,
    ):
        both = Pair([file, server])
        both.file("hard.yaml", HARD)
        both.file("contradicting.yaml", CONTRADICTING)
        both.file("release.txt", RELEASE)
        both.file("key", f"PRIVATE+KEY+{KEY.name}+{KEY.verifier_key.id.hex()}+{_material()}\n")
        both.file("trusted", f"{KEY.verifier_key}\n")
        for room in both.rooms:
            (room.folder / "key").chmod(0o600)
        both.done("init")
        both.done("import", *map(str, EXAMPLE), "hard.yaml", "contradicting.yaml")
        for line in HISTORY:
            both.done(*(word.replace("_", " ") if "_" in word and "." not in word else word
                        for word in line.split()))  # fmt: skip
        yield both


def _material() -> str:
    return b64encode(b"\x01" + KEY.seed).decode()


def of_each(pair: Pair, what: Any) -> Any:
    """What a function tells of the ledgers, which must be the same of each."""
    first, *others = [what(room.place()) for room in pair.rooms]
    for other in others:
        assert other == first
    return first


# --- what is stored --------------------------------------------------------------------------


def test_the_bytes_of_every_fact(pair: Pair) -> None:
    """Their order, their numbers and their bytes."""
    facts = of_each(pair, bytes_of)
    assert len(facts) == 91
    assert [json.loads(fact)["seq"] for fact in facts] == list(range(1, 92))


def test_the_tree_and_its_checkpoints(pair: Pair) -> None:
    """Tiles, roots and signed notes, as they are kept and as they are handed out."""

    def kept(where: Any) -> Any:
        with where.reading() as connection:
            tiles = connection.execute("SELECT level, position, hashes FROM tiles ORDER BY 1, 2")
            size = tree.size(connection.cursor())
            notes = connection.execute("SELECT note, size, verifier_key FROM checkpoints")
            return size, sorted(tiles.fetchall()), sorted(notes.fetchall())

    size, tiles, notes = of_each(pair, kept)
    assert (size, len(tiles) > 0, len(notes)) == (91, True, 2)
    pair.done("export", "log", "-o", "public")
    assert "public/tile/entries/000.p/91" in pair.written("public/**/*")
    assert len(pair.written("*.checkpoint")) == 2


def test_the_documents(pair: Pair) -> None:
    """They come back as they were archived."""
    assert pair.done("source", "get", "acme-2026", "-o", "back.txt").err
    assert pair.written("back.txt")["back.txt"] == RELEASE.encode()
    assert b"unchanged" in pair.done("source", "check").out


def test_the_rows_of_every_table(pair: Pair) -> None:
    """As they were written step by step, and as a rebuild writes them."""
    today = pair.now.date()
    step_by_step = of_each(pair, lambda where: caught_up(where, today))
    assert {name.removeprefix("view_") for name in step_by_step} >= {"log", "plants", "totals"}
    assert all(step_by_step[f"view_{name}"] for name in ("log", "plants", "promises", "conflicts"))
    assert of_each(pair, lambda where: rebuilt(where, today)) == step_by_step


# --- what is handed on -----------------------------------------------------------------------


@pytest.mark.parametrize("form", FORMATS)
def test_every_view_in_every_format(pair: Pair, form: str) -> None:
    """The files of all views are the same, byte for byte."""
    extension = FORMATS[form].extensions[0]
    for name in NAMES:
        told = pair.same("export", name, "-o", f"view-{name}.{extension}")
        assert told.code == 0, told
    assert len(pair.written(f"view-*.{extension}")) == len(NAMES)


def test_the_facts_as_files(pair: Pair) -> None:
    """JSON Lines, one JSON object, and the evidence of some of them."""
    pair.done("export", "facts", "-o", "facts.jsonl")
    pair.done("export", "facts", "-o", "facts.json")
    pair.done("export", "evidence", "plant:gunsan@2", "#42", "-o", "evidence.zip")
    pair.done("prove", "#42", "-o", "42.tlog-proof", "--fact", "42.json")
    pair.done("prove", "--since", "first.checkpoint", "-o", "since.proof")
    found = pair.written("facts.*") | pair.written("evidence.zip") | pair.written("42.*")
    assert len(found | pair.written("since.proof")) == 6


def test_each_can_be_made_again_from_the_export_of_the_other(pair: Pair) -> None:
    """Restored crosswise, the facts are the same again, and so is the root."""
    pair.done("export", "facts", "-o", "all.jsonl")
    file, server = (room.folder / "all.jsonl" for room in pair.rooms)
    file_bytes, server_bytes = file.read_bytes(), server.read_bytes()
    file.write_bytes(server_bytes)
    server.write_bytes(file_bytes)
    pair.done("--ledger", "again.db", "init", "--restore", "all.jsonl")
    for room in pair.rooms:
        assert bytes_of(room.place("again.db")) == bytes_of(room.place())
    words = ("verify", "--against", "second.checkpoint", "--trust", "trusted", "--format", "json")
    for checked in pair("--ledger", "again.db", *words):
        states = {check["name"]: check["ok"] for check in json.loads(checked.out)["checks"]}
        assert states["against second.checkpoint"]
        # It has neither the documents nor the checkpoints, which are in no export of the facts.
        assert [name for name, ok in states.items() if not ok] == ["checkpoints", "documents"]


# --- what is told ----------------------------------------------------------------------------

ASKED = (
    *(f"{name}" for name in NAMES if name not in ("sources", "scorecard")),
    *("plants --as-of 2025", "plants --known-at #70", "contracts --public-at 2026-03-04"),
    *("plants --format json", "promises --as-of 2027 --known-at #90 --format csv"),
    *("plants --company acme", "totals --stage metal", "contracts --status signed"),
    *("log", "log --last 5", "log --stream plant:gunsan", "log plant:gunsan@2", "log #70"),
    *("log --type plant.completed --format jsonl", "log --source hard", "log --since 2026-03-31"),
    *("show gunsan", "show gunsan --why", "show acme --format json", "show goal --as-of 2026-03"),
    *("why gunsan capacity", "why goal", "why totals/all amount", "why chain/precursor status"),
    *("why gunsan --format json", "why conflicts"),
    *("diff --from #70", "diff --from 2026-03-30 --to 2026-03-31", "diff --from #1 --format json"),
    *("coverage", "coverage --source acme-2026 --format json"),
    *("source list", "source show acme-2026", "source check --format json"),
    *("checkpoint --list", "checkpoint --list --format json", "checkpoint --key key"),
    *("import hard.yaml", "rebuild", "schema --example", "prove #1", "prove #95", "prove #96"),
)


@pytest.mark.parametrize("typed", ASKED)
def test_every_answer(pair: Pair, typed: str) -> None:
    """Texts, errors and exit codes."""
    told = pair.same(*typed.split())
    assert told.out or told.err


ODD = (
    *("\udc80x", "a\0b", "acme%", "%s", "a'b", 'a"b', "a\\b", "é", "x" * 5_000, "?", "$1", "{}"),
    *("acme@99999999999999999999", "company:acme@9223372036854775808", "company:acme@0", "acme@２"),
    *("#0", "#１", "#9223372036854775808", "#99999999999999999999999", "company:", "김하늘"),
)
TAKING = (
    *("show {}", "log {}", "log --stream {}", "log --company {}", "why {} name", "prove {}"),
    *("plants --company {}", "plants --known-at {}", "plants --as-of {}", "diff --from {}"),
    *("correct {} --set name=x --reason r --dry-run", "retract {} --reason r --dry-run"),
    *("record plant.closed {} --on 2026 --dry-run", "source show {}", "coverage --source {}"),
    *("record plant.named x --on 2026 --name {} --dry-run", "export evidence {} -o x.zip"),
    *("retract plant:gunsan@1 --reason {} --dry-run", "corroborate gunsan@1 --source {} --dry-run"),
)


@pytest.mark.parametrize("command", TAKING)
def test_odd_words(pair: Pair, command: str) -> None:
    """What no ledger holds, and what SQL could mistake: the same answer, and no traceback."""
    for word in ODD:
        pair.same(*(part.replace("{}", word) for part in command.split()))


QUERIES = (
    "SELECT stream, status, capacity FROM view_plants ORDER BY stream",
    "SELECT count(*) AS n FROM view_log WHERE type LIKE '%signed'",
    "SELECT stream FROM view_contracts WHERE name = '공급' OR name LIKE '네오디뮴%' ORDER BY 1",
    "SELECT seq, stream, version, type FROM facts ORDER BY seq LIMIT 3",
    *("SELECT colour FROM view_plants", "SELECT * FROM view_plnats", "SELECT", "SELECT 1 +", ""),
    *("DELETE FROM view_plants", "UPDATE view_plants SET name = 'x'", "DROP TABLE view_plants"),
    *(
        "INSERT INTO view_plants (stream) VALUES ('x')",
        "acme 1",
        "SELECT 'a\0b'",
        "SELECT '\ud800'",
    ),
)


@pytest.mark.parametrize("query", QUERIES)
def test_queries(pair: Pair, query: str) -> None:
    """Rows, and what is refused, in the same words where they are ours."""
    pair.same("sql", query)


def test_what_differs_of_verify(pair: Pair) -> None:
    """The name of the ledger, and how many tables and the like there are; nothing else."""
    words = ("verify", "--trust", "trusted", "--against", "first.checkpoint")
    file, server = pair(*words)
    assert (file.code, server.code, file.err, server.err) == (0, 0, "", "")
    told = [
        [line for line in one.out.decode().splitlines() if not line.startswith("ok      schema")]
        for one in (file, server)
    ]
    assert told[0] == told[1]
    assert len(told[0]) == len(file.out.decode().splitlines()) - 1


def test_what_differs_of_status(pair: Pair) -> None:
    """How large it is, and which server it is on."""
    file, server = (json.loads(told.out) for told in pair("status", "--format", "json"))
    assert {name for name in server if server[name] != file.get(name)} == {"bytes", "server"}
    assert file.keys() == server.keys() - {"server"}
    assert (file["database"], file["facts_protected"]) == ("ok", True)


# --- random histories ------------------------------------------------------------------------


@settings(max_examples=max(4, settings().max_examples // 6))
@given(batches=histories())
def test_random_histories(
    tmp_path_factory: pytest.TempPathFactory, postgres_pool: Pool, batches: list[list[Any]]
) -> None:
    """Recorded and caught up with in any batches: the same facts, the same rows."""
    stored: list[Any] = []
    for server in (None, postgres_pool):
        with Room(tmp_path_factory.mktemp("random"), server) as room:
            where = make(room, *REGISTERED)
            with store.opened(where) as ledger:
                for batch in batches:
                    record_what_goes(ledger, batch)
                    catch_up.catch_up(ledger, TODAY)
            stored.append((bytes_of(where), tables_of(where)))
            assert rebuilt(where) == stored[-1][1]
    assert stored[0] == stored[1]
