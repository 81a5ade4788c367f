"""Facts about promises: what was said to come, by when, and what came of it."""

from typing import Annotated, Literal

from pydantic import Field

from ledger.facts.content import FactContent, InChain, Prose, StreamName
from ledger.values import Money, PartialDate, Party, Quantity

Measure = Literal[
    "capacity", "production", "supply", "completion", "operation", "investment", "other"
]
Wording = Literal["aims", "plans", "expects", "set to", "possible"]


class Pledge(FactContent):
    """Who promises what."""

    by: Annotated[Party, Field(description="Who promises.")]
    statement: Annotated[Prose, Field(description="What is promised, in own words.")]
    measure: Annotated[
        Measure,
        Field(description="What would show it kept: a capacity, a production, a supply and so on."),
    ]
    wording: Annotated[
        Wording, Field(description="How firmly the text puts it; 'will' counts as plans.")
    ]


class PromiseMade(InChain, Pledge):
    """Somebody says what is to come; `on` is when they said it."""

    TYPE = "promise.made"
    OPENS = True
    STREAM_FIELDS = ("about",)

    about: Annotated[
        tuple[StreamName, ...],
        Field(description="The plants, contracts or investments it is about, as kind:id."),
    ] = ()
    quantity: Annotated[
        Quantity | None, Field(description="The promised quantity, with its bounds.")
    ] = None
    amount: Annotated[Money | None, Field(description="The promised sum of money.")] = None
    due: Annotated[
        PartialDate | None,
        Field(description="When it is due: '2026', '../2029' for by 2029; none when undated."),
    ] = None
    recurring: Annotated[
        bool, Field(description="Whether it is due anew in each period, such as every year.")
    ] = False
    condition: Annotated[
        Prose | None, Field(description="What it depends on, where the text says so.")
    ] = None


class PromiseRevised(FactContent):
    """The promise changes; the fields given replace the earlier ones."""

    TYPE = "promise.revised"

    statement: Annotated[Prose | None, Field(description="The new promise, in own words.")] = None
    wording: Annotated[Wording | None, Field(description="How firmly it is put now.")] = None
    quantity: Annotated[Quantity | None, Field(description="The new quantity.")] = None
    amount: Annotated[Money | None, Field(description="The new sum of money.")] = None
    due: Annotated[PartialDate | None, Field(description="The new due date or interval.")] = None
    condition: Annotated[Prose | None, Field(description="What it now depends on.")] = None
    reason: Annotated[Prose | None, Field(description="Why, as stated.")] = None


class PromiseWithdrawn(FactContent):
    """The promiser takes it back."""

    TYPE = "promise.withdrawn"

    reason: Annotated[Prose | None, Field(description="Why, as stated.")] = None


class PromiseKept(FactContent):
    """A text states that it was kept, on the date `on`."""

    TYPE = "promise.kept"

    period: Annotated[
        PartialDate | None, Field(description="Of a recurring promise, the period meant.")
    ] = None
    reached: Annotated[Quantity | None, Field(description="What was reached, where stated.")] = None


class PromiseMissed(FactContent):
    """A text states that it was not kept. Silence is never recorded as this."""

    TYPE = "promise.missed"

    period: Annotated[
        PartialDate | None, Field(description="Of a recurring promise, the period meant.")
    ] = None
    reached: Annotated[Quantity | None, Field(description="What was reached, where stated.")] = None
    reason: Annotated[Prose | None, Field(description="Why, as stated.")] = None


TYPES: tuple[type[FactContent], ...] = (
    PromiseMade,
    PromiseRevised,
    PromiseWithdrawn,
    PromiseKept,
    PromiseMissed,
)
