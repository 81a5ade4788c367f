"""What every fact type has in common: the frozen model inside the envelope, and its field types.

A fact type is one subclass of `FactContent`. Its class attributes name it; its fields
are all that it can say. From these classes come the options of `record`, the schema
of import files, the JSON Schema and the reference page, so a field's description is
written for the person who fills it in.

Annotations are not postponed in these files: pydantic would compile each of them anew for every
type that inherits it.
"""

from collections.abc import Collection
from typing import Annotated, ClassVar, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from ledger.errors import InputError, LedgerError, TextError, did_you_mean
from ledger.reference.countries import COUNTRIES
from ledger.reference.stages import MATERIALS, STAGES
from ledger.values.text import check_id, check_text


class FactContent(BaseModel):
    """The content of a fact; subclasses are the fact types."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    TYPE: ClassVar[str]
    """Stable dotted name, `stream.type`; stored with every fact and never renamed."""

    VERSION: ClassVar[int] = 1
    """Version of the fields; older versions are upcast in the codec."""

    OPENS: ClassVar[bool] = False
    """Whether a fact of this type may be the first of its stream."""

    MAY_BE_DATED_AHEAD: ClassVar[bool] = False
    """Whether `on` may lie after the day of recording (an end that is known in advance).
    What is merely intended is a promise, not a fact dated ahead."""

    NEEDS_DATE: ClassVar[bool] = True
    """Whether `on` must be given."""

    STREAM_FIELDS: ClassVar[tuple[str, ...]] = ()
    """The fields that name other streams, which must exist."""

    FILLED_IN: ClassVar[tuple[str, ...]] = ()
    """The fields that the ledger fills in itself: nobody types them, and they tell a person
    nothing."""

    NEEDS_SOURCE: ClassVar[bool] = False
    """Whether it must rest on a document."""

    @classmethod
    def stream_kind(cls) -> str:
        """The kind of stream that this type belongs to: the part before the dot."""
        return cls.TYPE.partition(".")[0]


def as_pydantic(error: LedgerError) -> PydanticCustomError:
    """Carry one of our errors through pydantic; `ledger.fields.problems` takes it out again."""
    return PydanticCustomError(
        "ledger", "{message}", {"message": error.what, "hint": error.hint, "error": error}
    )


def _text(limit: int, *, one_line: bool) -> AfterValidator:
    def check(value: str) -> str:
        try:
            text = check_text(value, limit=limit)
        except LedgerError as error:
            raise as_pydantic(error) from None
        if not text.strip():
            raise as_pydantic(TextError("the text is blank", hint="Leave the field out."))
        if one_line and ("\n" in text or "\t" in text):
            raise as_pydantic(
                TextError("the text has a line break or tab", hint="Write it on one line.")
            )
        return text

    return AfterValidator(check)


def _id(value: str) -> str:
    try:
        return check_id(value)
    except LedgerError as error:
        raise as_pydantic(error) from None


MOST_LISTED = 30
"""Words that an error lists when none is near."""


def _one_of(known: Collection[str], what: str, example: str) -> AfterValidator:
    def check(value: str) -> str:
        if value not in known:
            listed = f"Known: {', '.join(known)}." if len(known) <= MOST_LISTED else ""
            hint = did_you_mean(value, known) or listed or f"Such as {example}."
            raise as_pydantic(InputError(f"unknown {what} {value!r}", hint=hint))
        return value

    return AfterValidator(check)


def stream_name(value: str) -> str:
    """The name of a stream, checked; for validators."""
    kind, colon, id_ = value.partition(":")
    if not colon or kind not in STREAM_KINDS:
        raise as_pydantic(
            InputError(
                f"{value!r} does not name a stream",
                hint="A stream is written kind:id, such as plant:acme-north. Kinds: "
                + ", ".join(STREAM_KINDS)
                + ".",
            )
        )
    return f"{kind}:{_id(id_)}"


STREAM_KINDS = ("source", "company", "contract", "investment", "plant", "promise", "context")

Line = Annotated[str, _text(300, one_line=True)]
"""One line of text: a name, a place, a title."""

Prose = Annotated[str, _text(4_000, one_line=False)]
"""A statement in our own words."""

Id = Annotated[str, AfterValidator(_id)]
"""An id inside its kind: lower-case letters, digits, hyphens."""

StreamName = Annotated[str, AfterValidator(stream_name)]
"""A stream's full name, `kind:id`."""

CountryCode = Annotated[str, _one_of(COUNTRIES, "country code", "KR (ISO 3166-1 alpha-2)")]
"""ISO 3166-1 alpha-2."""

MaterialId = Annotated[
    str,
    _one_of(MATERIALS, "material", "rare-earths"),
    Field(json_schema_extra={"enum": list(MATERIALS)}),
]
StageId = Annotated[
    str, _one_of(STAGES, "stage", "oxide"), Field(json_schema_extra={"enum": list(STAGES)})
]


class InChain(FactContent):
    """A fact that can belong to a chain and a stage of it."""

    material: Annotated[
        MaterialId | None,
        Field(description="The chain it belongs to; follows from the stage where that is stated."),
    ] = None
    stage: Annotated[StageId | None, Field(description="The stage of the chain.")] = None

    @model_validator(mode="after")
    def _stage_is_of_material(self) -> Self:
        if self.stage and self.material and STAGES[self.stage].material != self.material:
            raise PydanticCustomError(
                "stage_material",
                "stage {stage} belongs to {right}, not to {wrong}",
                {
                    "stage": self.stage,
                    "right": STAGES[self.stage].material,
                    "wrong": self.material,
                },
            )
        return self
