"""Reading a page as a browser does: its elements, their attributes, texts and places."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

VOID = ("meta", "link", "br", "img", "input", "hr")


@dataclass
class Element:
    """An element of a page."""

    tag: str
    attributes: dict[str, str]
    children: list[Element] = field(default_factory=list)
    text: str = ""

    def all(self) -> list[Element]:
        """It and every element in it."""
        return [self, *(found for child in self.children for found in child.all())]

    def has_class(self, name: str) -> bool:
        """Whether it is of that class."""
        return name in self.attributes.get("class", "").split()

    @property
    def words(self) -> str:
        """The text in it."""
        return " ".join("".join(element.text for element in self.all()).split())


class _Parser(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.root = Element("root", {})
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open[-1].children.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self.open[-1].tag == tag, f"{tag} closes {self.open[-1].tag}"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].text += data


def read(path: Path) -> list[Element]:
    """The elements of a page, all of which must be closed where they belong."""
    parser = _Parser()
    parser.feed(path.read_text("utf-8"))
    assert [element.tag for element in parser.open] == ["root"]
    return parser.root.all()
