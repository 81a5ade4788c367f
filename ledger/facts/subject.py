"""Fields that say what a contract, an investment or a plant is about."""

from typing import Annotated

from pydantic import Field

from ledger.facts.content import CountryCode, FactContent, InChain, Line
from ledger.values import Party


class Named(FactContent):
    """What it is called and whose it is."""

    name: Annotated[Line | None, Field(description="What to call it, in a few words.")] = None
    company: Annotated[
        Party | None,
        Field(description="The company whose contract, investment or plant it is."),
    ] = None


class Subject(InChain, Named):
    """Name, company, stage and place: optional, since a text rarely states them all.

    What is left out stays as earlier facts of the stream stated it.
    """

    product: Annotated[
        Line | None, Field(description="The product, as finely as the text names it.")
    ] = None
    place: Annotated[Line | None, Field(description="Site, city, region, as stated.")] = None
    country: Annotated[
        CountryCode | None, Field(description="ISO 3166-1 alpha-2 code of the place.")
    ] = None
