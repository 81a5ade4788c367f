"""Signed notes, keys and checkpoints: the forms of C2SP signed-note and tlog-checkpoint."""

from __future__ import annotations

import os
from base64 import b64decode, b64encode
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from ledger.evidence import keys
from ledger.evidence.checkpoint import Head
from ledger.evidence.errors import KeyFileError, NoteError, SignatureError
from ledger.evidence.keys import SigningKey
from ledger.evidence.note import Note, VerifierKey, verified

# The standard's own example.
PUBLISHED_KEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
PUBLISHED_NOTE = (
    "This is an example message.\n\n"
    "— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRK"
    "uwHjG1Yu72IneyaQM=\n"
)
KEY = SigningKey("example.com/acme", bytes(range(32)))
HEAD = Head("example.com/acme", 3, bytes(range(32)))


def test_the_published_example_verifies() -> None:
    """A key and a note that others made are read, verified, and written the same again."""
    key, note = VerifierKey.parse(PUBLISHED_KEY), Note.parse(PUBLISHED_NOTE)
    assert verified(note, [key]) == (key,)
    assert (str(key), str(note)) == (PUBLISHED_KEY, PUBLISHED_NOTE)


def test_a_note_is_what_the_byte_facts_say() -> None:
    """Key id, verifier key, signature line and signed bytes, computed here by hand."""
    note = str(KEY.signed(HEAD.text))
    root = b64encode(bytes(range(32))).decode()
    text, _, line = note.partition("\n\n")
    assert f"{text}\n" == f"example.com/acme\n3\n{root}\n" == HEAD.text
    dash, name, encoded = line.removesuffix("\n").split(" ")
    public = KEY.verifier_key.public
    id_ = sha256(b"example.com/acme\n\x01" + public).digest()[:4]
    assert (dash, name) == ("\u2014", "example.com/acme")
    assert b64decode(encoded)[:4] == id_
    Ed25519PublicKey.from_public_bytes(public).verify(b64decode(encoded)[4:], f"{text}\n".encode())
    material = b64encode(b"\x01" + public).decode()
    assert str(KEY.verifier_key) == f"example.com/acme+{id_.hex()}+{material}"


def test_every_changed_bit_of_a_note_is_noticed() -> None:
    """Whichever bit is flipped: it is no note any more, or the signature does not hold."""
    whole = str(KEY.signed(HEAD.text)).encode()
    for place in range(len(whole)):
        for bit in range(8):
            changed = bytearray(whole)
            changed[place] ^= 1 << bit
            with pytest.raises((NoteError, SignatureError)):
                verified(Note.parse(changed.decode("utf-8", "replace")), [KEY.verifier_key])


def test_signatures_by_others_are_left_alone() -> None:
    """A note that a witness has signed, too, is verified by the one key that is known."""
    other = SigningKey("witness.example", bytes(32))
    both = Note(HEAD.text, (*other.signed(HEAD.text).signatures, *KEY.signed(HEAD.text).signatures))
    assert verified(Note.parse(str(both)), [KEY.verifier_key]) == (KEY.verifier_key,)


def test_a_note_without_a_trusted_signature_is_refused() -> None:
    """Another key of the same name, or none at all, verifies nothing."""
    note = KEY.signed(HEAD.text)
    for trusted in ([], [SigningKey("example.com/acme", bytes(32)).verifier_key]):
        with pytest.raises(SignatureError, match="none of the trusted"):
            verified(note, trusted)


def test_a_wrong_signature_by_a_trusted_key_spoils_the_note() -> None:
    """A second, good signature does not make up for it."""
    wrong = KEY.signed("another text\n").signatures[0]
    note = Note(HEAD.text, (*KEY.signed(HEAD.text).signatures, wrong))
    with pytest.raises(SignatureError, match="not of this text"):
        verified(note, [KEY.verifier_key])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n\n",
        "text\n",
        "text\n\n",
        "text\n\nno signature\n",
        PUBLISHED_NOTE.rstrip("\n"),
        PUBLISHED_NOTE.replace("\u2014", "-"),
        PUBLISHED_NOTE.replace("example message", "example\tmessage"),
        PUBLISHED_NOTE.replace("=\n", "\n"),
        PUBLISHED_NOTE.replace("QM=\n", "QN=\n"),  # bits beyond the last byte
        PUBLISHED_NOTE + PUBLISHED_NOTE.split("\n\n")[1] * 100,
        "x" * 300_000 + PUBLISHED_NOTE,
    ],
)
def test_what_is_no_note_is_refused(text: str) -> None:
    """Every departure from the form is an error of ours."""
    with pytest.raises(NoteError):
        Note.parse(text)


@given(st.text())
def test_any_text_is_a_note_or_refused(text: str) -> None:
    """Reading never fails otherwise, and what is read is written the same."""
    try:
        note = Note.parse(text)
    except NoteError:
        return
    assert str(note) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "name",
        "name+00000000+AA==",
        PUBLISHED_KEY.replace("530d903a", "530d903b"),
        PUBLISHED_KEY.replace("foo", "bar"),
        PUBLISHED_KEY[:-4],
        "+" + PUBLISHED_KEY,
    ],
)
def test_what_is_no_verifier_key_is_refused(text: str) -> None:
    """A key that was cut off, changed or renamed is not taken."""
    with pytest.raises(NoteError):
        VerifierKey.parse(text)


@pytest.mark.parametrize(
    "text",
    [
        "origin\n3\n",
        "\n3\nAAAA\n",
        HEAD.text.replace("\n3\n", "\n03\n"),
        HEAD.text.replace("\n3\n", "\n-3\n"),
        HEAD.text.replace("\n3\n", "\n\u0663\n"),
        HEAD.text.replace("AAEC", "AAE"),
        "origin\n3\nAAAA\n",
    ],
)
def test_what_is_no_checkpoint_is_refused(text: str) -> None:
    """Origin, decimal size and a root of 32 bytes; nothing less."""
    with pytest.raises(NoteError):
        Head.parse(text)


def test_lines_after_the_root_are_kept() -> None:
    """Another log may say more in its checkpoints."""
    assert Head.parse(HEAD.text + "more\n").text == HEAD.text + "more\n"


def test_a_key_file_is_its_owners_alone(tmp_path: Path) -> None:
    """It is made with mode 0600, read back, and refused as soon as others may read it."""
    file = tmp_path / "key"
    key = keys.generated("example.com/acme", file)
    assert file.stat().st_mode & 0o777 == 0o600
    assert keys.load(file) == key
    for mode in (0o604, 0o640, 0o666):
        file.chmod(mode)
        with pytest.raises(KeyFileError, match="others"):
            keys.load(file)


def test_a_key_file_is_never_replaced(tmp_path: Path) -> None:
    """A second key of the same file name is refused, and the first one is as it was."""
    file = tmp_path / "key"
    keys.generated("one", file)
    before = file.read_bytes()
    with pytest.raises(KeyFileError, match="exists"):
        keys.generated("two", file)
    assert file.read_bytes() == before


@pytest.mark.parametrize("data", [b"", b"\xff\xfe", b"PRIVATE+KEY+a+b+c", os.urandom(2_000)])
def test_what_is_no_key_file_is_refused_and_not_shown(data: bytes, tmp_path: Path) -> None:
    """The message names the file and none of its content."""
    file = tmp_path / "key"
    file.write_bytes(data)
    file.chmod(0o600)
    with pytest.raises(KeyFileError, match="does not hold") as refused:
        keys.load(file)
    assert "PRIVATE" not in f"{refused.value} {refused.value.hint}"


def test_a_secret_is_not_in_a_key_s_repr() -> None:
    """What a debugger or a log would print of a key has no secret in it."""
    assert repr(KEY) == "SigningKey('example.com/acme')"
