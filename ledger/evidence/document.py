"""Archived documents: what kind a document is of, and the text in it.

A document is any bytes. Text is taken from plain text, HTML and PDF; what cannot be read,
whatever the reason, has no text, and is never an error: a quote from it stays unchecked.
Nothing in a document is run, and nothing that it names is fetched.
"""

from __future__ import annotations

import codecs
import re
from itertools import groupby
from typing import NamedTuple

from ledger.errors import InputError, did_you_mean
from ledger.evidence.quote import displayed
from ledger.values.text import quoted

LARGEST_DOCUMENT = 64 * 1024 * 1024
"""Bytes of a document that may be archived; an annual report with pictures has some 20 MiB."""

LARGEST_MARKUP = 4 * 1024 * 1024
"""Characters of an HTML page that text is taken from; pictures inside it do not count. A page
of that size takes 1 s, and one made to be slow 6 s and 800 MB."""

MOST_CHARACTERS = 10_000_000
"""Characters of text that are taken from a document: some 3,000 pages."""

LONGEST_TITLE = 300
"""Characters of a title; as many as a source's title may have."""

OCTET_STREAM = "application/octet-stream"

_CHARSETS = frozenset(
    (
        *("utf-8", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"),
        *("euc_kr", "cp949", "johab", "iso2022_kr"),
        *("shift_jis", "cp932", "euc_jp", "iso2022_jp"),
        *("gb2312", "gbk", "gb18030", "big5", "big5hkscs", "cp950"),
        *("ascii", "mac-roman", "koi8-r", "koi8-u", "cp437", "cp850", "cp866", "cp874", "tis-620"),
        *(f"cp125{n}" for n in range(9)),
        *(f"iso8859-{n}" for n in range(1, 17) if n != 12),
    )
)
"""Python's names of the encodings of whole texts. It has others under the same roof, for
host names or escapes, that a document is not to choose."""

_READ_AS = {
    "euc_kr": "cp949",
    "shift_jis": "cp932",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "big5": "big5hkscs",
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "utf-16": "utf-16-le",
}
"""What is meant by a name: the larger set that the WHATWG Encoding Standard reads it as."""

_BYTE_ORDER_MARKS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
_DECLARED = re.compile(
    rb"""<\?xml\s[^>]{0,200}?encoding\s*=\s*["']([\w.:-]{1,40})"""
    rb"""|<meta\s[^>]{0,500}?charset\s*=\s*["']?\s*([\w.:-]{1,40})""",
    re.IGNORECASE,
)
_TYPE = re.compile(
    r"\s*(?P<type>[a-z0-9][a-z0-9!#$&^_.+-]{0,63}/[a-z0-9][a-z0-9!#$&^_.+-]{0,63})\s*"
    r"(?:;\s*charset\s*=\s*(?P<q>\"?)(?P<charset>[a-z0-9_.:-]{1,40})(?P=q)\s*)?;?\s*"
)
"""RFC 6838, section 4.2, and the one parameter that text has (RFC 2046, section 4.1.2)."""

_BINARY = re.compile(rb"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]")  # WHATWG MIME Sniffing, section 3
_BEGINNING = r"(?>\s+|<\?xml[^>]*>|<!--(?>.*?-->))*+"
_PAGE = re.compile(_BEGINNING + r"<(?:!doctype\s+html|html|head|body)\b", re.I | re.S)
_MARKUP = re.compile(
    _BEGINNING + r"<(?:title|meta|link|script|style|h[1-6]|div|p|table|font|center|a|b|br)\b",
    re.I | re.S,
)
_PICTURE = re.compile(r"data:[a-z]{1,20}/[a-z0-9.+-]{1,40};base64,[a-z0-9+/=%]*", re.I)

_HTML_NAMES = (".html", ".htm", ".xhtml")
_TEXT_NAMES = (".txt", ".text", ".md", ".markdown", ".csv", ".tsv", ".rst", ".json", ".xml")


class _Stated(NamedTuple):
    """A media type in its parts; the charset by Python's name."""

    type: str
    charset: str | None


# --- media types -----------------------------------------------------------------------------


def media_type_of(data: bytes, name: str) -> str:
    """The kind of a document, by its content and then by its name's extension.

    One of application/pdf, text/html, text/plain and application/octet-stream. Text is
    UTF-8, or UTF-16 with a byte order mark; for another encoding a person states the type.
    """
    name = name.lower()
    beginning = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n")
    if beginning.startswith(b"%PDF-") or (name.endswith(".pdf") and b"%PDF-" in data[:1024]):
        return "application/pdf"
    marked = _byte_order_mark(data)
    if marked is None and _BINARY.search(data):
        return OCTET_STREAM
    head = data[:4096].decode(marked or "utf-8", "replace").lstrip("\ufeff")
    if _PAGE.match(head) or (_MARKUP.match(head) and not name.endswith(_TEXT_NAMES)):
        return "text/html"
    try:
        data.decode(marked or "utf-8")
    except UnicodeDecodeError:
        return "text/html" if name.endswith(_HTML_NAMES) else OCTET_STREAM
    if head.startswith("{\\rtf"):
        return OCTET_STREAM
    return "text/html" if name.endswith(_HTML_NAMES) else "text/plain"


def checked_media_type(text: str) -> str:
    """A media type that a person stated, in lower case: `text/html; charset=euc-kr`.

    Raises InputError when it is none, or names a charset that the ledger cannot read.
    """
    match = _TYPE.fullmatch(text.lower())
    if match is None:
        raise InputError(
            f"{quoted(text)} is not a media type",
            hint="Write type/subtype, such as text/html or application/pdf; for text that is not"
            " UTF-8 with its charset, such as 'text/html; charset=euc-kr'.",
        )
    charset = match["charset"]
    if charset is None:
        return match["type"]
    if _charset(charset) is None:
        near = did_you_mean(charset, ("utf-8", "euc-kr", "shift_jis", "big5", "gbk", "iso-8859-1"))
        raise InputError(
            f"{quoted(charset)} is not a charset that text can be read in",
            hint=near or "Such as utf-8, euc-kr, shift_jis, gb18030, windows-1252.",
        )
    return f"{match['type']}; charset={charset}"


def _stated(media_type: str) -> _Stated | None:
    match = _TYPE.fullmatch(media_type.lower())
    if match is None:
        return None
    return _Stated(match["type"], _charset(match["charset"] or ""))


def _charset(name: str) -> str | None:
    """Python's name of the charset that a name means; None when it means none."""
    name = {"windows-949": "cp949", "x-windows-949": "cp949", "x-sjis": "cp932"}.get(name, name)
    try:
        known = codecs.lookup(name).name
    except (LookupError, ValueError):
        return None
    return _READ_AS.get(known, known) if known in _CHARSETS else None


def _byte_order_mark(data: bytes) -> str | None:
    for mark, charset in _BYTE_ORDER_MARKS.items():
        if data.startswith(mark):
            return charset
    return None


# --- text ------------------------------------------------------------------------------------


def paragraphs(data: bytes, media_type: str) -> tuple[str, ...] | None:
    """A document's text, paragraph by paragraph, as it may be displayed; none is empty.

    None when there is no text to be had: the type has none, the document is too large,
    broken or encrypted, or a PDF holds pictures alone. Whatever the bytes, it raises nothing.
    """
    stated = _stated(media_type)
    found: tuple[str, ...] | None = None
    if stated is None or len(data) > LARGEST_DOCUMENT:
        return None
    if stated.type == "application/pdf":
        from ledger.evidence import pdf_text

        found = _displayed(pdf_text.paragraphs(data))
    elif _is_html(stated):
        from ledger.evidence import html_text

        if (markup := _markup(data, stated)) is not None:
            found = html_text.paragraphs(markup)
    elif stated.type.startswith("text/"):
        found = _displayed(_plain(data, stated))
    if found is None or sum(map(len, found)) > MOST_CHARACTERS:
        return None
    return found


def _displayed(found: tuple[str, ...] | None) -> tuple[str, ...] | None:
    if found is None:
        return None
    return tuple(shown for text in found if (shown := displayed(text)))


def title_of(data: bytes, media_type: str) -> str | None:
    """The title that an HTML page or a PDF gives itself, on one line; for a person to confirm."""
    stated = _stated(media_type)
    title: str | None = None
    if stated is None or len(data) > LARGEST_DOCUMENT:
        return None
    if stated.type == "application/pdf":
        from ledger.evidence import pdf_text

        title = pdf_text.title(data)
    elif _is_html(stated):
        from ledger.evidence import html_text

        if (markup := _markup(data, stated)) is not None:
            title = html_text.title(markup)
    title = displayed(title or "")
    if len(title) > LONGEST_TITLE:
        cut = title[: LONGEST_TITLE - 1]
        title = (cut.rpartition(" ")[0] or cut) + "…"
    return title or None


def _is_html(stated: _Stated) -> bool:
    return stated.type in ("text/html", "application/xhtml+xml")


def _plain(data: bytes, stated: _Stated) -> tuple[str, ...] | None:
    """Blocks between blank lines; each line, where there is no blank one."""
    charset = _byte_order_mark(data) or stated.charset
    try:
        text = data.decode(charset, "replace") if charset else data.decode("utf-8")
    except UnicodeError:
        return None
    if len(text) > MOST_CHARACTERS:
        return None
    lines = text.lstrip("\ufeff").strip().splitlines()
    if all(line.strip() for line in lines):
        return tuple(lines)
    return tuple(
        " ".join(block) for blank, block in groupby(lines, lambda x: not x.strip()) if not blank
    )


def _markup(data: bytes, stated: _Stated) -> str | None:
    """The page as text; None when it is too large.

    Its charset, as browsers find it: by a byte order mark, as stated (by a person, here), as
    the page declares; otherwise UTF-8 where that is possible, and Windows-1252 where not.
    """
    charset = _byte_order_mark(data) or stated.charset or _declared(data)
    if charset is None:
        try:
            data.decode("utf-8")
        except UnicodeDecodeError:
            charset = "cp1252"
    markup = _PICTURE.sub("", data.decode(charset or "utf-8", "replace").lstrip("\ufeff"))
    return markup if len(markup) <= LARGEST_MARKUP else None


def _declared(data: bytes) -> str | None:
    match = _DECLARED.search(data, 0, 4096)
    if match is None:
        return None
    charset = _charset((match[1] or match[2]).decode("ascii", "replace").lower())
    # It was read as ASCII, so it cannot be one of these.
    return "utf-8" if charset and charset.startswith(("utf-16", "utf-32")) else charset
