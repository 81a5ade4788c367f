"""The text of HTML pages is what a reader sees, and no page does harm."""

from __future__ import annotations

import pytest
from hypothesis import example, given

from ledger.evidence import html_text
from ledger.evidence.document import LARGEST_MARKUP, paragraphs
from tests.evidence.markup import MARKUP

HTML = "text/html"


def html(markup: str) -> tuple[str, ...] | None:
    """The paragraphs of a page in UTF-8."""
    return paragraphs(markup.encode(), HTML)


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<p>worth <b>1</b>.8 tril<i>l</i>ion<p>won", ("worth 1.8 trillion", "won")),
        ("<h1>Head</h1>text<div>more</div>end", ("Head", "text", "more", "end")),
        ("one<br>line<br/>only", ("one line only",)),
        ("one<br><br>two<br> <br />three", ("one", "two", "three")),
        ("a&nbsp;&nbsp;b &lt;c&gt; &#48;&#x30; AT&T &amp;", ("a b <c> 00 AT&T &",)),
        ("<ul><li>one<li>two</ul><dl><dt>t<dd>d</dl>", ("one", "two", "t", "d")),
        ("<pre>one\nline\n\nnext</pre>", ("one line", "next")),
        ("<title>The title</title><body>text", ("The title", "text")),
        ("<a href='x>y' title=\"<p>\">link</a>ed", ("linked",)),
        ("1 < 2 <3 & 4 &#x; &#39a", ("1 < 2 <3 & 4 &#x; 'a",)),
        ("<P>UPPER</P  ><p/>case", ("UPPER", "case")),
        ("<![CDATA[x]]>a<![if IE]>b<![endif]><![foo]>c<?php x ?>d<!x>e", ("abcde",)),
        ("", ()),
    ],
)
def test_paragraphs_of_a_page(markup: str, expected: tuple[str, ...]) -> None:
    """Blocks end a paragraph, and what is inline does not."""
    assert html(markup) == expected


def test_rows_of_a_table() -> None:
    """A row is a paragraph, with a space behind each cell."""
    markup = (
        "<table><thead><tr><th>Year<th>Output</thead>"
        "<tr><td>2025</td><td><p>500 t</p></td></tr><tr><td>2026<td>800 t</table>after"
        "<table><tr><td>left<td>open"
    )
    assert html(markup) == ("Year Output", "2025 500 t", "2026 800 t", "after", "left open")


def test_a_table_that_lays_out_a_page() -> None:
    """A row of which a cell holds several paragraphs is none itself; tables may be nested."""
    markup = (
        "<table><tr><td>Menu<td><h1>Head</h1><p>One.</p>"
        "<table><tr><td>a<td>b</table><p>Two.</p></tr></table>"
    )
    assert html(markup) == ("Menu", "Head", "One.", "a b", "Two.")


@pytest.mark.parametrize(
    "hidden",
    [
        "<script>if (a<b) document.write('<p>x</p>')</script>",
        "<style>p { }</style>",
        "<!-- x --><!---->",
        "<template><p>x</p></template>",
        "<noscript><img src=x>x</noscript>",
        "<svg><title>x</title><text>x</text></svg>",
        "<iframe src='x'>x</iframe>",
        "<span hidden>x<span>x</span>x<br></span>",
        "<span style='color:red; DISPLAY : none !important'>x</span>",
        "<span style='visibility:hidden'>x</span>",
        "<input type=hidden value=x><img alt=x><wbr>",
        "<dialog>x</dialog>",
    ],
)
def test_what_is_no_text(hidden: str) -> None:
    """Scripts, styles, comments, and what the markup hides; words around it stay whole."""
    found = html(f"<p>be{hidden}fore</p>after")
    assert found is not None
    assert "".join(found) == "beforeafter"


@pytest.mark.parametrize(
    "markup",
    [
        "<p hidden>x<b>x</b><p>shown",
        "<ul><li hidden>x<ul><li>x</ul><li>shown</ul>",
        "<section><div hidden>x</section>shown",
        "<ul><li style='display:none'>x</ul>shown",
        "<table><tr hidden><td>x<td>x</td><tr><td>shown</table>",
        "<body style='visibility:hidden'>shown",
    ],
)
def test_what_is_hidden_ends_where_it_would_in_a_browser(markup: str) -> None:
    """End tags may be left out; and a page that waits for its script is read."""
    assert html(markup) == ("shown",)


@pytest.mark.parametrize("rest", ["<!-- x", "<a href='x", "<script>x", "</p x", '<p title="x>y'])
def test_what_is_begun_and_never_ended(rest: str) -> None:
    """It hides the rest of the page, as in a browser."""
    assert html(f"<p>one</p>{rest}") == ("one",)


@pytest.mark.parametrize(
    ("markup", "charset", "stated"),
    [
        ("<meta charset=euc-kr>", "cp949", ""),
        ("<META http-equiv=Content-Type content='text/html; charset=ks_c_5601-1987'>", "cp949", ""),
        ("<?xml version='1.0' encoding='euc-kr'?>", "cp949", ""),
        ("<meta charset=utf-8>", "cp949", "; charset=euc-kr"),
        ("<meta charset=euc-kr>", "utf-8-sig", ""),
        ("<meta charset=euc-kr>", "utf-16", "; charset=euc-kr"),
        ("<meta charset=utf-16>", "utf-8", ""),
        ("<meta charset=unknown>", "utf-8", ""),
        ("", "utf-8", ""),
    ],
)
def test_the_charset_of_a_page(markup: str, charset: str, stated: str) -> None:
    """By a byte order mark, as stated, as declared; otherwise UTF-8."""
    data = f"{markup}<p>희토류 똠</p>".encode(charset)
    assert paragraphs(data, HTML + stated) == ("희토류 똠",)


def test_a_page_that_tells_no_charset_and_is_not_utf_8() -> None:
    """It is read as browsers do."""
    assert paragraphs("<p>“Müller’s” 5 €".encode("cp1252"), HTML) == ("“Müller’s” 5 €",)


def test_pictures_inside_a_page_do_not_count() -> None:
    """A page that was saved with its pictures is read."""
    picture = "<img src='data:image/png;base64," + "iVBORw0K" * 1_000_000 + "'>"
    assert html(f"<p>text{picture} more") == ("text more",)


def test_a_page_that_is_too_large_has_no_text() -> None:
    """The bound is on the markup."""
    assert html("<p>" + "a" * (LARGEST_MARKUP - 3)) is not None
    assert html("<p>" + "a" * (LARGEST_MARKUP - 2)) is None


JUNK = {
    "deep": "<div>",
    "deep and mixed": "<b><p><i><table><tr><td>",
    "deep with text": "<div>x<br>",
    "unclosed tags": "<a ",
    "unclosed values": '<a b="',
    "unclosed end tags": "</a ",
    "unclosed comments": "<!--",
    "comments in comments": "<!-- --",
    "declarations": "<!",
    "sections": "<![CDATA[",
    "instructions": "<?",
    "less-than": "<",
    "empty": "<br></b>",
    "hidden": "<p hidden><x>",
    "references": "&#",
    "entities": "&nGt;",
    "rows": "<tr><td>x",
    "spaces": " ",
    "marks": "\u0327\u0301",
    "zero bytes": "\0",
}


@pytest.mark.parametrize("ending", ["", ">", "'>", "<p>end"])
@pytest.mark.parametrize("junk", JUNK.values(), ids=JUNK.keys())
def test_junk_takes_little_time(junk: str, ending: str) -> None:
    """Half a megabyte of it: what grew with the square of the length would take hours."""
    assert html(junk * (500_000 // len(junk)) + ending) is not None


def test_a_number_of_no_character() -> None:
    """A character reference with thousands of digits is shown as it stands."""
    digits = "9" * 10_000
    assert html(f"<p title='&#{digits};'>&#{digits};") == (f"&#{digits};",)


@example("<tr><title>T</title><td>cell")  # a title in a row of a table is a part of the row
@given(MARKUP)
def test_a_page_is_read_once(markup: str) -> None:
    """The title stands in one of the paragraphs, and no text of a page comes from elsewhere."""
    found, title = html_text.paragraphs(markup), html_text.title(markup)
    assert not title or any(title in paragraph for paragraph in found)
    assert len("".join(found)) <= 2 * len(markup)
