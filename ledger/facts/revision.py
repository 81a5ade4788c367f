"""Facts about facts: corrected, retracted, corroborated, disputed. They belong to any stream.

The fact meant is named by its reference, `plant:acme-north@2`. Nothing is changed by them:
the time rule (`ledger/revision.py`) decides which facts count, and how they read.
"""

import re
from typing import Annotated

from pydantic import AfterValidator, Field, JsonValue

from ledger.errors import RefError
from ledger.facts.content import FactContent, Prose, as_pydantic, stream_name

_REF = re.compile(r"(?P<stream>[^@]*)@(?P<version>[1-9][0-9]{0,9})", re.ASCII)


def _ref(value: str) -> str:
    found = _REF.fullmatch(value)
    if found is None:
        raise as_pydantic(
            RefError(
                f"{value!r} does not cite a fact",
                hint="A fact is cited as kind:id@version, such as plant:acme-north@2; "
                "`lsledger log` shows the references.",
            )
        )
    return f"{stream_name(found['stream'])}@{found['version']}"


FactRef = Annotated[str, AfterValidator(_ref)]
"""A fact's reference, `kind:id@version`."""


class Revision(FactContent):
    """What is said about another fact of the same stream."""

    NEEDS_DATE = False

    ref: Annotated[FactRef, Field(description="The fact meant, as kind:id@version.")]

    @property
    def stream(self) -> str:
        """The stream of the fact meant, which is this fact's own."""
        return self.ref.rpartition("@")[0]


class FactCorrected(Revision):
    """A recorded fact should have read otherwise. The corrected fact keeps its place."""

    TYPE = "fact.corrected"
    FILLED_IN = ("type_version",)

    set: Annotated[
        dict[str, JsonValue],
        Field(
            description="The fields that should have read otherwise and what they should have "
            "said; null for a field that should have been left out.",
            min_length=1,
        ),
    ]
    reason: Annotated[Prose, Field(description="What was wrong.")]
    type_version: Annotated[
        int,
        Field(
            description="The version of the corrected type that `set` speaks of; filled in when "
            "it is recorded.",
            ge=1,
        ),
    ] = 1


class FactRetracted(Revision):
    """A recorded fact was never true, or never said. What has ended is another fact instead."""

    TYPE = "fact.retracted"

    reason: Annotated[Prose, Field(description="What was wrong.")]


class FactCorroborated(Revision):
    """Another document states the same as a recorded fact."""

    TYPE = "fact.corroborated"
    NEEDS_SOURCE = True


class FactDisputed(Revision):
    """Another document contradicts a recorded fact; both stay."""

    TYPE = "fact.disputed"
    NEEDS_SOURCE = True

    reason: Annotated[Prose, Field(description="What it says instead.")]


TYPES: tuple[type[FactContent], ...] = (
    FactCorrected,
    FactRetracted,
    FactCorroborated,
    FactDisputed,
)
