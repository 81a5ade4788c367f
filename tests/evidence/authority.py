"""A time-stamping authority on this machine, run by the `openssl` command.

A root certificate, a certificate that issues for it, and the authority's own, all valid from
2000 to 2049: three, as the real ones have, so that a token must carry the one between.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from shutil import which
from subprocess import CompletedProcess, run

POLICY = "1.3.6.1.4.1.99999.1"
_VALID = ("20000101000000Z", "20491231235959Z")
_TST_INFO = "1.2.840.113549.1.9.16.1.4"  # the content of a time stamp: RFC 3161, 2.4.2
_SETTINGS = f"""
[req]
distinguished_name = none
prompt = no
[none]
[ca]
default_ca = here
[here]
database = issued
new_certs_dir = .
serial = numbers
default_md = sha256
policy = any_name
unique_subject = no
[any_name]
organizationName = optional
commonName = optional
[tsa]
default_tsa = stamps
[stamps]
serial = stamps
signer_digest = sha256
default_policy = {POLICY}
digests = sha1, sha256, sha384, sha512
ess_cert_id_alg = sha256
[extensions]
"""
_ISSUES = "basicConstraints = critical, CA:TRUE\nkeyUsage = critical, keyCertSign\n"


@dataclass(frozen=True, slots=True)
class Authority:
    """An authority whose keys and certificates are in a folder."""

    folder: Path
    subject: str

    @property
    def root(self) -> Path:
        """The file with its root certificate, in PEM."""
        return self.folder / "root.pem"

    def stamp(self, request: bytes, carried: str = "issuer.pem") -> bytes:
        """Its response to a request; it carries the certificates of the file named."""
        (self.folder / "request").write_bytes(request)
        words = ("ts", "-reply", "-queryfile", "request", "-signer", "tsa.pem")
        self(*words, "-inkey", "tsa.key", "-chain", carried, "-out", "response")
        return (self.folder / "response").read_bytes()

    def accepts(self, response: bytes, data: bytes) -> bool:
        """Whether `openssl ts -verify`, which knows the root alone, accepts a response."""
        (self.folder / "response").write_bytes(response)
        (self.folder / "data").write_bytes(data)
        words = ("-data", "data", "-in", "response", "-CAfile", "root.pem")
        return self._run("ts", "-verify", *words).returncode == 0

    def query(self, data: bytes, *words: str) -> bytes:
        """A request that `openssl ts -query` makes, with more options."""
        (self.folder / "data").write_bytes(data)
        self("ts", "-query", "-data", "data", *words, "-out", "request")
        return (self.folder / "request").read_bytes()

    def told(self, request: bytes) -> str:
        """A request as `openssl ts -query` explains it."""
        (self.folder / "request").write_bytes(request)
        return self("ts", "-query", "-in", "request", "-text")

    def certify(
        self,
        name: str,
        use: str | None = "critical, timeStamping",
        *,
        valid: tuple[str, str] = _VALID,
        number: str | None = None,
    ) -> None:
        """Make NAME.key and NAME.pem, a certificate with this extendedKeyUsage."""
        uses = f"extendedKeyUsage = {use}\n" if use else ""
        extensions = f"basicConstraints = critical, CA:FALSE\n{uses}"
        self.issue(name, f"{self.subject} {name}", extensions, "issuer", valid, number)

    def issue(
        self,
        name: str,
        subject: str,
        extensions: str = _ISSUES,
        issuer: str | None = None,
        valid: tuple[str, str] = _VALID,
        number: str | None = None,
    ) -> None:
        """Make NAME.key and NAME.pem, issued by itself when no issuer is named.

        The serial number is in hexadecimal digits; random when none is given.
        """
        (self.folder / "settings").write_text(_SETTINGS + extensions, "utf-8")
        (self.folder / "numbers").write_text(number or os.urandom(8).hex(), "utf-8")
        key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
        wanted = ("-keyout", f"{name}.key", "-out", "wanted", "-utf8", "-subj", subject)
        self("req", *key, *wanted)
        by = ("-cert", f"{issuer}.pem", "-keyfile", f"{issuer}.key")
        by_itself = ("-selfsign", "-keyfile", f"{name}.key")
        words = ("-in", "wanted", "-out", f"{name}.pem", "-notext", "-extensions", "extensions")
        dates = ("-startdate", valid[0], "-enddate", valid[1])
        self("ca", "-batch", *words, *dates, *(by if issuer else by_itself))

    def signed(self, response: bytes, *names: str, time: str | None = None) -> bytes:
        """What a response says, at another time and signed with other certificates.

        For what `openssl ts -reply` refuses to do: stamps of another time than now, by
        certificates that are not for it.
        """
        (self.folder / "response").write_bytes(response)
        self("ts", "-reply", "-in", "response", "-token_out", "-out", "token")
        der = ("-binary", "-inform", "DER", "-in", "token")
        self("cms", "-verify", "-noverify", *der, "-out", "said")
        if time is not None:
            said = (self.folder / "said").read_bytes()
            at = said.index(b"\x18\x0f20") + 2  # a GeneralizedTime of 15 bytes
            (self.folder / "said").write_bytes(said[:at] + time.encode() + said[at + 15 :])
        content = ("-binary", "-nodetach", "-econtent_type", _TST_INFO, "-in", "said")
        attributes = ("-cades", "-nosmimecap", "-certfile", "issuer.pem")
        by = [word for n in names for word in ("-signer", f"{n}.pem", "-inkey", f"{n}.key")]
        self("cms", "-sign", *content, *attributes, *by, "-outform", "DER", "-out", "token")
        return granted((self.folder / "token").read_bytes())

    def __call__(self, *words: str) -> str:
        """Run `openssl` in the folder; what it printed."""
        done = self._run(*words)
        assert done.returncode == 0, f"openssl {' '.join(words)}\n{done.stderr}"
        return done.stdout

    def _run(self, *words: str) -> CompletedProcess[str]:
        """The same, deaf to the environment, whether or not it succeeds."""
        env = {"PATH": os.environ["PATH"], "OPENSSL_CONF": "settings"}
        command = ("openssl", *words)
        return run(command, cwd=self.folder, env=env, capture_output=True, text=True, check=False)


def authority(folder: Path, name: str = "Example") -> Authority:
    """Set up an authority in an empty folder; its certificate is of `O=NAME,CN=NAME tsa`."""
    assert which("openssl"), "these tests need the command openssl (Debian's package openssl)"
    made = Authority(folder, f"/O={name}/CN={name}")
    for empty in ("issued", "issued.attr"):
        (folder / empty).touch()
    (folder / "stamps").write_text("01", "utf-8")
    made.issue("root", f"{made.subject} root")
    made.issue("issuer", f"{made.subject} issuer", issuer="root")
    made.certify("tsa")
    return made


def granted(token: bytes) -> bytes:
    """The response that grants a token: SEQUENCE { SEQUENCE { INTEGER 0 }, token }."""
    body = b"\x30\x03\x02\x01\x00" + token
    return b"\x30\x82" + len(body).to_bytes(2, "big") + body
