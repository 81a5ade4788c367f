"""Each picture: its specification, and the words for who cannot see it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ledger.cut import Cut
from projections import pictures
from projections.exports import drawing
from projections.pictures.picture import ON_PAPER, Picture
from projections.read import reader
from tests import golden
from tests.report.portfolio import TODAY
from tests.rooms import Room

GOLDEN = Path(__file__).parent / "golden"


def asked(room: Room, name: str) -> tuple[Picture, list[object]]:
    """A picture, and the rows that it shows of a ledger."""
    picture = pictures.load(name)
    with reader(room.place(), Cut(TODAY), TODAY) as views:
        return picture, list(views.answer(picture.view).rows)


@pytest.mark.parametrize("name", pictures.NAMES)
def test_the_specification_is_kept(rich: Room, name: str) -> None:
    """Given the rich ledger, the drawing is made of just these marks, scales and colours."""
    picture, rows = asked(rich, name)
    spec = picture.draw(rows, TODAY, ON_PAPER)
    assert spec is not None
    golden.check(GOLDEN / f"{name}.json", drawing.specification(spec))


def test_the_texts_are_kept(rich: Room) -> None:
    """Given the rich ledger, each picture is told in sentences, with doubt and bounds."""
    told = {}
    for name in pictures.NAMES:
        picture, rows = asked(rich, name)
        told[name] = picture.text(rows, TODAY)
    golden.check(
        GOLDEN / "texts.json", f"{json.dumps(told, indent=2, ensure_ascii=False)}\n".encode()
    )


@pytest.mark.parametrize("name", pictures.NAMES)
def test_nothing_is_not_drawn(name: str) -> None:
    """Given no rows, there is no drawing, and the text says that there is nothing."""
    picture = pictures.load(name)
    assert picture.draw([], TODAY, ON_PAPER) is None
    assert picture.text([], TODAY).startswith("No ")


@pytest.mark.parametrize("name", pictures.NAMES)
def test_a_drawing_is_svg_without_script_or_address(hostile: Room, name: str) -> None:
    """Given texts that mean harm, they stand in the SVG as text, and nothing in it acts."""
    picture, rows = asked(hostile, name)
    spec = picture.draw(rows, TODAY, ON_PAPER)
    assert spec is not None
    svg = drawing.svg(spec)
    assert svg.startswith("<svg")
    for dangerous in ("<script", "<foreignObject", "<image", "onerror=", "href=", 'onmouseover="'):
        assert dangerous not in svg, dangerous


def test_promises_that_say_the_same_have_lines_of_their_own(hostile: Room) -> None:
    """Given two promises with equal words, each has its own line, named by its id too."""
    picture, rows = asked(hostile, "promises")
    spec = json.dumps(picture.draw(rows, TODAY, ON_PAPER))
    assert "twin-a: The same" in spec
    assert "twin-b: The same" in spec


def test_installed_capacity_is_not_drawn_beyond_the_cut(rich: Room) -> None:
    """Given a capacity that is installed, its line ends with the day of the cut."""
    picture, rows = asked(rich, "capacity")
    spec = picture.draw(rows, TODAY, ON_PAPER)
    ends = [mark["to"] for mark in objects(spec) if mark.get("lane") == "actual"]
    assert max(ends) == "2026-07-01"


def objects(told: Any) -> Iterator[dict[str, Any]]:
    """Every object in JSON."""
    if isinstance(told, dict):
        yield told
        told = list(told.values())
    if isinstance(told, list):
        for item in told:
            yield from objects(item)
