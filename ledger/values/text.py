"""Text and ids: what may be written into the ledger at all.

A text is kept as it was typed, in Unicode's NFC form. What could forge a terminal's
output, hide a part of a text or reorder it on the screen is refused on entry, so no
reader of the ledger has to defend against it.
"""

from __future__ import annotations

import re
from unicodedata import combining, normalize

from ledger.errors import IdError, TextError

ID_LIMIT = 100
"""The most characters an id may have."""

_FORBIDDEN = re.compile(
    "["
    "\x00-\x08\x0b-\x1f"  # C0 controls, ESC among them; not tab and line feed
    "\x7f-\x9f"  # DEL and the C1 controls
    "\u2028\u2029"  # line and paragraph separators: a second kind of line end
    "\u202a-\u202e\u2066-\u2069"  # embeddings, overrides, isolates: they reorder what is shown
    "\u200b\u2060"  # zero-width space and word joiner: invisible
    "\ufeff"  # byte order mark: invisible
    "\ufdd0-\ufdef\ufffe\uffff"  # no characters at all, by the Unicode standard
    "\ud800-\udfff"  # lone surrogates: no UTF-8 exists for them
    "]"
)
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")

# Letters that Unicode does not decompose into a base letter and a mark.
_LATIN = str.maketrans(
    {"đ": "d", "Đ": "D", "ß": "ss", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "æ": "ae", "Æ": "AE"}
)


def quoted(text: str, limit: int = 60) -> str:
    """The text in quotes for an error message: cut to `limit`, nothing unprintable in it."""
    shown = text if len(text) <= limit else text[: limit - 1] + "…"
    return "'" + "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in shown) + "'"


def check_text(text: str, *, limit: int = 10_000) -> str:
    """The text in NFC, otherwise unchanged; `limit` is the most characters it may have."""
    if len(text) > limit:
        raise _too_long(len(text), limit)
    # Whatever is forbidden is not printable either, which is found out at once.
    if not text.isprintable() and (found := _FORBIDDEN.search(text)):
        point, position = ord(found.group()), found.start() + 1
        raise TextError(
            f"The character U+{point:04X} ({_kind(point)}) at position {position} is not accepted",
            hint=_remedy(point),
        )
    if text.isascii():
        return text
    normal = normalize("NFC", text)
    if len(normal) > limit:  # a few composed characters fall apart in NFC
        raise _too_long(len(normal), limit)
    return normal


def one_line(text: str, *, limit: int = 200) -> str:
    """A checked text with every run of white space, no-break spaces included, as one space."""
    return " ".join(check_text(text, limit=limit).split())


def check_id(text: str) -> str:
    """The id itself: lower-case letters and digits, in groups joined by single hyphens."""
    if len(text) <= ID_LIMIT and _ID.fullmatch(text):
        return text
    if len(text) > ID_LIMIT:
        what = f"An id has at most {ID_LIMIT} characters, this one has {len(text)}"
    elif not text:
        what = "An id is empty"
    else:
        what = f"{quoted(text)} is not an id: use a-z, 0-9 and single hyphens between them"
    slug = slug_of(text)
    hint = f"Write {slug}" if slug else "Write it in Latin letters, as in ls-mnm"
    raise IdError(what, hint=hint)


def slug_of(text: str) -> str:
    """The nearest id to a name ("Hưng Thịnh" -> "hung-thinh"), empty when nothing is left."""
    # Only the beginning can matter, so an endless text costs nothing.
    letters = normalize("NFKD", text[: 4 * ID_LIMIT].translate(_LATIN))
    plain = "".join(c for c in letters if not combining(c)).lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:ID_LIMIT].strip("-")


def _too_long(length: int, limit: int) -> TextError:
    return TextError(
        f"A text of {length:,} characters is too long", hint=f"At most {limit:,} are accepted"
    )


def _kind(point: int) -> str:
    if point == 0x1B:
        return "ESC, a terminal escape"
    if point < 0xA0:
        return "a control character"
    if 0xD800 <= point <= 0xDFFF:
        return "half of a surrogate pair"
    if point in (0x2028, 0x2029):
        return "a line or paragraph separator"
    if 0xFDD0 <= point <= 0xFDEF or point in (0xFFFE, 0xFFFF):
        return "not a character"
    if point in (0x200B, 0x2060):
        return "an invisible character"
    if point == 0xFEFF:
        return "a byte order mark"
    return "a control of writing direction"


def _remedy(point: int) -> str:
    if point == 0x0D:
        return "End lines with a line feed alone (\\n)"
    if point in (0x2028, 0x2029):
        return "Use an ordinary line feed (\\n)"
    if 0xD800 <= point <= 0xDFFF:
        return "The file is probably not UTF-8: save it as UTF-8"
    return "Remove it; it is invisible and was probably pasted along"
