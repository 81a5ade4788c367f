"""Facts about investments, from the plan to the money spent."""

from typing import Annotated

from pydantic import Field

from ledger.facts.content import FactContent, Prose, StreamName
from ledger.facts.subject import Subject
from ledger.values import Money


class Outlay(Subject):
    """What is invested, and in what."""

    STREAM_FIELDS = ("plants",)

    amount: Annotated[
        Money | None,
        Field(
            description="The stated total, with its doubt; an amount printed beside it in another "
            "currency goes in parentheses: '28.5bn KRW ($19.4m)'."
        ),
    ] = None
    plants: Annotated[
        tuple[StreamName, ...],
        Field(description="The plants it pays for, as plant:id."),
    ] = ()
    purpose: Annotated[Prose | None, Field(description="What it is for, in own words.")] = None


class InvestmentPlanned(Outlay):
    """The company intends to invest; nothing is announced as decided."""

    TYPE = "investment.planned"
    OPENS = True


class InvestmentAnnounced(Outlay):
    """The company makes the investment public."""

    TYPE = "investment.announced"
    OPENS = True


class InvestmentApproved(Outlay):
    """A board or an authority approves it."""

    TYPE = "investment.approved"
    OPENS = True


class InvestmentCommitted(Outlay):
    """The company is bound to it or is carrying it out, as of `on`."""

    TYPE = "investment.committed"
    OPENS = True


class InvestmentFunded(Subject):
    """Money for it is raised or paid in. Never added to the stated total."""

    TYPE = "investment.funded"
    OPENS = True

    funding: Annotated[Money | None, Field(description="The money raised or paid in.")] = None
    funded_by: Annotated[Prose | None, Field(description="Where it comes from, as stated.")] = None


class InvestmentRevised(Outlay):
    """The total or the scope changes; the fields given replace the earlier ones."""

    TYPE = "investment.revised"

    reason: Annotated[Prose | None, Field(description="Why, as stated.")] = None


class InvestmentSuspended(FactContent):
    """The investment is halted for the time being."""

    TYPE = "investment.suspended"

    reason: Annotated[Prose | None, Field(description="Why, as stated.")] = None


class InvestmentResumed(FactContent):
    """The investment goes on after a suspension."""

    TYPE = "investment.resumed"


class InvestmentCompleted(Outlay):
    """All of it has been spent; a stated amount is the final one."""

    TYPE = "investment.completed"
    OPENS = True


class InvestmentCancelled(FactContent):
    """The investment will not be made, from `on` onward."""

    TYPE = "investment.cancelled"
    MAY_BE_DATED_AHEAD = True

    reason: Annotated[Prose | None, Field(description="Why, as stated.")] = None


TYPES: tuple[type[FactContent], ...] = (
    InvestmentPlanned,
    InvestmentAnnounced,
    InvestmentApproved,
    InvestmentCommitted,
    InvestmentFunded,
    InvestmentRevised,
    InvestmentSuspended,
    InvestmentResumed,
    InvestmentCompleted,
    InvestmentCancelled,
)
