"""The report as one HTML page that needs nothing beside itself: no script, no request.

Its content-security policy allows the one style sheet in it and nothing else. Drawings stand in
it as SVG, in the colours of the page, so that dark and light are a matter of the reader.
"""

from __future__ import annotations

from base64 import b64encode
from datetime import date
from hashlib import sha256
from importlib.resources import files
from typing import BinaryIO
from urllib.parse import quote

from jinja2 import Environment, StrictUndefined

from projections.exports.drawing import svg
from projections.pictures.picture import Theme
from projections.report.content import Section
from projections.report.sections import Report
from projections.report.words import changed, reason, recorded, said_by, worked
from projections.text import value_text
from projections.views import sources

ON_SCREEN = Theme(
    ink="var(--ink)",
    faint="var(--faint)",
    paper="var(--paper)",
    tones=("var(--tone1)", "var(--tone2)", "var(--tone3)", "var(--tone4)"),
    good="var(--good)",
    bad="var(--bad)",
    accent="var(--accent)",
)
"""The colours of page.css, which are others in the dark and on paper."""

CONTEXT = 240
"""Characters of a paragraph that are shown before a quote, and after it."""


def write(report: Report, title: str, today: date, version: str, out: BinaryIO) -> None:
    """Write the page. today: the day of the cut."""
    folder = files("projections.report")
    style = folder.joinpath("page.css").read_text("utf-8")
    page = _environment().from_string(folder.joinpath("page.html.j2").read_text("utf-8"))
    digest = b64encode(sha256(style.encode()).digest()).decode()
    stream = page.stream(
        report=report,
        title=title,
        version=version,
        style=style,
        style_hash=f"sha256-{digest}",
        drawings={section.id: _drawing(section, today) for section in report.sections},
    )
    stream.enable_buffering(100)
    stream.dump(out, encoding="utf-8")


def _environment() -> Environment:
    made = Environment(autoescape=True, undefined=StrictUndefined)
    made.filters |= {
        "fragment": lambda link: quote(link, safe=":@"),
        "recorded": recorded,
        "said_by": said_by,
        "changed": changed,
        "reason": reason,
        "worked": lambda working: worked(working.how, working.note),
        "document": _document,
        "web": lambda url: url.startswith(("https://", "http://")),
        "tail": _tail,
        "head": _head,
    }
    return made


def _drawing(section: Section, today: date) -> str | None:
    if section.picture is None:
        return None
    spec = section.picture.draw(section.rows, today, ON_SCREEN)
    return svg(spec) if spec is not None else None


def _document(row: sources.Row) -> str:
    told = (row.title, row.publisher, row.published)
    return f"{row.stream}: {', '.join(value_text(part) for part in told if part is not None)}"


def _tail(before: str) -> str:
    return before if len(before) <= CONTEXT else f"…{before[-CONTEXT:].partition(' ')[2]}"


def _head(after: str) -> str:
    return after if len(after) <= CONTEXT else f"{after[:CONTEXT].rpartition(' ')[0]}…"
