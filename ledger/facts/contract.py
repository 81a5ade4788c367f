"""Facts about contracts, from first talks to the end of the term."""

from typing import Annotated, Literal

from pydantic import Field

from ledger.facts.content import FactContent, Line, Prose
from ledger.facts.subject import Subject
from ledger.values import Money, PartialDate, Party, Quantity

ContractKind = Literal[
    "purchase", "supply", "offtake", "framework", "JV agreement", "EPC", "licence", "other"
]
Role = Literal["buyer", "seller", "partner", "licensor", "licensee", "client", "contractor"]


class Terms(Subject):
    """Who agrees with whom on what. All optional: texts leave much unsaid."""

    kind: Annotated[ContractKind | None, Field(description="Kind of contract.")] = None
    role: Annotated[Role | None, Field(description="What the company is in this contract.")] = None
    counterparties: Annotated[
        tuple[Party, ...],
        Field(
            description="The other parties: ids of registered companies, 'unnamed: description' "
            "for one that the text does not name, or an id with ? for one that is inferred."
        ),
    ] = ()
    quantity: Annotated[
        Quantity | None, Field(description="Contracted volume, in all or per year.")
    ] = None
    value: Annotated[Money | None, Field(description="Contract value, as stated.")] = None
    price: Annotated[Prose | None, Field(description="Price or pricing formula, as stated.")] = None
    term: Annotated[
        PartialDate | None, Field(description="The time it runs for, as an interval.")
    ] = None


class ContractNegotiating(Terms):
    """The parties are reported to be in talks, as of `on`."""

    TYPE = "contract.negotiating"
    OPENS = True


class ContractAgreedInPrinciple(Terms):
    """A memorandum of understanding, letter of intent or the like is signed."""

    TYPE = "contract.agreed_in_principle"
    OPENS = True


class ContractSigned(Terms):
    """The contract is signed and binds from here on."""

    TYPE = "contract.signed"
    OPENS = True


class ContractAmended(Terms):
    """Terms of a signed contract change; the fields given are the new terms."""

    TYPE = "contract.amended"


class DeliveryRecorded(FactContent):
    """Goods were delivered under the contract."""

    TYPE = "contract.delivery_recorded"

    quantity: Annotated[Quantity, Field(description="What was delivered.")]
    period: Annotated[
        PartialDate | None, Field(description="The period it covers; else it is on the date `on`.")
    ] = None


class ContractPostponed(FactContent):
    """Performance is put off."""

    TYPE = "contract.postponed"

    until: Annotated[
        PartialDate | None, Field(description="The new date or period, where stated.")
    ] = None
    reason: Annotated[Prose | None, Field(description="Why, as stated.")] = None


class ContractSuspended(FactContent):
    """Performance stops for the time being."""

    TYPE = "contract.suspended"
    MAY_BE_DATED_AHEAD = True

    reason: Annotated[Prose | None, Field(description="Why, as stated.")] = None


class ContractResumed(FactContent):
    """Performance goes on after a suspension or postponement."""

    TYPE = "contract.resumed"
    MAY_BE_DATED_AHEAD = True


class ContractCompleted(FactContent):
    """Everything that was agreed has been done."""

    TYPE = "contract.completed"


class ContractExpired(FactContent):
    """The term ended."""

    TYPE = "contract.expired"
    MAY_BE_DATED_AHEAD = True


class ContractTerminated(FactContent):
    """The contract was ended before its term."""

    TYPE = "contract.terminated"
    MAY_BE_DATED_AHEAD = True

    by: Annotated[Line | None, Field(description="Which party ended it, where stated.")] = None
    reason: Annotated[Prose | None, Field(description="Why, as stated.")] = None


TYPES: tuple[type[FactContent], ...] = (
    ContractNegotiating,
    ContractAgreedInPrinciple,
    ContractSigned,
    ContractAmended,
    DeliveryRecorded,
    ContractPostponed,
    ContractSuspended,
    ContractResumed,
    ContractCompleted,
    ContractExpired,
    ContractTerminated,
)
