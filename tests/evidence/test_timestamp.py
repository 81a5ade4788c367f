"""Time stamps of an authority that runs here: what is believed, and what is refused and why."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given
from hypothesis import strategies as st

from ledger.evidence.errors import TimestampError
from ledger.evidence.timestamp import (
    LARGEST_RESPONSE,
    Stamp,
    check,
    read,
    request,
    roots_of,
    same_data,
)
from tests.evidence.authority import POLICY, Authority, authority

NOTE = "ledger.example\n120\nq83vEjRWeJA=\n\n— ledger.example q83vEjRWeJA=\n".encode()
"""A checkpoint, for the purpose of these tests: the bytes that are stamped."""


NO_RESPONSE = "These bytes are no response of a time-stamping authority"
NO_ROOT = "These bytes hold no certificate in PEM form, or one that is damaged"


@pytest.fixture(scope="module")
def tsa(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """An authority."""
    return authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def roots(tsa: Authority) -> list[x509.Certificate]:
    """What we trust: its root certificate, and nothing else."""
    return roots_of(tsa.root.read_bytes())


@pytest.fixture(scope="module")
def response(tsa: Authority) -> bytes:
    """Its stamp of the checkpoint."""
    return tsa.stamp(request(NOTE))


def refused(ask: Callable[..., object], *given: object) -> str:
    """The sentence with which something is refused; one line that a terminal can show."""
    with pytest.raises(TimestampError) as caught:
        ask(*given)
    assert caught.value.what.isprintable()
    return caught.value.what


# --- what is believed ------------------------------------------------------------------------


def test_a_request(tsa: Authority) -> None:
    """Openssl reads in it the SHA-256 of the data, a nonce, and the wish for certificates."""
    told = tsa.told(request(b"abc"))
    assert "Hash Algorithm: sha256" in told
    assert "ba 78 16 bf 8f 01 cf ea-41 41 40 de 5d ae 22 23" in told
    assert "Certificate required: yes" in told
    assert "Nonce: 0x" in told
    assert told != tsa.told(request(b"abc"))


def test_a_stamp(tsa: Authority, roots: list[x509.Certificate]) -> None:
    """What an authority stamps is accepted here and by openssl, and says when and by whom."""
    before = datetime.now(UTC).replace(microsecond=0)
    response = tsa.stamp(request(NOTE))
    stamp = check(response, NOTE, roots)
    assert before <= stamp.time <= datetime.now(UTC)
    assert stamp.time.utcoffset() == timedelta(0)
    assert stamp.authority == "CN=Example tsa,O=Example"
    assert (stamp.policy, stamp.algorithm, len(stamp.digest)) == (POLICY, "sha256", 32)
    assert read(response) == same_data(response, NOTE) == stamp
    assert tsa.accepts(response, NOTE)


@pytest.mark.parametrize("algorithm", ["sha384", "sha512"])
def test_a_longer_digest(tsa: Authority, roots: list[x509.Certificate], algorithm: str) -> None:
    """A request that somebody else made may have taken a longer digest."""
    response = tsa.stamp(tsa.query(NOTE, f"-{algorithm}", "-cert"))
    assert check(response, NOTE, roots).algorithm == algorithm
    assert tsa.accepts(response, NOTE)
    assert refused(same_data, response, b"") == "The time stamp is of another document"


def test_one_of_several_roots(
    tsa: Authority, response: bytes, tmp_path: Path, roots: list[x509.Certificate]
) -> None:
    """A file of roots may hold others, and words between them."""
    other = authority(tmp_path, "Other").root.read_bytes()
    both = roots_of(b"# Other\n" + other + b"\n# Example\n" + tsa.root.read_bytes() * 2)
    assert both[1:] == roots * 2
    assert check(response, NOTE, both) == read(response)


@pytest.mark.parametrize("order", [("issuer", "root"), ("root", "issuer")])
def test_certificates_in_any_order(
    tsa: Authority, roots: list[x509.Certificate], order: tuple[str, str]
) -> None:
    """An authority sends the certificates of its chain in whatever order it likes."""
    chain = "".join((tsa.folder / f"{name}.pem").read_text("utf-8") for name in order)
    (tsa.folder / "chain.pem").write_text(chain, "utf-8")
    response = tsa.stamp(request(NOTE), carried="chain.pem")
    assert check(response, NOTE, roots).authority == "CN=Example tsa,O=Example"
    assert tsa.accepts(response, NOTE)


def test_a_certificate_that_expired_since(
    tsa: Authority, response: bytes, roots: list[x509.Certificate]
) -> None:
    """What counts is that the authority's certificate was valid when it stamped."""
    tsa.certify("old", valid=("20200101000000Z", "20201231235959Z"))
    then = tsa.signed(response, "old", time="20200615120000Z")
    stamp = check(then, NOTE, roots)
    assert stamp.time == datetime(2020, 6, 15, 12, tzinfo=UTC)
    assert stamp.authority == "CN=Example old,O=Example"
    for time, said in (("20191231235959Z", "2019-12-31 23:59:59"), ("20210101000000Z", "2021-01-")):
        outside = tsa.signed(response, "old", time=time)
        sentence = refused(check, outside, NOTE, roots)
        assert said in sentence
        assert "when a certificate of its authority was not valid" in sentence


# --- what is refused -------------------------------------------------------------------------


def test_another_document(response: bytes, roots: list[x509.Certificate]) -> None:
    """A stamp proves nothing about other bytes, not even about a line end more."""
    for data in (b"", NOTE + b"\n", NOTE[:-1]):
        assert refused(check, response, data, roots) == "The time stamp is of another document"
        assert refused(same_data, response, data) == "The time stamp is of another document"


def test_an_unknown_authority(response: bytes, tmp_path: Path) -> None:
    """Another authority's root vouches for nothing, even when it bears the same name."""
    for name in ("Other", "Example"):
        (tmp_path / name).mkdir()
        other = roots_of(authority(tmp_path / name, name).root.read_bytes())
        assert refused(check, response, NOTE, other) == (
            "The time stamp is by an unknown authority: CN=Example tsa,O=Example leads to none of "
            "the root certificates"
        )


def test_no_roots(response: bytes) -> None:
    """Nobody is trusted unless named."""
    assert refused(check, response, NOTE, []).startswith("No root certificate")


def test_a_certificate_in_between_is_no_root(tsa: Authority, response: bytes) -> None:
    """The chain must end at a root, as openssl has it too."""
    between = roots_of((tsa.folder / "issuer.pem").read_bytes())
    assert "unknown authority" in refused(check, response, NOTE, between)


@pytest.mark.parametrize(
    ("name", "use"),
    [
        ("any", None),
        ("optional", "timeStamping"),
        ("mail", "critical, emailProtection"),
        ("both", "critical, timeStamping, emailProtection"),
    ],
)
def test_a_certificate_for_something_else(
    tsa: Authority, response: bytes, roots: list[x509.Certificate], name: str, use: str | None
) -> None:
    """A certificate of the same root that is not for time-stamping alone stamps nothing."""
    tsa.certify(name, use)
    forged = tsa.signed(response, name)
    assert same_data(forged, NOTE).authority == f"CN=Example {name},O=Example"
    assert refused(check, forged, NOTE, roots) == (
        f"The certificate of CN=Example {name},O=Example is not one for time-stamping alone"
    )


def test_no_certificate(tsa: Authority, roots: list[x509.Certificate]) -> None:
    """A stamp without its certificates can be read, and proves nothing offline."""
    response = tsa.stamp(tsa.query(NOTE, "-sha256"))
    assert same_data(response, NOTE).authority is None
    assert "carries no certificate" in refused(check, response, NOTE, roots)


def test_two_certificates_that_claim_to_be_the_signers(tsa: Authority, tmp_path: Path) -> None:
    """Of two certificates with the signer's issuer and number, it is not guessed which is meant."""
    (own,) = roots_of((tsa.folder / "tsa.pem").read_bytes())
    namesake = authority(tmp_path)
    namesake.certify("tsa", number=f"{own.serial_number:016x}")
    chain = [tsa.folder / "issuer.pem", namesake.folder / "tsa.pem"]
    (tsa.folder / "chain.pem").write_text("".join(p.read_text("utf-8") for p in chain), "utf-8")
    response = tsa.stamp(request(NOTE), carried="chain.pem")
    assert refused(read, response) == ("Of the certificates in the time stamp, 2 are its signer's")


def test_no_certificate_of_the_signer(response: bytes) -> None:
    """A signer that is named otherwise than every certificate is not known."""
    at = response.rindex(b"\x55\x04\x0a")  # an organisation in the issuer's name
    country = b"\x55\x04\x06"  # which has two letters, so a library warns
    renamed = response[:at] + country + response[at + 3 :]
    assert refused(read, renamed) == "Of the certificates in the time stamp, 0 are its signer's"


def test_two_signatures(tsa: Authority, response: bytes) -> None:
    """A time stamp is signed by one authority (RFC 3161, 2.4.2)."""
    tsa.certify("second")
    twice = tsa.signed(response, "tsa", "second")
    assert refused(read, twice) == "A time stamp has one signature; this one has 2"


def test_a_weak_digest(tsa: Authority) -> None:
    """SHA-1 is not accepted, whoever signed it."""
    response = tsa.stamp(tsa.query(NOTE, "-sha1", "-cert"))
    assert refused(read, response) == (
        "The time stamp is of a digest by the algorithm 1.3.14.3.2.26"
    )


def test_what_the_authority_refused(tsa: Authority) -> None:
    """An authority that grants nothing says why, and the error passes it on."""
    response = tsa.stamp(b"this is no request")
    assert refused(read, response) == (
        "The authority granted no time stamp; it answered: rejection "
        "(Bad request format or system error.)"
    )


@pytest.mark.parametrize(
    ("status", "answer"),
    [
        (b"\x01", "granted with modifications"),
        (b"\x03", "waiting"),
        (b"\x63", "status 99"),
    ],
)
def test_other_answers(response: bytes, status: bytes, answer: str) -> None:
    """Nothing but granted is granted, though a stamp may come with it."""
    at = response.index(b"\x30\x03\x02\x01\x00") + 4
    changed = response[:at] + status + response[at + 1 :]
    assert refused(read, changed).endswith(f"it answered: {answer}")


def test_words_that_a_terminal_would_obey(tsa: Authority, response: bytes) -> None:
    """What an authority says or is called is shown on one line, whatever is in it."""
    said = b"\x1b[2Jgone\n" * 90
    rejection = b"\x02\x01\x02\x30\x82\x03\x2e\x0c\x82\x03\x2a" + said  # 810 bytes of UTF-8
    rejection = b"\x30\x82\x03\x39\x30\x82\x03\x35" + rejection
    shown = "\ufffd[2Jgone\ufffd" * 90
    assert refused(read, rejection).endswith(f"it answered: rejection ({shown[:200]})")
    tsa.issue("odd", "/CN=two\nlines \x1b[31m" + "!" * 40, issuer="issuer")
    authority = read(tsa.signed(response, "odd")).authority
    assert authority == "CN=two\ufffdlines \ufffd[31m" + "!" * 40


# --- bytes of any kind -----------------------------------------------------------------------


def outcome(response: bytes, roots: list[x509.Certificate]) -> Stamp | None:
    """What a response proves of the checkpoint; nothing but a TimestampError may refuse it."""
    try:
        return check(response, NOTE, roots)
    except TimestampError:
        return None


def one_bit_off(data: bytes) -> Iterator[bytes]:
    """The bytes with one bit changed, for each bit."""
    for at, byte in enumerate(data):
        for bit in range(8):
            yield data[:at] + bytes([byte ^ 1 << bit]) + data[at + 1 :]


def test_no_bit_can_be_changed(
    tsa: Authority, response: bytes, roots: list[x509.Certificate]
) -> None:
    """Each bit in turn: the stamp is refused, or the bit says nothing and the stamp is the same.

    Bits that say nothing are few, such as the version of the format. Openssl accepts each
    response that is accepted here.
    """
    stamp = check(response, NOTE, roots)
    passed = []
    for changed in one_bit_off(response):
        found = outcome(changed, roots)
        assert found in (None, stamp)
        if found:
            passed.append(changed)
    assert 0 < len(passed) < len(response) * 8 // 50
    assert all(tsa.accepts(changed, NOTE) for changed in passed)


@given(st.data())
def test_no_bytes_can_be_changed(
    response: bytes, roots: list[x509.Certificate], data: st.DataObject
) -> None:
    """Neither do pieces that are replaced, put in or left out make another stamp."""
    stamp = check(response, NOTE, roots)
    changed = response
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(response)))
        piece = data.draw(st.binary(max_size=6) | st.just(response[at : at + 40]))
        changed = changed[:at] + piece + changed[at + data.draw(st.integers(0, 6)) :]
    assert outcome(changed, roots) in (None, stamp)


def test_a_truncated_response(response: bytes) -> None:
    """Not one of its beginnings is a response."""
    assert {refused(read, response[:length]) for length in range(len(response))} == {NO_RESPONSE}


@given(st.binary(max_size=200))
def test_random_bytes(data: bytes) -> None:
    """Bytes of any kind are refused."""
    refused(read, data)


@given(more=st.binary(min_size=1, max_size=20))
def test_something_behind_a_response(response: bytes, more: bytes) -> None:
    """A response ends where it says."""
    assert refused(read, response + more) == NO_RESPONSE


def test_what_is_no_response(tsa: Authority, response: bytes) -> None:
    """The files that are most likely to be given instead, and some that are made to be."""
    for data in (
        b"",
        NOTE,
        request(NOTE),
        b64encode(response),
        response * 2,
        tsa.root.read_bytes(),
        roots_of(tsa.root.read_bytes())[0].public_bytes(Encoding.DER),
        b"<html><body>503 Service Unavailable</body></html>",
        b"\x30\x80" * (LARGEST_RESPONSE // 2),
        b"\xff" * LARGEST_RESPONSE,
    ):
        assert refused(read, data) == NO_RESPONSE


def test_a_response_that_is_too_large() -> None:
    """More than 1 MiB is not looked at."""
    sentence = "The response takes 1,048,577 bytes; a time stamp may take 1,048,576"
    assert refused(read, bytes(LARGEST_RESPONSE + 1)) == sentence


# --- files of roots --------------------------------------------------------------------------


def test_no_root_in_a_file(tsa: Authority) -> None:
    """A key, a binary certificate, a certificate cut short or anything else is no root."""
    pem = tsa.root.read_bytes()
    (root,) = roots_of(pem)
    key = (tsa.folder / "root.key").read_bytes()
    for data in (b"", b"\xff\x00", key, root.public_bytes(Encoding.DER), pem[:-40], pem[:200]):
        assert refused(roots_of, data) == NO_ROOT


def test_a_damaged_root(tsa: Authority, response: bytes, capfd: pytest.CaptureFixture[str]) -> None:
    """A certificate that `cryptography` loads and OpenSSL does not is refused when it is read.

    Given to `check` all the same, it makes the library panic, which is an error like others.
    """
    der = roots_of(tsa.root.read_bytes())[0].public_bytes(Encoding.DER)
    broken = x509.load_der_x509_certificate(der.replace(b"Example root", b"\xffxample root"))
    assert refused(roots_of, broken.public_bytes(Encoding.PEM)) == NO_ROOT
    assert capfd.readouterr().err == ""
    assert refused(check, response, NOTE, [broken]) == (
        "The time stamp cannot be checked with these root certificates"
    )
    assert "panicked" in capfd.readouterr().err
