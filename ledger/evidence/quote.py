"""Quotes: whether words stand in a text, where, and what stands there instead.

Texts are compared in one form: Unicode's NFC, every run of white space (no-break and
ideographic spaces included) as one space, curly quotes as straight ones, and without
characters that cannot be seen. Letter case, digits and all other punctuation count.

A text is prepared once (`prepared`) and then asked as often as is wanted. Paragraphs are
joined by one space, so that a quote may run over the end of one into the next.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, chain
from unicodedata import combining, normalize

MOST_MARKS = 30
"""Marks that may follow one letter (UAX #15, Stream-Safe Text Format); more are dropped,
since the time that NFC takes grows with their square."""

LONGEST_PASSAGE = 300
"""Characters of the passage that `nearest` shows."""

FOUND, NOT_FOUND, UNCHECKED = "found", "not found", "unchecked"
"""What `checked` tells of a quote."""

_INVISIBLE = re.compile(
    "["
    "\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f"  # controls, ESC among them, that are no white space
    "\u202a-\u202e\u2066-\u2069"  # they reorder what is shown
    # what Unicode calls default ignorable: soft hyphen, zero width, fillers, selectors, tags
    "\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
    "\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"  # half of a pair, and no characters at all
    "]+"
)
_STRAIGHT = str.maketrans(
    # Primes too: Korean papers set them as quotes.
    dict.fromkeys("\u2018\u2019\u201a\u201b\u2032", "'")
    | dict.fromkeys("\u201c\u201d\u201e\u201f\u2033", '"')
)
_INSIDE_A_NUMBER = re.compile(r"(?<=\d)[.,]?\d|(?<=\d[.,])\d|(?<=\d)[만억조경]|(?<=\d[만억조경])\d")
"""Matches at a position that has a number's digits, points or commas on both sides, or what Korean
writes between its parts: 1조8000억 is one number."""

_AROUND_A_WORD = ".,;:!?\"'()[]{}<>«»…·-–—"


def displayed(text: str) -> str:
    """The text as it may be shown on a terminal: one line, NFC, nothing invisible in it."""
    text = _INVISIBLE.sub("", text)
    if not text.isascii():
        text = _few_marks(normalize("NFC", _few_marks(text)))
    return " ".join(text.split())


def _few_marks(text: str) -> str:
    marks = re.escape("".join(sorted(c for c in set(text) if combining(c))))
    if not marks:
        return text
    return re.sub(f"([{marks}]{{{MOST_MARKS}}})[{marks}]+", r"\1", text)


def folded(text: str) -> str:
    """The text in the form in which it is compared; of a displayed text, as long as it is."""
    return displayed(text).translate(_STRAIGHT)


@dataclass(frozen=True)
class Text:
    """A text that quotes are looked for in; made by `prepared`.

    paragraphs: as displayed, none of them empty; a Place counts in these.
    """

    paragraphs: tuple[str, ...]

    @cached_property
    def _whole(self) -> str:
        """All of it, in the form in which texts are compared, and as long as it is shown."""
        return " ".join(self.paragraphs).translate(_STRAIGHT)

    @cached_property
    def _starts(self) -> list[int]:
        """Where in the whole each paragraph begins."""
        return list(accumulate((len(p) + 1 for p in self.paragraphs[:-1]), initial=0))

    @cached_property
    def _words(self) -> tuple[str, ...]:
        """The words of the whole, bare."""
        return tuple(_bare(word) for word in self._whole.split())

    @cached_property
    def _word_starts(self) -> list[int]:
        """Where in the whole each word begins, and where one after the last would."""
        return list(accumulate((len(word) + 1 for word in self._whole.split()), initial=0))

    @cached_property
    def _numbers(self) -> dict[str, list[int]]:
        """At which of the words, counted from 0, each different word stands."""
        numbers: dict[str, list[int]] = {}
        for number, word in enumerate(self._words):
            numbers.setdefault(word, []).append(number)
        return numbers

    def _paragraph_at(self, position: int) -> int:
        """The index of the paragraph in which a position of the whole lies."""
        return bisect_right(self._starts, position) - 1


def prepared(paragraphs: Iterable[str]) -> Text:
    """A text to look for quotes in; paragraphs with nothing to see are left out of the count."""
    return Text(tuple(shown for p in paragraphs if (shown := displayed(p))))


@dataclass(frozen=True, slots=True)
class Place:
    """Where a quote stands: from a character of one paragraph to one of the same or a later.

    Paragraphs and characters are counted from 1; the last character belongs to the quote.
    """

    first_paragraph: int
    first_character: int
    last_paragraph: int
    last_character: int

    @property
    def locator(self) -> str:
        """The place in words, for a fact's locator; fewer than 100 characters."""
        if self.first_paragraph == self.last_paragraph:
            span = f"{self.first_character}-{self.last_character}"
            return f"paragraph {self.first_paragraph}, characters {span}"
        return (
            f"paragraphs {self.first_paragraph}-{self.last_paragraph}, from character"
            f" {self.first_character} of the first to {self.last_character} of the last"
        )


def find(quote: str, text: Text) -> Place | None:
    """The first place where the quote stands; None when it stands nowhere, or is blank.

    A place where the quote would begin or end inside a number does not count: "5 billion
    won" is not what a text says that says "28.5 billion won".
    """
    wanted = folded(quote)
    if not wanted:
        return None
    whole = text._whole
    start = whole.find(wanted)
    while start >= 0 and _cuts_a_number(whole, start, start + len(wanted)):
        start = whole.find(wanted, start + 1)
    if start < 0:
        return None
    last = start + len(wanted) - 1
    one, other = text._paragraph_at(start), text._paragraph_at(last)
    return Place(
        first_paragraph=one + 1,
        first_character=start - text._starts[one] + 1,
        last_paragraph=other + 1,
        last_character=last - text._starts[other] + 1,
    )


def checked(quote: str, text: Text | None) -> tuple[str, Place | None]:
    """Whether the quote stands in a document: FOUND with the first place, NOT_FOUND, or UNCHECKED
    where no text of the document is archived.
    """
    if text is None:
        return UNCHECKED, None
    place = find(quote, text)
    return (FOUND if place is not None else NOT_FOUND), place


def _cuts_a_number(whole: str, start: int, end: int) -> bool:
    return bool(_INSIDE_A_NUMBER.match(whole, start) or _INSIDE_A_NUMBER.match(whole, end))


def passage(place: Place, text: Text) -> tuple[str, str, str]:
    """What stands before the quote in its paragraph, the quote as printed, and what follows.

    In a quote that runs over several paragraphs, a line feed stands between them.
    """
    first, last = place.first_paragraph - 1, place.last_paragraph - 1
    before = text.paragraphs[first][: place.first_character - 1]
    after = text.paragraphs[last][place.last_character :]
    # A line feed is one character, as the space that `find` joins paragraphs by.
    over = "\n".join(text.paragraphs[first : last + 1])
    return before, over[len(before) : len(over) - len(after)], after


def nearest(quote: str, text: Text) -> tuple[int, str] | None:
    """The passage that shares most words with the quote, and the number of its paragraph.

    Words are split at spaces and compared without case and the punctuation around them.
    The passage has at most LONGEST_PASSAGE characters, with `…` where it was cut. None
    when fewer than a third of the quote's words stand together anywhere.
    """
    wanted = [_bare(word) for word in folded(quote).split()]
    missing = Counter(wanted)
    hits = sorted(chain.from_iterable(text._numbers.get(word, ()) for word in missing))
    reach = len(wanted) + len(wanted) // 4  # some more, for words that the quote leaves out

    most = shared = first = 0
    found = (0, 0)
    words = text._words
    for number in hits:
        word = words[number]
        missing[word] -= 1
        shared += missing[word] >= 0
        # Forget what is out of reach, and repetitions at the beginning.
        while hits[first] <= number - reach or missing[words[hits[first]]] < 0:
            gone = words[hits[first]]
            missing[gone] += 1
            shared -= missing[gone] > 0
            first += 1
        # Of equal ones the densest, then the first.
        if shared > most or (shared == most and number - hits[first] < found[1] - found[0]):
            most, found = shared, (hits[first], number)
    if not most or 3 * most < len(wanted):
        return None
    start, end = text._word_starts[found[0]], text._word_starts[found[1] + 1] - 1
    return text._paragraph_at(start) + 1, _around(text, start, end)


def _bare(word: str) -> str:
    return word.casefold().strip(_AROUND_A_WORD) or word


def _around(text: Text, start: int, end: int) -> str:
    """The paragraphs of a span of the whole, cut to its surroundings where they are too long."""
    first, last = text._paragraph_at(start), text._paragraph_at(end - 1)
    shown = " ".join(text.paragraphs[first : last + 1])
    if len(shown) <= LONGEST_PASSAGE:
        return shown
    start, end = start - text._starts[first], end - text._starts[first]
    room = LONGEST_PASSAGE - 2  # for the marks at both ends
    margin = max(0, room - (end - start)) // 2
    low = max(0, min(start - margin, len(shown) - room))
    high = min(low + room, len(shown))
    if low and (space := shown.find(" ", low - 1, start)) >= 0:
        low = space + 1
    # A text without spaces is cut anywhere.
    if high < len(shown) and (space := shown.rfind(" ", start, high + 1)) > start:
        high = space
    return ("…" if low else "") + shown[low:high] + ("…" if high < len(shown) else "")
