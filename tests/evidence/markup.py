"""A Hypothesis strategy for pages that nobody would write."""

from __future__ import annotations

from hypothesis import strategies as st

PIECES = st.sampled_from(
    [
        *("<", ">", "/", "<!", "<!--", "-->", "<?", "<![", "]]>", "&", "&#", ";", "=", "'", '"'),
        *("<p>", "</p>", "<td>", "<tr>", "<table>", "</table>", "<br>", "<pre>", "<li>", "</ul>"),
        *("<script>", "</script>", "<title>", "</title>", "<p hidden>", "<li hidden>", " hidden"),
        *("a", "9", "é", "\u0301", "\x00", "\x1b", "\u200b", "\u202e", "한"),
    ]
)
MARKUP = st.lists(st.one_of(PIECES, st.text(max_size=3)), max_size=30).map("".join)
"""Pieces of HTML in any order, most of it broken."""
