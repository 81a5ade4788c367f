"""A bundle of evidence, checked as an auditor would: by the commands that its own page prints."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from contextlib import redirect_stdout
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from hashlib import sha256
from io import BytesIO, StringIO
from pathlib import Path
from shutil import copyfile
from subprocess import CompletedProcess, run
from typing import Any
from zipfile import ZIP_STORED, ZipFile

import pytest
from markdown_it import MarkdownIt

from cli import main
from cli.find import find_seq
from cli.settings import Settings
from ledger.errors import DamagedError, LedgerError
from ledger.evidence.errors import InconsistentError, NoCheckpointError, SignatureError
from projections.exports import evidence_zip
from projections.exports.evidence_contents import gathered
from tests.evidence.attacks import THIEF
from tests.evidence.authority import authority
from tests.outside import edit, outside
from tests.rooms import Room, Shelf

NOW = datetime(2026, 3, 31, 9, 30, tzinfo=UTC)
TODAY = date(2026, 3, 31)
PRESS = (
    b"<!doctype html><meta charset=utf-8><title>Acme North</title>\n"
    b"<p>Acme completed its plant in the north in <b>September</b> 2025.</p>\n"
)
KOREAN = "보도자료\n\n에이크미 북부 공장의 생산능력은 연간 2만 톤이다.\n".encode()
HOSTILE = "[x](https://evil.example) `id` $(id) <script>alert(1)</script> | ![y](z) **www.evil.de"


@dataclass
class Ledger:
    """A folder with a ledger in it, and somebody who works on it."""

    room: Room

    def __call__(self, *words: str) -> None:
        """Run `lsledger` with these words; file names are of the folder."""
        settings = Settings(self.room.url(), actor="kim@example.com", clock=lambda: NOW)
        assert main.run([*words], settings) == 0, words

    def file(self, name: str, data: bytes = b"") -> str:
        """The path of a file in the folder, which is written when there are data."""
        path = self.room.folder / name
        if data:
            path.write_bytes(data)
        return str(path)

    def sign(self) -> None:
        """Sign what is recorded up to now."""
        self("checkpoint", "--key", self.file("key"))

    def bundle(self, *refs: str) -> bytes:
        """The bundle for the facts of these references."""
        out = BytesIO()
        with self.room.place().reading() as connection:
            seqs = [find_seq(connection, ref) for ref in refs]
            count = evidence_zip.write(connection, seqs, TODAY, out)
        with ZipFile(out) as bundle:
            assert count == sum(name.endswith(".tlog-proof") for name in bundle.namelist())
        return out.getvalue()

    def unzipped(self, *refs: str, into: Path) -> Path:
        """A new folder with what is in the bundle."""
        with ZipFile(BytesIO(self.bundle(*refs))) as bundle:
            bundle.extractall(into)
        return into


def fresh(room: Room) -> Ledger:
    """A ledger with a key, a company, and a document in which a plant is completed."""
    made = Ledger(room)
    made("init")
    made("keygen", "example.com/acme", "-o", made.file("key"))
    dated = ("--published", "2026-03-04")
    made("source", "add", made.file("press.html", PRESS), "--id", "press", "--title", "N", *dated)
    made("record", "company.registered", "acme", "--name", "Acme")
    quote = ("--source", "press", "--quote", "its plant in the north in September 2025")
    made("record", "plant.completed", "north", "--on", "2025-09", "--company", "acme", *quote)
    return made


@pytest.fixture
def small(room: Room, shelf: Shelf) -> Ledger:
    """Such a ledger, nothing signed yet, and five facts more, so that proofs have some length."""

    def make() -> None:
        made = fresh(room)
        for number in range(5):
            made("record", "company.registered", f"other-{number}", "--name", f"Other {number}")

    shelf.furnish(room, "small", make)
    return Ledger(room)


@pytest.fixture(scope="module")
def ledger(new_room: Callable[[str], Room]) -> Ledger:
    """A ledger in which facts are corrected, retracted, corroborated, disputed, and signed."""
    made = fresh(new_room("evidence"))
    dated = ("--published", "2026-03-05")
    made(
        "source", "add", made.file("북부.txt", KOREAN), "--id", "kr", "--title", "보도자료", *dated
    )
    made("source", "add", "--id", "hostile", "--title", HOSTILE, *dated)
    quote = ("--source", "kr", "--quote", "생산능력은 연간 2만 톤이다")
    made(
        "record", "plant.capacity_stated", "north", "--on", "2026", "--capacity", "20 kt/yr", *quote
    )
    made("correct", "plant:north@1", "--set", "on=2025-10", "--reason", "Read again.")
    made("corroborate", "plant:north@1", "--source", "kr")
    made("dispute", "plant:north@1", "--source", "hostile", "--reason", f"It is {HOSTILE}")
    made("retract", "plant:north@4", "--reason", "It says nothing of it.")
    made("record", "plant.completed", "south", "--on", "2024", "--source", "hostile")
    made("retract", "plant:south@1", "--reason", "Never said.")
    made.sign()
    return made


@pytest.fixture
def folder(ledger: Ledger, tmp_path: Path) -> Path:
    """The unzipped bundle for the plant's completion and its capacity."""
    return ledger.unzipped("plant:north@1", "plant:north@2", into=tmp_path / "bundle")


# --- the auditor -----------------------------------------------------------------------------


def blocks(folder: Path, language: str) -> list[str]:
    """What stands on the page in code of that language."""
    text = (folder / "README.md").read_text("utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


def checked(folder: Path, only: str = "") -> CompletedProcess[str]:
    """The page's commands, run one after the other until one fails; or those alone that have a
    word in them.
    """
    (script,) = blocks(folder, "python")
    (folder / "check.py").write_text(script, "utf-8")
    commands = "".join(block for block in blocks(folder, "bash") if only in block)
    assert commands
    words = ("bash", "-e", "-o", "pipefail", "-c", commands)
    env = {"PATH": os.environ["PATH"], "LC_ALL": "C"}
    return run(words, cwd=folder, env=env, capture_output=True, text=True, check=False)


def proved(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], bool]:
    """The page's script, to be run in this process again and again: whether it finds no fault."""
    (script,) = blocks(folder, "python")
    code = compile(script, "check.py", "exec")
    monkeypatch.chdir(folder)

    def holds() -> bool:
        try:
            with redirect_stdout(StringIO()):
                exec(code, {})
        except SystemExit as stop:
            return not stop.code
        except (ValueError, KeyError, TypeError):
            return False
        raise AssertionError("the script ends by telling whether it found a fault")

    return holds


def flipped(path: Path, at: int, bit: int = 0) -> bytes:
    """Change one bit of a file; what was in it."""
    before = path.read_bytes()
    path.write_bytes(before[:at] + bytes([before[at] ^ 1 << bit]) + before[at + 1 :])
    return before


def test_the_page_checks_the_bundle(folder: Path) -> None:
    """All of its commands succeed, and print what it says that they print."""
    done = checked(folder)
    assert done.returncode == 0, done.stderr
    hashes = [sha256(data).hexdigest() for data in (PRESS, KOREAN)]
    facts = sorted(path.name for path in folder.glob("facts/*.json"))
    assert done.stdout.splitlines() == [
        *(f'"sha256":"{digest}"' for digest in hashes),
        "ED25519 Public-Key:",
        "Signature Verified Successfully",
        *(f"ok    facts/{name}" for name in facts),
    ]
    assert f"It must print `ok` {len(facts)} times" in (folder / "README.md").read_text("utf-8")


@pytest.mark.sqlite
def test_every_changed_bit_of_a_fact_or_proof_is_found(
    small: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The script finds each of them, those among them that base64 would pass over."""
    small.sign()
    folder = small.unzipped("company:other-3@1", into=tmp_path / "bundle")
    holds = proved(folder, monkeypatch)
    assert holds()
    fact, proof = sorted(folder.glob("facts/*"))
    assert proof.read_bytes().count(b"\n") > 8
    for path in (fact, proof):
        whole = path.read_bytes()
        for place in range(8 * len(whole)):
            flipped(path, *divmod(place, 8))
            assert not holds(), (path.name, place)
            path.write_bytes(whole)
        path.write_bytes(whole + b"\n")
        assert not holds()
        path.write_bytes(whole)
    assert holds()


@pytest.mark.parametrize(("ref", "size"), [("#1", 4), ("#1", 16), ("#8", 7)])
def test_a_proof_is_of_a_tree_of_one_size(
    ref: str, size: int, small: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A proof in the tree of eight facts shows nothing of a tree that would need more hashes or
    fewer, or that has no such fact.
    """
    small.sign()
    folder = small.unzipped(ref, into=tmp_path / "bundle")
    holds = proved(folder, monkeypatch)
    assert holds()
    for path in (folder / "checkpoint", *folder.glob("facts/*.tlog-proof")):
        path.write_bytes(path.read_bytes().replace(b"\n8\n", b"\n%d\n" % size))
    assert not holds()


@pytest.mark.sqlite
def test_every_changed_part_of_the_checkpoint_is_found(folder: Path) -> None:
    """OpenSSL finds a changed text, and the comparison what a signature does not cover."""
    path = folder / "checkpoint"
    whole = path.read_bytes()
    marks = [whole.index(mark) for mark in (b"\n\n", b"\xe2", b"=\n", b"acme ", whole[-20:])]
    places = {*range(0, len(whole), 9), *marks, whole.rindex(b"=") - 1, len(whole) - 1}
    for at in sorted(places):
        flipped(path, at)
        assert checked(folder, "key.id").returncode, at
        path.write_bytes(whole)
    for more in (whole + b"\n", whole + whole.splitlines(keepends=True)[-1], whole[:-1]):
        path.write_bytes(more)
        assert checked(folder, "key.id").returncode
    path.write_bytes(whole)
    assert checked(folder, "key.id").returncode == 0


@pytest.mark.sqlite
@pytest.mark.parametrize("pattern", ["facts/*.json", "facts/*.tlog-proof", "documents/*"])
def test_a_changed_byte_makes_the_page_fail(pattern: str, folder: Path) -> None:
    """The first, a middle and the last byte of a file: the commands of the page tell each."""
    for path in sorted(folder.glob(pattern))[:2]:
        length = len(path.read_bytes())
        for at in (0, length // 2, length - 1):
            before = flipped(path, at)
            assert checked(folder).returncode, (path.name, at)
            path.write_bytes(before)
    assert checked(folder).returncode == 0


def test_another_fact_of_the_record_is_not_taken_for_one(folder: Path) -> None:
    """A fact and its proof under the name of another one prove that other one alone."""
    facts = sorted(folder.glob("facts/*.json"))
    copyfile(facts[0], facts[1])
    assert "WRONG" in checked(folder, "check.py").stdout


@pytest.mark.sqlite
def test_the_pem_file_must_hold_the_same_key(folder: Path, tmp_path: Path) -> None:
    """Another key is found out, and so is one of another kind that ends in the same bytes."""
    pem = folder / "verifier-key.pem"
    words: dict[str, tuple[str, ...]] = {
        "ed25519": (),
        "x25519": (),
        "ec": ("-pkeyopt", "group:P-256"),
    }
    for kind, more in words.items():
        key = tmp_path / f"{kind}.key"
        make = ("openssl", "genpkey", "-algorithm", kind, *more, "-out", str(key))
        run(make, check=True, capture_output=True)
        public = ("openssl", "pkey", "-in", str(key), "-pubout", "-out", str(pem))
        run(public, check=True)
        assert checked(folder, "key.public").returncode, kind
    line = (folder / "verifier-key.txt").read_text()
    own = run(("openssl", "base64", "-d", "-A"), input=line.strip().split("+", 2)[2].encode(),
              capture_output=True, check=True).stdout[1:]  # fmt: skip
    other_kind = bytes.fromhex("302a300506032b656e032100") + own  # X25519, of the same bytes
    run(
        ("openssl", "pkey", "-pubin", "-inform", "DER", "-out", str(pem)),
        input=other_kind,
        check=True,
    )
    failed = checked(folder, "key.public")
    assert failed.returncode
    assert not failed.stdout


def test_the_time_stamps(small: Ledger, tmp_path: Path) -> None:
    """A time stamp of the checkpoint goes with it; OpenSSL checks it by the authority's root."""
    for name in ("authority", "other"):
        (tmp_path / name).mkdir()
    tsa = authority(tmp_path / "authority")
    small.sign()
    small("checkpoint", "--timestamp-request", small.file("asked.tsq"), "-o", small.file("signed"))
    request = (small.room.folder / "asked.tsq").read_bytes()
    answers = [tsa.stamp(request), tsa.stamp(request)]
    for answer in answers:
        small(
            *("checkpoint", "--timestamp-response", small.file("answer.tsr", answer)),
            *("--timestamp-roots", str(tsa.root)),
        )
    folder = small.unzipped("plant:north@1", into=tmp_path / "bundle")
    stamps = [path.name for path in sorted(folder.glob("*.tsr"))]
    assert stamps == ["checkpoint-timestamp-1.tsr", "checkpoint-timestamp-2.tsr"]
    assert [(folder / stamp).read_bytes() for stamp in stamps] == answers
    copyfile(tsa.root, folder / "authority.pem")
    done = checked(folder)
    assert done.returncode == 0, done.stderr
    assert (done.stdout + done.stderr).count("Verification: OK") == 2
    copyfile(authority(tmp_path / "other").root, folder / "authority.pem")
    assert checked(folder, "openssl ts").returncode
    page = (folder / "README.md").read_text("utf-8")
    assert "Nothing in it shows when" not in page


def test_proofs_are_those_of_prove(ledger: Ledger, folder: Path) -> None:
    """`verify-proof` accepts each, with the verifier key of the bundle."""
    for fact in sorted(folder.glob("facts/*.json")):
        proof = str(fact.with_suffix(".tlog-proof"))
        ledger(
            "verify-proof", proof, "--fact", str(fact), "--trust", str(folder / "verifier-key.txt")
        )


# --- what is in it ---------------------------------------------------------------------------


def names(data: bytes) -> list[str]:
    """The names of the files in a bundle, in their order."""
    with ZipFile(BytesIO(data)) as bundle:
        return bundle.namelist()


def content(data: bytes, name: str) -> str:
    """The text of a file in a bundle."""
    with ZipFile(BytesIO(data)) as bundle:
        return bundle.read(name).decode()


def line_of(page: str, name: str) -> str:
    """The line of a fact in the page's table."""
    (line,) = [line for line in page.splitlines() if line.startswith(f"| `{name}`")]
    return line


def facts_in(data: bytes) -> list[str]:
    """The names of the facts in a bundle."""
    found = [name for name in names(data) if name.endswith(".json") and "/" in name]
    return [name.removeprefix("facts/").removesuffix(".json") for name in found]


def test_what_is_said_about_a_fact_goes_with_it(ledger: Ledger) -> None:
    """Its correction, corroboration and dispute, the retraction of one, and all their sources."""
    data = ledger.bundle("plant:north@1")
    assert facts_in(data) == [
        "000001-source.press@1",
        "000003-plant.north@1",
        "000004-source.kr@1",
        "000005-source.hostile@1",
        "000007-plant.north@3",
        "000008-plant.north@4",
        "000009-plant.north@5",
        "000010-plant.north@6",
    ]
    assert [name for name in names(data) if "facts/" not in name] == [
        "README.md",
        "checkpoint",
        *sorted(
            f"documents/{sha256(document).hexdigest()}.{extension}"
            for document, extension in ((PRESS, "html"), (KOREAN, "txt"))
        ),
        "rows.json",
        "verifier-key.pem",
        "verifier-key.txt",
    ]
    page = content(data, "README.md")
    completed = line_of(page, "000003-plant.north@1")
    assert "**asked for**, **corrected** | `plant.completed`" in completed
    assert "2025-09: company: acme (now: 2025-10: company: acme)" in completed
    assert "about `000003-plant.north@1` | `fact.corrected`" in line_of(
        page, "000007-plant.north@3"
    )
    assert "**retracted**" in line_of(page, "000008-plant.north@4")
    assert "about `000008-plant.north@4`" in line_of(page, "000010-plant.north@6")
    assert "a source" in line_of(page, "000001-source.press@1")


def test_a_correction_goes_with_what_it_corrects(ledger: Ledger) -> None:
    """Asked for a fact about another one, the bundle has the same facts as for that."""
    data = ledger.bundle("plant:north@6")
    assert facts_in(data) == facts_in(ledger.bundle("plant:north@1"))
    page = content(data, "README.md")
    assert "the fact that is meant, **corrected**" in line_of(page, "000003-plant.north@1")
    assert "**asked for**, about" in line_of(page, "000010-plant.north@6")


def test_the_bytes_are_the_stored_ones(ledger: Ledger) -> None:
    """Facts, documents and the checkpoint are what the database holds, byte for byte."""
    with (
        ZipFile(BytesIO(ledger.bundle("plant:north@1"))) as bundle,
        ledger.room.place().reading() as connection,
    ):
        (fact,) = connection.execute("SELECT data FROM facts WHERE seq = 3").fetchone()
        assert bundle.read("facts/000003-plant.north@1.json") == fact
        (note,) = connection.execute("SELECT note FROM checkpoints").fetchone()
        assert bundle.read("checkpoint").decode() == note
        assert bundle.read(f"documents/{sha256(KOREAN).hexdigest()}.txt") == KOREAN
        assert bundle.read(f"documents/{sha256(PRESS).hexdigest()}.html") == PRESS


def test_the_same_facts_give_the_same_bytes(ledger: Ledger) -> None:
    """Whenever it is asked, in which order, and how often for one fact."""
    data = ledger.bundle("plant:north@1", "plant:south@1")
    assert ledger.bundle("#11", "plant:north@1", "south@1", "plant:north@1") == data
    assert ledger.bundle("plant:south@1", "plant:north@1") == data
    assert [one["seq"] for one in json.loads(content(data, "rows.json"))["facts"]] == [3, 11]
    with ZipFile(BytesIO(data)) as bundle:
        entries = bundle.infolist()
    assert [entry.filename for entry in entries] == sorted(entry.filename for entry in entries)
    for entry in entries:
        assert re.fullmatch(r"[A-Za-z0-9@./-]+", entry.filename)
        assert (entry.date_time, entry.compress_type) == ((1980, 1, 1, 0, 0, 0), ZIP_STORED)
        assert (entry.create_system, entry.external_attr >> 16) == (3, 0o100644)


def rows_of(ledger: Ledger, ref: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The rows before and after a fact, by view."""
    told = json.loads(content(ledger.bundle(ref), "rows.json"))
    assert (told["version"], told["as_of"]) == (1, "2026-03-31")
    (fact,) = told["facts"]
    before, after = fact["before"], fact["after"]
    assert (before["known_at"], after["known_at"]) == (fact["seq"] - 1, fact["seq"])
    return before["views"], after["views"]


def test_the_rows_before_and_after(ledger: Ledger) -> None:
    """The plant is there from its first fact on; the correction moves its date; the capacity
    adds its entry to a view that shows sums.
    """
    before, after = rows_of(ledger, "plant:north@1")
    assert before == {}
    assert [row["status"] for row in after["plants"]] == ["completed"]
    assert [row["ref"] for row in after["log"]] == ["plant:north@1"]
    before, after = rows_of(ledger, "plant:north@3")
    assert [rows["plants"][0]["status_on"]["edtf"] for rows in (before, after)] == [
        "2025-09",
        "2025-10",
    ]
    before, after = rows_of(ledger, "plant:north@2")
    assert "capacity" not in before
    assert [row["quantity"]["min"] for row in after["capacity"]] == ["20"]


def test_nothing_comes_before_the_first_fact(ledger: Ledger) -> None:
    """The first fact of a ledger, which is a source's, has rows after it alone."""
    before, after = rows_of(ledger, "#1")
    assert before == {}
    assert [row["stream"] for row in after["sources"]] == ["source:press"]


def test_a_retracted_fact(ledger: Ledger) -> None:
    """The page says that it is, its retraction is there, and the rows go with that."""
    data = ledger.bundle("plant:south@1")
    page = content(data, "README.md")
    assert "**asked for**, **retracted**" in line_of(page, "000011-plant.south@1")
    assert "about `000011-plant.south@1`" in line_of(page, "000012-plant.south@2")
    before, after = rows_of(ledger, "plant:south@2")
    assert [row["status"] for row in before["plants"]] == ["completed"]
    assert list(after) == ["log"]


def test_a_fact_without_a_source(ledger: Ledger, tmp_path: Path) -> None:
    """The page names it, has no command for documents, and the others succeed."""
    folder = ledger.unzipped("company:acme@1", into=tmp_path / "bundle")
    page = (folder / "README.md").read_text("utf-8")
    assert "only on the word of who recorded them, rest: `000002-company.acme@1`." in page
    assert "No fact here rests on a source" in page
    assert "No fact here quotes its document." in page
    assert not (folder / "documents").exists()
    assert checked(folder).returncode == 0
    assert "sha256sum" not in page


def test_korean_words(ledger: Ledger) -> None:
    """Titles and quotes stand on the page as they are, with the document and the place."""
    page = content(ledger.bundle("plant:north@2"), "README.md")
    assert "“생산능력은 연간 2만 톤이다”" in page
    (line,) = [line for line in page.splitlines() if line.startswith("- `000006-plant.north@2`")]
    assert f"in `documents/{sha256(KOREAN).hexdigest()}.txt`" in line
    assert "“보도자료”" in page


def test_a_hostile_title_does_nothing(ledger: Ledger) -> None:
    """Markdown, HTML and shell in the ledger's texts stay text, on the line they are on."""
    page = content(ledger.bundle("plant:south@1", "plant:north@1"), "README.md")
    (line,) = [line for line in page.splitlines() if line.startswith("- source:hostile")]
    assert line.endswith("**no document of it is archived**")
    tokens = MarkdownIt("commonmark").enable("table").parse(page)
    inline = [child for token in tokens for child in token.children or ()]
    kinds = {token.type for token in (*tokens, *inline)}
    assert kinds.isdisjoint({"html_block", "html_inline", "link_open", "image"})
    texts = ["".join(c.content for c in token.children or ()) for token in tokens]
    assert any(HOSTILE in text for text in texts)
    assert {token.content for token in inline if token.type == "code_inline"}.isdisjoint({"id"})
    fences = [token for token in tokens if token.type in ("fence", "code_block")]
    assert not any("$(id)" in fence.content or "evil" in fence.content for fence in fences)
    assert "www.evil" not in page
    assert "https://" not in page


def test_a_forged_stream_cannot_name_a_file_elsewhere(ledger: Ledger) -> None:
    """A stream that no ledger accepts gives a name without folders, and none for a shell."""
    with ledger.room.place().reading() as connection:
        one = gathered(connection, [2]).facts[0]
    forged = replace(one, life=replace(one.life, fact=replace(one.fact, stream="a:../../$(id) b")))
    assert forged.name == "000002-a...-..---id--b@1"


def test_a_source_whose_document_came_later(small: Ledger, tmp_path: Path) -> None:
    """The fact that names the SHA-256 may be the registration or its correction; the extension
    is that of the document.
    """
    dated = ("--published", "2026", "--title", "T")
    small("source", "add", "--id", "late", *dated)
    digest = sha256(KOREAN).hexdigest()
    small("record", "source.registered", "known", *dated, "--sha256", digest)
    small("source", "add", small.file("kr.txt", KOREAN), "--id", "known")
    small("source", "add", small.file("raw.dat", b"\x00\xff\x01"), "--id", "late")
    small("record", "plant.named", "a", "--on", "2025", "--source", "late", "--name", "A")
    small("record", "plant.named", "b", "--on", "2025", "--source", "known", "--name", "B")
    small.sign()
    folder = small.unzipped("plant:a@1", "plant:b@1", into=tmp_path / "bundle")
    raw = sha256(b"\x00\xff\x01").hexdigest()
    assert {path.name for path in folder.glob("documents/*")} == {f"{digest}.txt", f"{raw}.bin"}
    assert checked(folder).returncode == 0
    (commands,) = [block for block in blocks(folder, "bash") if "sha256sum" in block]
    assert re.search(rf"{digest}.* facts/\d+-source.known@1.json\n", commands)
    assert re.search(rf"{raw}.* facts/\d+-source.late@2.json\n", commands)


def test_a_fact_that_was_moved_to_another_source(small: Ledger) -> None:
    """Both sources go with it, and its words are looked for in the one that it rests on now."""
    kr = small.file("kr.txt", KOREAN)
    small("source", "add", kr, "--id", "kr", "--title", "T", "--published", "2026")
    words = ("--source", "press", "--quote", "Acme")
    small("record", "plant.named", "a", "--on", "2025", "--name", "A", *words)
    moved = ("--set", "source=kr", "--set", "quote=에이크미")
    small("correct", "plant:a@1", *moved, "--source", "press", "--reason", "It is in the other.")
    small.sign()
    data = small.bundle("plant:a@1")
    assert facts_in(data)[:2] == ["000001-source.press@1", "000009-source.kr@1"]
    page = content(data, "README.md")
    assert f"- `000010-plant.a@1`, in `documents/{sha256(KOREAN).hexdigest()}.txt`" in page
    assert "“에이크미”" in page


# --- what is refused -------------------------------------------------------------------------


def refused(ledger: Ledger, *refs: str) -> LedgerError:
    """The error with which a bundle is refused; nothing of it is written."""
    out = BytesIO()
    with ledger.room.place().reading() as connection:
        seqs = [find_seq(connection, ref) for ref in refs]
        with pytest.raises(LedgerError) as caught:
            evidence_zip.write(connection, seqs, TODAY, out)
    assert out.getvalue() == b""
    return caught.value


def test_without_a_checkpoint(small: Ledger) -> None:
    """Nothing is signed, so nothing can be shown."""
    assert isinstance(refused(small, "plant:north@1"), NoCheckpointError)


def test_a_fact_that_is_not_signed_yet(small: Ledger) -> None:
    """A fact after the checkpoint has no proof; a later correction is not left out in silence."""
    small.sign()
    small("record", "company.registered", "new", "--name", "New")
    assert "#9 was recorded after" in refused(small, "plant:north@1", "company:new@1").what
    assert len(facts_in(small.bundle("plant:north@1"))) == 2
    small("correct", "plant:north@1", "--set", "on=2025-10", "--reason", "Read again.")
    error = refused(small, "plant:north@1")
    assert isinstance(error, NoCheckpointError)
    assert "#10 was recorded after" in error.what
    small.sign()
    assert len(facts_in(small.bundle("plant:north@1"))) == 3


@pytest.mark.parametrize(
    ("table", "column", "old", "new", "error"),
    [
        ("stored_events", "state", b"2025-09", b"2025-08", InconsistentError),
        ("documents", "data", PRESS, b"<p>Another</p>", DamagedError),
        ("checkpoints", "verifier_key", None, str(THIEF.verifier_key), SignatureError),
    ],
)
def test_a_ledger_that_was_changed(
    table: str, column: str, old: Any, new: Any, error: type[LedgerError], small: Ledger
) -> None:
    """What was changed from outside is not handed out as evidence."""
    small.sign()
    if old is None:
        with outside(small.room.place()) as tool:
            tool.execute(f"UPDATE {table} SET {column} = ?", (new,))
    else:
        edit(small.room.place(), table, column, old, new)
    assert isinstance(refused(small, "plant:north@1", "company:acme@1"), error)
