"""Facts about companies: who they are and who owns them."""

from typing import Annotated, Literal

from pydantic import Field

from ledger.facts.content import CountryCode, FactContent, Line
from ledger.values import Party, Quantity


class CompanyRegistered(FactContent):
    """A company that other facts can name as a party."""

    TYPE = "company.registered"
    OPENS = True
    NEEDS_DATE = False

    name: Annotated[Line, Field(description="The name to show.")]
    other_names: Annotated[
        tuple[Line, ...], Field(description="Other spellings and abbreviations in use.")
    ] = ()
    local_names: Annotated[
        tuple[Line, ...], Field(description="Names in the local script, such as Korean.")
    ] = ()
    country: Annotated[
        CountryCode | None, Field(description="ISO 3166-1 alpha-2 code of its seat.")
    ] = None
    place: Annotated[Line | None, Field(description="City of its seat, as stated.")] = None
    lei: Annotated[
        str | None,
        Field(
            description="Legal Entity Identifier, ISO 17442: 20 characters.",
            pattern=r"^[A-Z0-9]{18}[0-9]{2}$",
        ),
    ] = None


class OwnershipStated(FactContent):
    """A text states how the company relates to an owner, as of the date `on`."""

    TYPE = "company.ownership_stated"
    MAY_BE_DATED_AHEAD = True

    owner: Annotated[Party, Field(description="The owning company.")]
    kind: Annotated[
        Literal["parent", "subsidiary", "joint venture"],
        Field(
            description="What the text calls it: the owner is its parent, it is the owner's "
            "subsidiary, or it is a joint venture of the owner with others."
        ),
    ]
    share: Annotated[
        Quantity | None,
        Field(description="The owner's share in %, where stated."),
    ] = None


TYPES: tuple[type[FactContent], ...] = (CompanyRegistered, OwnershipStated)
