"""The checks that the page of a bundle of evidence prints: commands for a shell, and a script.

They use OpenSSL 3, Python 3 and what POSIX systems have, and nothing of this program.
"""

from __future__ import annotations

SCRIPT = """\
import base64, hashlib, json, sys
from pathlib import Path

def sha256(data):
    return hashlib.sha256(data).digest()

checkpoint = Path("checkpoint").read_bytes()
size, root = checkpoint.split(b"\\n")[1:3]
wrong = False
for file in sorted(Path("facts").glob("*.json")):
    fact = file.read_bytes()
    proof = file.with_suffix(".tlog-proof").read_bytes()
    node, last = json.loads(fact)["seq"] - 1, int(size) - 1
    above, _, below = proof.partition(b"\\n\\n")
    path = above.split(b"\\n")[2:]
    first = [b"c2sp.org/tlog-proof@v1", b"index %d" % node]
    ok = 0 <= node <= last and below == checkpoint and above == b"\\n".join(first + path)
    found = sha256(b"\\x00" + fact)
    for line in path:
        beside = base64.b64decode(line)
        ok = ok and last > 0 and base64.b64encode(beside) == line
        if node % 2 or node == last:
            found = sha256(b"\\x01" + beside + found)
            while node and node % 2 == 0:
                node, last = node // 2, last // 2
        else:
            found = sha256(b"\\x01" + found + beside)
        node, last = node // 2, last // 2
    ok = ok and last == 0 and base64.b64encode(found) == root
    print("ok   " if ok else "WRONG", file)
    wrong = wrong or not ok
sys.exit(wrong)"""
"""RFC 9162, section 2.1.3.2, and beyond it that no byte of a proof is without meaning."""

KEY = """\
openssl pkey -pubin -in verifier-key.pem -noout -text | grep '^ED25519 Public-Key'
openssl pkey -pubin -in verifier-key.pem -outform DER | tail -c 32 > key.public
{ cut -d + -f 1 verifier-key.txt; printf '\\001'; cat key.public; } \\
  | openssl dgst -sha256 -binary | head -c 4 > key.id
{ cut -d + -f 1 verifier-key.txt | tr '\\n' +; od -An -tx1 key.id | tr -d ' \\n'; printf +
  { printf '\\001'; cat key.public; } | openssl base64 -A; echo; } | cmp - verifier-key.txt"""

SIGNATURE = """\
sed '/^$/,$d' checkpoint > checkpoint.text
sed '1,/^$/d; s/.* //' checkpoint | openssl base64 -d -A | tail -c +5 > checkpoint.sig
openssl pkeyutl -verify -pubin -inkey verifier-key.pem -rawin \\
  -in checkpoint.text -sigfile checkpoint.sig
{ cat checkpoint.text; echo; printf '— '; cut -d + -f 1 verifier-key.txt | tr '\\n' ' '
  cat key.id checkpoint.sig | openssl base64 -A; echo; } | cmp - checkpoint"""
"""The last command finds what a signature does not cover: an id, a name, a lax base64."""


def document(file: str, named_by: str) -> str:
    """The command that looks for the SHA-256 of a document in the fact of its source."""
    sha256 = f"$(sha256sum {file} | cut -c 1-64)"
    return f'grep -o -F "\\"sha256\\":\\"{sha256}\\"" facts/{named_by}.json'


def stamp(file: str) -> str:
    """The commands that show a time stamp of the checkpoint, and check it."""
    return (
        f"openssl ts -reply -in {file} -text\n"
        f"openssl ts -verify -data checkpoint -in {file} -CAfile authority.pem"
    )
