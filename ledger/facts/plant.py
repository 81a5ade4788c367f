"""Facts about plants: proposals, construction, completion, operation, capacity, production.

Completed is not operating, nameplate capacity is not production, and neither is a
promise. Two plants at one place are two streams.
"""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from ledger.facts.content import FactContent, Prose
from ledger.facts.subject import Subject
from ledger.values import PartialDate, Party, Quantity


class Site(Subject):
    """Which plant it is, and where."""

    operator: Annotated[
        Party | None, Field(description="Who runs it, where that is not the company itself.")
    ] = None
    place_is: Annotated[
        Literal["stated", "possible"] | None,
        Field(description="Whether the text states the place or only calls it possible."),
    ] = None
    process: Annotated[
        Prose | None, Field(description="What goes in and what comes out, in own words.")
    ] = None


class PlantNamed(Site):
    """A text names the plant without saying how far it is, as of `on`."""

    TYPE = "plant.named"
    OPENS = True


class PlantProposed(Site):
    """Somebody pursues the plan of a plant, as of `on`."""

    TYPE = "plant.proposed"
    OPENS = True


class PlantSiteSelected(Site):
    """The site is decided."""

    TYPE = "plant.site_selected"
    OPENS = True


class PlantPermitted(Site):
    """The permits that construction needs are granted."""

    TYPE = "plant.permitted"
    OPENS = True


class PlantConstructionStarted(Site):
    """Construction begins."""

    TYPE = "plant.construction_started"
    OPENS = True


class PlantUnderConstruction(Site):
    """The plant is reported to be under construction, as of `on`; the start is not stated."""

    TYPE = "plant.under_construction"
    OPENS = True


class PlantCompleted(Site):
    """Construction is complete. Not yet a statement that it operates."""

    TYPE = "plant.completed"
    OPENS = True


class PlantCommissioned(Site):
    """The plant is started up and tested."""

    TYPE = "plant.commissioned"
    OPENS = True


class PlantOperating(Site):
    """The plant is reported to operate commercially, as of `on`."""

    TYPE = "plant.operating"
    OPENS = True


class CapacityStated(Site):
    """A text states the plant's nameplate capacity, as of `on`."""

    TYPE = "plant.capacity_stated"
    OPENS = True

    capacity: Annotated[
        Quantity, Field(description="Nameplate capacity, with its period: '20 kt/yr'.")
    ]


class CapacityExpanded(Site):
    """An expansion is in place: the new nameplate capacity, or what was added to it."""

    TYPE = "plant.capacity_expanded"
    OPENS = True

    capacity: Annotated[
        Quantity | None, Field(description="Nameplate capacity after the expansion.")
    ] = None
    added: Annotated[Quantity | None, Field(description="What the expansion adds.")] = None

    @model_validator(mode="after")
    def _one_of_the_two(self) -> Self:
        if (self.capacity is None) == (self.added is None):
            raise PydanticCustomError(
                "capacity_or_added", "give either the capacity after the expansion or what it added"
            )
        return self


class ProductionReported(Site):
    """What the plant made in a period."""

    TYPE = "plant.production_reported"
    OPENS = True

    production: Annotated[Quantity, Field(description="The quantity made in the period.")]
    period: Annotated[PartialDate, Field(description="The period, such as 2026 or 2026-Q1.")]


class PlantSuspended(FactContent):
    """Construction or operation stops for the time being."""

    TYPE = "plant.suspended"
    MAY_BE_DATED_AHEAD = True

    reason: Annotated[Prose | None, Field(description="Why, as stated.")] = None


class PlantResumed(FactContent):
    """Construction or operation goes on where it stopped."""

    TYPE = "plant.resumed"
    MAY_BE_DATED_AHEAD = True


class PlantClosed(FactContent):
    """The plant is shut for good."""

    TYPE = "plant.closed"
    MAY_BE_DATED_AHEAD = True

    reason: Annotated[Prose | None, Field(description="Why, as stated.")] = None


class PlantCancelled(FactContent):
    """The plan of the plant is given up, from `on` onward."""

    TYPE = "plant.cancelled"
    MAY_BE_DATED_AHEAD = True

    reason: Annotated[Prose | None, Field(description="Why, as stated.")] = None


TYPES: tuple[type[FactContent], ...] = (
    PlantNamed,
    PlantProposed,
    PlantSiteSelected,
    PlantPermitted,
    PlantConstructionStarted,
    PlantUnderConstruction,
    PlantCompleted,
    PlantCommissioned,
    PlantOperating,
    CapacityStated,
    CapacityExpanded,
    ProductionReported,
    PlantSuspended,
    PlantResumed,
    PlantClosed,
    PlantCancelled,
)
