"""Facts that are background: markets, countries, people and strategies."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from ledger.facts.content import FactContent, InChain, Line, Prose
from ledger.values import Party, Quantity


class Statement(FactContent):
    """What is said of whom."""

    subject: Annotated[
        Literal["market", "country", "company"],
        Field(description="What kind of thing it is about."),
    ]
    about: Annotated[
        Line | None, Field(description="Which market or country, such as VN or rare earths.")
    ] = None
    company: Annotated[Party | None, Field(description="Which company.")] = None
    statement: Annotated[Prose, Field(description="What the text says, in own words.")]
    quantity: Annotated[
        Quantity | None, Field(description="The figure in it, if there is one.")
    ] = None


class ContextNoted(InChain, Statement):
    """A text says something about a market, a country or a company, as of `on`."""

    TYPE = "context.noted"
    OPENS = True

    @model_validator(mode="after")
    def _says_which(self) -> Self:
        if self.subject == "company" and self.company is None:
            raise PydanticCustomError("which_company", "say which company it is about (`company`)")
        if self.subject != "company" and self.about is None:
            raise PydanticCustomError(
                "which_subject",
                "say which {subject} it is about (`about`)",
                {"subject": self.subject},
            )
        return self


TYPES: tuple[type[FactContent], ...] = (ContextNoted,)
