"""The text of an HTML page, as a reader sees it; nothing in the page is run or fetched.

Reads the events of Python's own tokenizer (`html.parser`) and builds no tree: time and
memory grow with the page's length, however deep it is nested and however broken it is.
"""

from __future__ import annotations

import re
from collections import Counter
from html.parser import HTMLParser

from ledger.evidence.quote import displayed


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


# The names follow the HTML Standard: sections 13.1.2 (tags) and 15.3 (what is shown how).
_BLOCKS = _names(
    "address article aside blockquote body caption center dd details dialog dir div dl dt"
    " fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 head header hgroup hr html"
    " legend li listing main menu nav ol optgroup option p plaintext pre search section select"
    " summary table tbody tfoot thead title tr ul xmp"
)
_CELLS = _names("td th")
_ROW_ENDS = _names("table tbody tfoot thead tr")
_VOID = _names(
    "area base basefont br col command embed frame hr img input keygen link meta param source"
    " track wbr"
)
_END_LEFT_OUT = {
    "p": _BLOCKS,
    "li": _names("li"),
    "dt": _names("dt dd"),
    "dd": _names("dt dd"),
    "option": _names("option optgroup"),
    "thead": _names("tbody tfoot"),
    "tbody": _names("tbody tfoot"),
    "tfoot": _names("tbody"),
    "tr": _names("tr tbody tfoot"),
    "td": _names("td th tr tbody tfoot"),
    "th": _names("td th tr tbody tfoot"),
}
"""Elements whose end tag may be left out, and the start tags that end them."""

_ENDED_BLOCKS = _BLOCKS - _END_LEFT_OUT.keys()
_NO_TEXT = _names(
    "audio canvas datalist del iframe noembed noframes noscript rp s script strike style svg"
    " template video"
)
_NEVER_HIDDEN = _names("html body")  # a page that hides itself waits for its script to show it
_NOT_SHOWN = re.compile(r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)", re.IGNORECASE)
_BLANK_LINE = re.compile(r"\n[ \t\r]*\n")
_ENDLESS_REFERENCE = re.compile(r"&#(?=[0-9]{12}|[xX][0-9a-fA-F]{12})")


def paragraphs(markup: str) -> tuple[str, ...]:
    """The page's paragraphs, as displayed; its title is one of them.

    A block ends a paragraph, and so do two `<br>` in a row; a single one is a space. The
    cells of a table's row are one paragraph, unless one of them holds several. Scripts,
    styles, comments and what the markup hides are no text. A tag or comment that is begun
    and never ended hides the rest of the page, as in a browser.
    """
    return tuple(_read(markup).paragraphs)


def title(markup: str) -> str:
    """The page's title, as displayed; empty when it has none."""
    return _read(markup).title


def _read(markup: str) -> _Page:
    page = _Page()
    # Two things that the tokenizer would raise for, written so that it reads on as a browser
    # does: a section such as <![if x]> is a comment, and no character has a number of 12 digits.
    markup = _ENDLESS_REFERENCE.sub("&amp;#", markup.replace("<![", "<!_["))
    # `close` is never called: it would try the unfinished rest of a page again at each of its
    # characters. The line feed ends a character reference at the very end.
    page.feed(markup + "\n")
    page.end()
    return page


class _Page(HTMLParser):
    """What was read so far."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.paragraphs: list[str] = []
        self.title = ""
        self._pieces: list[str] = []
        self._after_br = False
        self._row: int | None = None  # how many paragraphs stood before the open row
        self._cell = 0  # how many stood before its open cell
        self._row_is_split = False  # whether a cell of it holds several paragraphs
        self._open: Counter[str] = Counter()
        self._hidden_by = ""  # the hidden element that is being read
        self._open_in_hidden: Counter[str] = Counter()  # itself among them
        self._depth = 0  # how many blocks are open in it whose end is not left out

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin an element: text, the end of a paragraph, or something hidden."""
        if self._hidden_by:
            ends_it = not self._depth and tag in _END_LEFT_OUT.get(self._hidden_by, ())
            if not ends_it:
                if tag not in _VOID:
                    self._open_in_hidden[tag] += 1
                    self._depth += tag in _ENDED_BLOCKS
                return
            self._hidden_by = ""
        self._boundary(tag)
        if tag in _VOID:
            return
        if _is_hidden(tag, dict(attrs)):
            self._hidden_by = tag
            self._open_in_hidden = Counter((tag,))
            self._depth = 0
            return
        self._open[tag] += 1
        if tag == "tr":
            self._row, self._cell = len(self.paragraphs), len(self.paragraphs)
            self._row_is_split = False

    def handle_endtag(self, tag: str) -> None:
        """End an element, and perhaps the hidden one that is being read."""
        if tag in _VOID:
            return  # `<br/>` is told as a start and an end
        if self._hidden_by:
            if self._open_in_hidden[tag]:
                self._open_in_hidden[tag] -= 1
                self._depth -= tag in _ENDED_BLOCKS
                if not self._open_in_hidden[self._hidden_by]:
                    self._hidden_by = ""
                return
            # The end of a block around the hidden element ends that, too.
            if not (self._open[tag] and tag in _ENDED_BLOCKS):
                return
            self._hidden_by = ""
        self._open[tag] -= self._open[tag] > 0
        before = len(self.paragraphs)
        self._boundary(tag)
        if tag == "title" and not self.title and len(self.paragraphs) > before:
            self.title = self.paragraphs[-1]

    def handle_data(self, data: str) -> None:
        """Text between tags."""
        if self._hidden_by:
            return
        if not data.isspace():
            self._after_br = False
        if self._open["pre"]:
            *blocks, data = _BLANK_LINE.split(data)
            for block in blocks:
                self._pieces.append(block)
                self._end_paragraph()
        self._pieces.append(data)

    def end(self) -> None:
        """End what is open: the page has been read."""
        self._end_paragraph()
        self._end_row()

    def _end_paragraph(self) -> None:
        if self._pieces:
            if text := displayed("".join(self._pieces)):
                self.paragraphs.append(text)
            self._pieces.clear()
        self._after_br = False

    def _boundary(self, tag: str) -> None:
        """A start or end tag: it may end a paragraph, a cell, a row."""
        if tag in _CELLS:
            self._end_cell()
        elif tag in _BLOCKS:
            self._end_paragraph()
            if tag in _ROW_ENDS:
                self._end_row()
        elif tag == "br":
            if self._after_br:
                self._end_paragraph()
            else:
                self._pieces.append(" ")
                self._after_br = True

    def _end_cell(self) -> None:
        self._end_paragraph()
        self._row_is_split |= len(self.paragraphs) - self._cell > 1
        self._cell = len(self.paragraphs)

    def _end_row(self) -> None:
        if self._row is not None:
            self._end_cell()
            cells = self.paragraphs[self._row :]
            if cells and not self._row_is_split:
                self.paragraphs[self._row :] = [" ".join(cells)]
            self._row = None


def _is_hidden(tag: str, attributes: dict[str, str | None]) -> bool:
    if tag in _NO_TEXT or (tag == "dialog" and "open" not in attributes):
        return True
    if tag in _NEVER_HIDDEN:
        return False
    return "hidden" in attributes or bool(_NOT_SHOWN.search(attributes.get("style") or ""))
