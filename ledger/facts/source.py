"""Facts about documents: the press releases and filings that other facts rest on."""

from typing import Annotated

from pydantic import Field

from ledger.facts.content import FactContent, Line
from ledger.values import PartialDate


class SourceRegistered(FactContent):
    """A document that facts can cite."""

    TYPE = "source.registered"
    OPENS = True
    NEEDS_DATE = False

    title: Annotated[Line, Field(description="The document's title, or a description of it.")]
    published: Annotated[
        PartialDate, Field(description="When the public could read it; as precise as is known.")
    ]
    publisher: Annotated[
        Line | None, Field(description="Who published it, where the document says so.")
    ] = None
    url: Annotated[
        Line | None,
        Field(description="Where it was found: http or https.", pattern=r"^https?://\S+$"),
    ] = None
    language: Annotated[
        str | None,
        Field(
            description="Language of the text, as a BCP 47 tag: en, ko, vi.",
            pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$",
        ),
    ] = None
    sha256: Annotated[
        str | None,
        Field(
            description="SHA-256 of the document: 64 hexadecimal digits.",
            pattern=r"^[0-9a-f]{64}$",
        ),
    ] = None
    media_type: Annotated[
        Line | None,
        Field(
            description="What the archived document is: text/html, application/pdf, text/plain. "
            "Stated of documents in the archive only; `source add FILE` fills it in.",
        ),
    ] = None


TYPES: tuple[type[FactContent], ...] = (SourceRegistered,)
