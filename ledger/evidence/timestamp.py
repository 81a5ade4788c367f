"""Time stamps by somebody else: that a signed checkpoint existed at a time (RFC 3161).

The ledger asks with `request`, keeps the bytes of the authority's response, and checks them
without a network with `check`. The same bytes can be checked without the ledger:
`openssl ts -verify -data CHECKPOINT -in RESPONSE -CAfile ROOTS`.

What is read here was written by others. Whatever is wrong with it comes out as a TimestampError.
"""

from __future__ import annotations

import hashlib
import ssl
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from rfc3161_client import (
    HashAlgorithm,
    SignedData,
    TimestampRequestBuilder,
    TimeStampResponse,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from ledger.evidence.errors import TimestampError

LARGEST_RESPONSE = 1 << 20
"""Bytes that a response may take: 1 MiB. Most take less than ten thousand."""

_LONGEST_TEXT = 200
_HASHES = {
    "2.16.840.1.101.3.4.2.1": "sha256",
    "2.16.840.1.101.3.4.2.2": "sha384",
    "2.16.840.1.101.3.4.2.3": "sha512",
}
_CERTIFICATES = 0xA0  # the tag [0] in SignedData: RFC 5652, 5.1
_GRANTED = 0
_STATUSES = {
    1: "granted with modifications",
    2: "rejection",
    3: "waiting",
    4: "a revocation is near",
    5: "a revocation has happened",
}
"""PKIStatus of RFC 3161, 2.4.2, where it is not `granted`."""

_ATTACH = "Give the response to the request that was made for this checkpoint"
_DER = "Give the file that the authority sent back, as it came: a TimeStampResp in DER"
_ROOT = "Give the root certificate that this authority publishes, as a PEM file"
_ANEW = "Ask for a new time stamp, or take another copy of this one"


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a time stamp says.

    `time` is UTC, to the whole second (a fraction is dropped). `policy` is the dotted OID of
    the authority's rules. `authority` is the subject of its certificate on one line
    (RFC 4514), or None when the response carries no certificate. `digest` is the stamped
    digest, by `algorithm`: `sha256`, `sha384` or `sha512`.
    """

    time: datetime
    policy: str
    authority: str | None
    digest: bytes
    algorithm: str


def request(data: bytes) -> bytes:
    """A request for a time stamp of the data (TimeStampReq of RFC 3161, 2.4.1), in DER.

    It holds the SHA-256 of the data and a nonce, and asks for the authority's certificate.
    """
    builder = TimestampRequestBuilder(data, HashAlgorithm.SHA256, nonce=True, cert_req=True)
    return builder.build().as_bytes()


def read(response: bytes) -> Stamp:
    """What a response says, with nothing checked (TimeStampResp of RFC 3161, 2.4.2; DER).

    Raises TimestampError when it is larger than LARGEST_RESPONSE, when it is no such response,
    when the authority granted nothing, and when the digest is by another algorithm.
    """
    return _read(response)[1]


def same_data(response: bytes, data: bytes) -> Stamp:
    """What a response says, which is a stamp of exactly this data; the signature is not checked.

    Raises TimestampError as `read` does, and when it is a stamp of anything else.
    """
    return _of(read(response), data)


def check(response: bytes, data: bytes, roots: Sequence[x509.Certificate]) -> Stamp:
    """What a response proves: that this data existed at its time, by the word of an authority.

    Its signature holds; its certificate is for time-stamping alone (the critical extension of
    RFC 3161, 2.3) and leads to one of the roots, by certificates that the response carries;
    all were valid at the time of the stamp, whether or not they are today. Revocation is not
    looked up. Raises TimestampError as `same_data` does, and when any of this is not so.
    """
    opened, stamp = _read(response)
    _of(stamp, data)
    if stamp.authority is None:
        raise TimestampError("The time stamp carries no certificate of its authority", hint=_ANEW)
    if not roots:
        raise TimestampError("No root certificate to check the time stamp with", hint=_ROOT)
    try:
        with _guarded("The time stamp cannot be checked with these root certificates", _ROOT):
            VerifierBuilder(roots=list(roots)).build().verify(opened, stamp.digest)
    except VerificationError as error:
        raise _refusal(stamp, str(error)) from error
    return stamp


def roots_of(pem: bytes) -> list[x509.Certificate]:
    """The certificates of a PEM file; text around them is passed over.

    Raises TimestampError when there is none, or one that cannot be read.
    """
    with _guarded("These bytes hold no certificate in PEM form, or one that is damaged", _ROOT):
        roots = x509.load_pem_x509_certificates(pem)
        for root in roots:
            # OpenSSL is stricter than `cryptography`, and the library panics where it refuses
            trusted = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            trusted.load_verify_locations(cadata=root.public_bytes(Encoding.DER))
    return roots


def _read(response: bytes) -> tuple[TimeStampResponse, Stamp]:
    """A response as the library opens it, and what it says."""
    if len(response) > LARGEST_RESPONSE:
        raise TimestampError(
            f"The response takes {len(response):,} bytes; a time stamp may take "
            f"{LARGEST_RESPONSE:,}",
            hint=_DER,
        )
    with _guarded("These bytes are no response of a time-stamping authority", _DER):
        opened = decode_timestamp_response(_prepared(response))
        if opened.status != _GRANTED:
            raise TimestampError(
                f"The authority granted no time stamp; it answered: {_answer(opened)}"
            )
        said = opened.tst_info
        oid = said.message_imprint.hash_algorithm.dotted_string
        if oid not in _HASHES:
            raise TimestampError(
                f"The time stamp is of a digest by the algorithm {oid}",
                hint="SHA-256, SHA-384 and SHA-512 are accepted",
            )
        stamp = Stamp(
            time=said.gen_time,
            policy=said.policy.dotted_string,
            authority=_authority(opened.signed_data),
            digest=said.message_imprint.message,
            algorithm=_HASHES[oid],
        )
    return opened, stamp


def _prepared(response: bytes) -> bytes:
    """The same response, such that the library takes it, and takes no time over it.

    Its certificates are put into the order of DER (X.690, 11.6). The library insists on it,
    and OpenSSL, which many authorities run, does not keep it; the order says nothing and is
    not signed. Several signatures are refused here, since reading thousands takes minutes.
    """
    start, end = 0, len(response)
    for number in (0, 1, 1, 0):  # TimeStampResp, its token, the token's content, SignedData
        parts = list(_parts(response, start, end))
        if len(parts) <= number:
            return response
        _, start, end = parts[number]
    fields = list(_parts(response, start, end))
    signatures = len(list(_parts(response, *fields[-1][1:])))
    if signatures != 1:
        raise TimestampError(
            f"A time stamp has one signature; this one has {signatures}", hint=_ANEW
        )
    for at, inside, stop in fields:
        if response[at] == _CERTIFICATES:
            certificates = sorted(response[a:z] for a, _, z in _parts(response, inside, stop))
            return response[:inside] + b"".join(certificates) + response[stop:]
    return response


def _parts(der: bytes, at: int, end: int) -> Iterator[tuple[int, int, int]]:
    """Of each DER element between two places: where it begins, its content begins, it ends."""
    while at < end:
        length, inside = der[at + 1], at + 2
        if length > 0x7F:  # then it is the number of bytes that give the length
            inside += length & 0x7F
            length = int.from_bytes(der[at + 2 : inside], "big")
        if inside + length > end:
            raise ValueError("an element ends after what it is in")
        yield at, inside, inside + length
        at = inside + length


def _answer(opened: TimeStampResponse) -> str:
    """What an authority answered that granted nothing: its status and its own words."""
    status = _STATUSES.get(opened.status, f"status {opened.status}")
    words = _printable(" ".join(opened.status_string))
    return f"{status} ({words})" if words else status


def _authority(signed: SignedData) -> str | None:
    """The subject of the signer's certificate, if the response carries certificates.

    A signature names its signer by issuer and serial number alone, so no second certificate
    may claim to be the signer's.
    """
    (signature,) = signed.signer_infos
    signer = (signature.issuer, signature.serial_number)
    certificates = [x509.load_der_x509_certificate(der) for der in signed.certificates]
    if not certificates:
        return None
    own = [c for c in certificates if (c.issuer, c.serial_number) == signer]
    if len(own) != 1:
        raise TimestampError(
            f"Of the certificates in the time stamp, {len(own)} are its signer's", hint=_ANEW
        )
    return _printable(own[0].subject.rfc4514_string())


def _of(stamp: Stamp, data: bytes) -> Stamp:
    """The stamp, which is one of the data."""
    if hashlib.new(stamp.algorithm, data).digest() != stamp.digest:
        raise TimestampError("The time stamp is of another document", hint=_ATTACH)
    return stamp


def _refusal(stamp: Stamp, said: str) -> TimestampError:
    """Why the library refused a stamp, in our words.

    It tells the reasons apart by OpenSSL's texts alone. One that is not known here is still
    a refusal, by the most general of the sentences.
    """
    if "has expired" in said or "not yet valid" in said:
        return TimestampError(
            f"The time stamp says {stamp.time:%Y-%m-%d %H:%M:%S} UTC, when a certificate of its "
            "authority was not valid",
            hint=_ANEW,
        )
    if "purpose" in said or "EKU" in said:
        return TimestampError(
            f"The certificate of {stamp.authority} is not one for time-stamping alone",
            hint=_ANEW,
        )
    if "certificate verify error" in said:
        return TimestampError(
            f"The time stamp is by an unknown authority: {stamp.authority} leads to none of the "
            "root certificates",
            hint=_ROOT,
        )
    return TimestampError("The signature of the time stamp is broken", hint=_ANEW)


def _printable(text: str) -> str:
    """A text of others on one line, cut, with nothing in it that a terminal would obey."""
    return "".join(c if c.isprintable() else "\ufffd" for c in text[:_LONGEST_TEXT])


@contextmanager
def _guarded(what: str, hint: str) -> Iterator[None]:
    """Turn whatever the libraries raise or warn of into a TimestampError with these words.

    Not the library's VerificationError, which `check` explains. A panic of its Rust code is a
    BaseException of a class that cannot be imported.
    """
    try:
        with warnings.catch_warnings(action="ignore"):
            yield
    except (TimestampError, VerificationError):
        raise
    except BaseException as error:
        if isinstance(error, Exception) or type(error).__name__ == "PanicException":
            raise TimestampError(what, hint=hint) from error
        raise
