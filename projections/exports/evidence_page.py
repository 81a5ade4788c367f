"""The page in a bundle of evidence: what is in it, what it shows, and how to check it by hand.

It is for somebody who trusts neither the sender nor this program. Every command in it names
the bundle's own files and can be run as it stands. No text of a fact can format anything,
begin a line, or become HTML or a link; what stands in code are names made here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from ledger.cut import time_text
from ledger.envelope import Fact
from ledger.evidence.quote import displayed
from ledger.facts.revision import Revision
from ledger.revision import Life
from ledger.source import Source
from ledger.stated import Stated
from projections.exports.evidence_checks import KEY, SCRIPT, SIGNATURE, document, stamp
from projections.exports.evidence_contents import Bundled, Contents
from projections.exports.markdown_file import escaped
from projections.views.log import what


def page(contents: Contents) -> str:
    """The page, in Markdown."""
    head = contents.signed.head
    parts = [
        "# Evidence",
        f"{_facts_in(len(contents.facts))} of the ledger {_line(head.origin)}, the documents that "
        "they rest on, and how to check both without the program that keeps the ledger and "
        "without trusting the person who sent you this. You need a shell, OpenSSL 3 or later and "
        "Python 3, and no network. Run the commands in the folder of this page. One that fails, "
        "or prints something else than is said here, has found a difference.",
        "## What is in the bundle",
        *_files(contents),
        *_facts(contents),
        "## What it shows, and what it does not show",
        *_claims(contents),
        "## 1. The documents",
        *_documents(contents),
        "## 2. The signature of the checkpoint",
        "`verifier-key.txt` holds the name of a key, its id and the key itself, with plus signs "
        "between them. The id is the first four bytes of the SHA-256 of the name, a line feed, "
        "the byte 01 and the 32 bytes of the key. These commands take the key from the PEM file, "
        "calculate its id and write the line anew. They must print `ED25519 Public-Key:` and, when "
        "it is the same line, nothing else.",
        _code("bash", KEY),
        "What is signed is the text of `checkpoint` up to the empty line, with the line feed "
        "before that. In the line below it, after the name, stands in base64 the id of the key, "
        "four bytes, and then the signature. OpenSSL must print `Signature Verified "
        "Successfully`. The last command puts the parts together again; it prints nothing when "
        "they are the whole of the checkpoint.",
        _code("bash", SIGNATURE),
        "## 3. The facts",
        "The signed text has three lines: whose record it is, the number of facts in it, and in "
        "base64 the root of a tree of hashes over them. A fact's hash is the SHA-256 of the byte "
        "00 and the fact; two hashes are joined by the SHA-256 of the byte 01 and both (RFC 6962, "
        "section 2.1). A proof lists the hashes that are met on the way from the fact up to the "
        "root (RFC 9162, section 2.1.3.2). Save this as `check.py`:",
        _code("python", SCRIPT),
        f"It must print `ok` {len(contents.facts)} times, once for each fact, and `WRONG` never:",
        _code("bash", "python3 -I check.py"),
        "## 4. The time",
        *_times(contents),
        "## 5. The words",
        *_words(contents),
        "## Before and after",
        "`rows.json` shows, for each fact that was asked for, the rows that the views of the "
        "ledger have of its stream: under `before` from all that had been recorded until then, "
        "under `after` with the fact as well. Of views that show sums, these are the entries "
        "that are added up. Nobody signed them: they are what the ledger's program makes of the "
        "facts, also of some that are not in this bundle. What was signed is the facts.",
    ]
    return "\n\n".join(parts) + "\n"


def _files(contents: Contents) -> Iterator[str]:
    head = contents.signed.head
    yield _list(
        "`facts/`: every fact in the bytes in which it was recorded (`.json`), and beside it the "
        "proof that it is in the signed record (`.tlog-proof`). The number in a name is the "
        "fact's place in the whole record, the one after the `@` its place in its stream.",
        f"`checkpoint`: a signed statement that the record had {_facts_in(head.size)}, and which.",
        "`verifier-key.txt` and `verifier-key.pem`: the public key that the signature is checked "
        "with, in two forms.",
        *(f"`{file}`: when an authority saw the checkpoint." for file in contents.stamps),
        *(
            ["`documents/`: the archived documents, each named by its SHA-256."]
            if contents.documents
            else []
        ),
        "`rows.json`: what the views showed before and after.",
    )
    yield (
        "The forms are public: RFC 6962 for the tree of hashes, RFC 8032 (Ed25519) for the "
        "signature, and signed-note, tlog-checkpoint and tlog-proof as the project C2SP has "
        "written them down."
    )


def _facts(contents: Contents) -> Iterator[str]:
    rows = [
        f"| `{one.name}` | {_role(one, contents)} | `{one.fact.type}` | {_saying(one.life)} | "
        f"{time_text(one.fact.recorded_at)[:19]}Z by {_line(one.fact.actor)} |"
        for one in contents.facts
    ]
    heading = "| in `facts/` | is | type | says | recorded |\n| --- | --- | --- | --- | --- |"
    yield "\n".join((heading, *rows))
    bare = [
        one.name for one in contents.facts if one.said.source is None and one.fact.kind != "source"
    ]
    if bare:
        yield f"On no source, only on the word of who recorded them, rest: {_names(bare)}."


def _role(one: Bundled, contents: Contents) -> str:
    roles = ["**asked for**"] if one.asked else []
    if isinstance(one.fact.content, Revision):
        about = one.fact.content.ref
        roles += [f"about `{other.name}`" for other in contents.facts if other.fact.ref == about]
    elif one.fact.kind == "source":
        roles.append("a source")
    elif not one.asked:
        roles.append("the fact that is meant")
    if one.life.status != "live":
        roles.append(f"**{one.life.status}**")
    return ", ".join(roles)


def _saying(life: Life) -> str:
    """What a fact said when it was recorded and, where it was corrected, what it says now."""
    before, now = _said(life.fact), _said(life.reading) if life.reading is not None else None
    return before if now in (None, before) else f"{before} (now: {now})"


def _said(fact: Fact) -> str:
    return _line(f"{fact.on.text()}: {what(fact)}" if fact.on is not None else what(fact))


def _claims(contents: Contents) -> Iterator[str]:
    size = contents.signed.head.size
    yield "When every check below succeeds, it is shown"
    yield _list(
        "that each of these facts was in the record, at its place and byte for byte as it is "
        "here, when the checkpoint was signed, and was not changed since;",
        "that each document is the one that the fact of its source names.",
    )
    yield "It is not shown"
    yield _list(
        "that what a fact or a document says is true;",
        "that nothing was left out of the bundle. A correction or a retraction, for instance, "
        "may be in the record and not here, or may have been recorded after the checkpoint. "
        "Whoever needs to know asks for the whole record, all the facts that were signed: they "
        f"are {size}, and they give the same root;",
        "whose key it is. It came with the bundle, and anybody can make one. Compare "
        "`verifier-key.txt` with one that you have from elsewhere: published by the ledger's "
        "owner, or handed over earlier;",
        "that others are shown the same record. Compare the checkpoint with one that somebody "
        "else holds: of the same number of facts, it must have the same root;",
        "that the times of recording are right: they are those of the ledger's own clock.",
    )


def _documents(contents: Contents) -> Iterator[str]:
    if contents.documents:
        yield (
            "The fact of a source states the SHA-256 of its document. Each of these commands "
            "takes the SHA-256 of a document and prints it as the fact has it; when the fact has "
            "another one, it prints nothing and fails. (Some systems call `sha256sum` `shasum -a "
            "256`.)"
        )
        yield _code(
            "bash", "\n".join(document(one.file, one.named_by) for one in contents.documents)
        )
    if contents.sources:
        yield _list(*(_described(source, contents) for source in contents.sources))
    else:
        yield "No fact here rests on a source: there is nothing to check."


def _described(source: Source, contents: Contents) -> str:
    """The source as it is registered, and which document of it is here."""
    files = [one.file for one in contents.documents if one.source == source.stream]
    parts = [
        f"“{_line(source.title.value)}”" if source.title is not None else "",
        _stated(source.publisher),
        source.published.value.text() if source.published is not None else "",
        _stated(source.url),
        _stated(source.media_type),
        _names(files) if files else "**no document of it is archived**",
    ]
    return f"{_line(source.stream)}: {', '.join(part for part in parts if part)}"


def _stated(value: Stated[Any] | None) -> str:
    return _line(value.value) if value is not None else ""


def _times(contents: Contents) -> Iterator[str]:
    if not contents.stamps:
        yield (
            "This bundle has no time stamp by somebody else. Nothing in it shows when the "
            "checkpoint was signed."
        )
        return
    yield (
        "An authority has signed that it saw the checkpoint at a certain time (RFC 3161). Get its "
        "root certificate from the authority itself and save it as `authority.pem`. Of each time "
        "stamp OpenSSL prints first what it says, and then must print `Verification: OK`. The "
        "facts were recorded before that time, whatever the ledger's clock said. When a "
        "certificate of the authority has expired since, add `-attime` and the time of the stamp "
        "in seconds since 1970."
    )
    yield _code("bash", "\n".join(map(stamp, contents.stamps)))


def _words(contents: Contents) -> Iterator[str]:
    quoting = [one for one in contents.facts if one.said.quote]
    if not quoting:
        yield "No fact here quotes its document."
        return
    yield (
        "These are the words that the facts quote; in a fact they stand under `quote`. Open the "
        "document and look for them. Line breaks, spaces and the shape of quotation marks may "
        "differ. A document is a stranger's file: open it in an editor for text, or in a browser "
        "without a network."
    )
    yield _list(*(_quotation(one, contents) for one in quoting))


def _quotation(fact: Bundled, contents: Contents) -> str:
    said = fact.said
    source = f"source:{said.source}"
    files = [one.file for one in contents.documents if one.source == source]
    place = f" ({_line(said.locator)})" if said.locator else ""
    where = f"in {_names(files)}" if files else "whose document is not here: as stated, unchecked"
    return f"`{fact.name}`, {where}{place}: “{_line(said.quote or '')}”"


def _line(text: str) -> str:
    """A text of the ledger on one line, so that it shows as it is and does nothing."""
    return escaped(displayed(text))


def _facts_in(number: int) -> str:
    return f"{number} fact{'s' if number != 1 else ''}"


def _names(files: Iterable[str]) -> str:
    return ", ".join(f"`{file}`" for file in files)


def _list(*items: str) -> str:
    return "\n".join(f"- {item}" for item in items)


def _code(language: str, text: str) -> str:
    return f"```{language}\n{text}\n```"
