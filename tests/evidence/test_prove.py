"""Proofs on the command line: made in the ledger, checked from files alone."""

from __future__ import annotations

import json
from base64 import b64decode
from hashlib import sha256
from pathlib import Path
from zipfile import ZipFile

import pytest

from ledger.evidence import tiles
from ledger.evidence.merkle import leaf_hash
from ledger.evidence.proof import Consistency, Inclusion, parse
from tests.cli.console import Console
from tests.evidence.test_merkle import flipped
from tests.rooms import Shelf


@pytest.fixture
def signed(console: Console, shelf: Shelf) -> Console:
    """The example, signed after all its facts; the verifier key in `trusted`."""

    def sign() -> None:
        assert console("init", "--example").code == 0
        Path("trusted").write_text(console("keygen", "example.com/acme", "-o", "key").out)
        assert console("checkpoint", "--key", "key", "-o", "first.checkpoint").code == 0

    shelf.furnish(console.room, "signed", sign)
    return console


def more(console: Console, count: int = 1) -> None:
    """Record some more facts."""
    lines = [
        json.dumps({"type": "company.registered", "id": f"c-{n}-{len(console.ran)}", "name": "C"})
        for n in range(count)
    ]
    assert console("import", "-", "--as", "jsonl", stdin="\n".join(lines)).code == 0


def test_a_fact_is_proved_without_the_ledger(signed: Console) -> None:
    """The proof, the fact's bytes and the verifier key are all it takes."""
    made = signed("prove", "plant:llbs-saemangeum-precursor@1", "-o", "p.tlog-proof",
                  "--fact", "fact.json")  # fmt: skip
    assert made.code == 0
    signed.monkeypatch.setenv("LSLEDGER_LEDGER", "no-such.db")
    ran = signed("verify-proof", "p.tlog-proof", "--fact", "fact.json", "--trust", "trusted")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == (
        "ok  The fact is #42 of the first 65 of example.com/acme, signed by example.com/acme.\n"
    )


def test_the_file_has_the_standard_form(signed: Console) -> None:
    """First line, index, hashes from the leaf up, an empty line, the checkpoint as signed."""
    signed("prove", "#42", "-o", "p.tlog-proof", "--fact", "fact.json")
    above, _, checkpoint = Path("p.tlog-proof").read_text().partition("\n\n")
    first, index, *hashes = above.split("\n")
    assert (first, index) == ("c2sp.org/tlog-proof@v1", "index 41")
    assert {len(b64decode(line)) for line in hashes} == {32}
    assert checkpoint == Path("first.checkpoint").read_text()
    assert Path("fact.json").read_bytes() == signed.stored()[41]


def test_a_line_of_an_export_is_a_fact_too(signed: Console) -> None:
    """Who holds an `export facts` needs no other file of the fact."""
    signed("prove", "#42", "-o", "p.tlog-proof")
    line = signed("export", "facts", "--format", "jsonl").out.splitlines()[41]
    signed.file("line", line + "\n")
    ran = signed("verify-proof", "p.tlog-proof", "--fact", "line", "--trust", "trusted")
    assert ran.code == 0


def test_every_fact_can_be_proved_to_be_itself_and_no_other(signed: Console) -> None:
    """Each proof holds for its own fact, and for none of the others."""
    facts = signed.stored()
    for seq in range(1, len(facts) + 1, 8):
        out = signed("prove", f"#{seq}").out
        proof = parse(out)
        assert isinstance(proof, Inclusion)
        signed.file("p", out)
        for other in (seq, seq % len(facts) + 1):
            signed.file("f", facts[other - 1])
            ran = signed("verify-proof", "p", "--fact", "f", "--trust", "trusted")
            assert (ran.code == 0) == (other == seq)


def test_whatever_is_flipped_the_proof_fails(signed: Console) -> None:
    """A bit of a byte of the fact or of a hash, or another index: refused."""
    signed("prove", "#42", "-o", "p", "--fact", "f")
    fact, proof = Path("f").read_bytes(), parse(Path("p").read_text())
    assert isinstance(proof, Inclusion)
    wrong = [Inclusion(41, tuple(hashes), proof.checkpoint) for hashes in
             flipped(list(proof.hashes))[::16]]  # fmt: skip
    wrong += [Inclusion(n, proof.hashes, proof.checkpoint) for n in (0, 40, 42, 64)]
    for changed in wrong:
        signed.file("changed", str(changed))
        ran = signed("verify-proof", "changed", "--fact", "f", "--trust", "trusted")
        assert (ran.code, "error[proof]" in ran.err) == (1, True)
    for place in range(0, len(fact), 37):
        signed.file("changed", fact[:place] + bytes([fact[place] ^ 1]) + fact[place + 1 :])
        assert signed("verify-proof", "p", "--fact", "changed", "--trust", "trusted").code == 1


def test_a_fact_is_signed_before_it_is_proved(signed: Console) -> None:
    """A newer fact has no checkpoint yet; with the key one is signed first."""
    more(signed)
    ran = signed("prove", "#66")
    assert (ran.code, "error[no-checkpoint]" in ran.err) == (1, True)
    assert signed("prove", "#66", "--key", "key").code == 0


@pytest.mark.parametrize("count", [0, 1, 63, 300])
def test_a_checkpoint_is_continued(signed: Console, count: int) -> None:
    """The proof since an earlier checkpoint is checked from the two and itself."""
    if count:
        more(signed, count)
        signed("checkpoint", "--key", "key")
    assert signed("prove", "--since", "first.checkpoint", "-o", "since.proof").code == 0
    text = Path("since.proof").read_text()
    assert text.startswith("old 65\n")
    assert isinstance(parse(text), Consistency)
    words = ("verify-proof", "since.proof", "--since", "first.checkpoint", "--trust", "trusted")
    ran = signed(*words)
    assert ran.code == 0
    assert f"The {65 + count} facts" in ran.out


def test_another_ledger_does_not_continue_it(signed: Console) -> None:
    """A ledger with other facts cannot prove that it begins with the signed ones."""
    signed("--ledger", "other.db", "init")
    more(signed)
    signed("--ledger", "other.db", "import", "-", "--as", "jsonl", stdin="\n".join(
        json.dumps({"type": "company.registered", "id": f"o-{n}", "name": "O"}) for n in range(70)
    ))  # fmt: skip
    signed("--ledger", "other.db", "checkpoint", "--key", "key")
    ran = signed("--ledger", "other.db", "prove", "--since", "first.checkpoint")
    assert (ran.code, "error[inconsistent]" in ran.err) == (1, True)


def test_writing_signs_where_a_key_is_configured(signed: Console) -> None:
    """With LSLEDGER_KEY each command that records signs what it recorded; all are kept."""
    signed.monkeypatch.setenv("LSLEDGER_KEY", "key")
    more(signed)
    assert "Signed a checkpoint of 66 facts as example.com/acme" in signed.ran[-1].err
    more(signed)
    signed("checkpoint", "--key", "key")
    kept = json.loads(signed("checkpoint", "--list", "--format", "json").out)
    assert [one["size"] for one in kept] == [65, 66, 67]


def test_an_unusable_key_is_told_before_anything_is_recorded(signed: Console) -> None:
    """Nobody is left with facts that they believe to be signed."""
    before = signed.stored()
    ran = signed("record", "company.registered", "x", "--name", "X", "--key", "no-such-key")
    assert (ran.code, "error[key-file]" in ran.err) == (2, True)
    assert signed.stored() == before


def test_the_origin_stays(signed: Console) -> None:
    """A second key signs for the same log; another origin is refused."""
    Path("trusted2").write_text(signed("keygen", "example.com/second", "-o", "key2").out)
    assert signed("checkpoint", "--key", "key2").out.startswith("example.com/acme\n65\n")
    assert signed("verify", "--trust", "trusted", "--trust", "trusted2").code == 0
    ran = signed("checkpoint", "--key", "key", "--origin", "example.com/other")
    assert (ran.code, "error[usage]" in ran.err) == (2, True)


def test_the_log_as_files(signed: Console) -> None:
    """Every tile and entry is what the facts give; a client reads them by their paths."""
    more(signed, 300)
    signed("checkpoint", "--key", "key")
    assert signed("export", "log", "-o", "public").code == 0
    folder, facts = Path("public"), signed.stored()
    assert (folder / "checkpoint").read_text().split("\n")[1] == "365"
    names = sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file())
    assert names == [
        *("checkpoint", "tile/0/000", "tile/0/001.p/109", "tile/1/000.p/1"),
        *("tile/entries/000", "tile/entries/001.p/109"),
    ]
    entries = [
        entry
        for name in ("000", "001.p/109")
        for entry in tiles.unbundled((folder / "tile/entries" / name).read_bytes())
    ]
    assert entries == facts
    hashes = (folder / "tile/0/000").read_bytes() + (folder / "tile/0/001.p/109").read_bytes()
    assert tiles.split(hashes) == [leaf_hash(fact) for fact in facts]


def test_the_log_is_brought_up_to_date(signed: Console) -> None:
    """A second export adds to the first; what a checkpoint needed stays."""
    assert signed("export", "log", "-o", "public").code == 0
    before = {p: sha256(p.read_bytes()).digest() for p in Path("public/tile").rglob("*")
              if p.is_file()}  # fmt: skip
    more(signed, 3)
    signed("checkpoint", "--key", "key")
    assert signed("export", "log", "-o", "public").code == 0
    assert all(sha256(path.read_bytes()).digest() == digest for path, digest in before.items())
    assert Path("public/tile/0/000.p/68").exists()
    ran = signed("verify", "--against", "public", "--against", "first.checkpoint")
    assert (ran.code, "its 68 facts are here" in ran.out) == (0, True)


def test_a_folder_of_something_else_is_left_alone(signed: Console) -> None:
    """Neither a folder with other files nor one of another log is written to."""
    Path("notes").mkdir()
    signed.file("notes/diary.txt", "mine")
    assert signed("export", "log", "-o", "notes").code == 2
    signed("export", "log", "-o", "public")
    tile = Path("public/tile/0/000.p/65")
    tile.write_bytes(bytes(65 * 32))
    ran = signed("export", "log", "-o", "public")
    assert (ran.code, "error[inconsistent]" in ran.err) == (1, True)


def test_a_changed_copy_of_the_log_is_told(signed: Console) -> None:
    """An entry that differs from the fact here is named."""
    signed("export", "log", "-o", "public")
    entries = Path("public/tile/entries/000.p/65")
    entries.write_bytes(entries.read_bytes().replace(b"200 tonnes", b"900 tonnes"))
    ran = signed("verify", "--against", "public")
    assert (ran.code, "#12: the copy holds other bytes" in ran.out) == (1, True)


def test_the_view_of_the_log_is_still_exported(signed: Console) -> None:
    """With an extension, `export log` is the audit history."""
    assert signed("export", "log", "-o", "log.csv").code == 0
    assert Path("log.csv").read_text().startswith("seq,")


def test_a_bundle_for_an_auditor(signed: Console) -> None:
    """The facts that are named, in one ZIP file with all that is needed to check them."""
    ran = signed("export", "evidence", "#42", "plant:llbs-saemangeum-precursor@1", "-o", "x.zip")
    assert ran.code == 0
    with ZipFile("x.zip") as bundle:
        names = set(bundle.namelist())
    assert {"README.md", "checkpoint", "rows.json", "verifier-key.pem"} <= names


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("evidence", "-o", "x.zip"), "usage"),
        (("evidence", "#42"), "file-type"),
        (("evidence", "#42", "-o", "x.csv"), "file-type"),
        (("evidence", "#42", "-o", "x.zip", "--as-of", "2025"), "usage"),
        (("evidence", "#99", "-o", "x.zip"), "nothing-such"),
        (("log", "#42", "-o", "public"), "usage"),
        (("plants", "#42", "-o", "x.csv"), "usage"),
    ],
)
def test_what_cannot_be_handed_out(signed: Console, words: tuple[str, ...], code: str) -> None:
    """A slip is answered with what to do, and no file is left."""
    ran = signed("export", *words)
    assert f"error[{code}]" in ran.err
    assert not Path("x.zip").exists()


def test_a_checkpoint_with_a_broken_signature_is_not_continued(signed: Console) -> None:
    """Nothing is proved of a checkpoint that the ledger's own key did not sign so."""
    text = Path("first.checkpoint").read_text()
    place = len(text) - 20
    signed.file("spoilt", text[:place] + ("A" if text[place] != "A" else "B") + text[place + 1 :])
    assert "error[signature]" in signed("prove", "--since", "spoilt").err
