"""Parties: who stands on a side of a contract or makes a promise.

A party is a company of the ledger, by its id, or one that a source does not name, by the
source's description. Whether an id is registered is for the ledger to check, not for the value.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, final

from ledger.errors import IdError, PartyError
from ledger.values._data import Json, read_flag, read_object, read_text
from ledger.values._pydantic import value_schema
from ledger.values.text import check_id, one_line, quoted

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
    from pydantic.json_schema import JsonSchemaValue
    from pydantic_core import CoreSchema

UNNAMED_LIMIT = 200
"""The most characters the description of an unnamed party may have."""

_UNNAMED = re.compile(r"unnamed(?: ?: ?(.*))?", re.IGNORECASE)
_EXAMPLE = "ls-mnm"
_FORMS = "Write a company's id, as in ls-mnm, or a description: unnamed: global mining firms"


@final
@dataclass(frozen=True, slots=True)
class Party:
    """A company by its id, or an unnamed party by its description; exactly one of the two."""

    company: str | None = None
    """The id of a company."""
    unnamed: str | None = None
    """How the source describes a party that it does not name."""
    inferred: bool = False
    """The source does not name the company; whoever recorded the fact concluded it."""

    def __post_init__(self) -> None:
        if (self.company is None) == (self.unnamed is None):
            raise PartyError("A party is either a company or unnamed", hint=_FORMS)
        if self.company is not None:
            _company(self.company)
        if self.unnamed is not None and _description(self.unnamed) != self.unnamed:
            raise PartyError("A description has surplus white space", hint="Single spaces only")
        if self.inferred and self.company is None:
            raise PartyError("Only a company can be inferred", hint=_FORMS)

    @classmethod
    def parse(cls, text: str) -> Party:
        """Read `ls-mnm`, `ls-mnm?` (inferred) or `unnamed: global mining firms`."""
        return _parse(text)

    @classmethod
    def from_data(cls, data: object) -> Party:
        """Read data: the text form, or an object with `company` or `unnamed`."""
        if isinstance(data, Party):
            return data
        if isinstance(data, str):
            return cls.parse(data)
        known = read_object(data, ("company", "unnamed", "inferred"), PartyError, _EXAMPLE)
        unnamed = read_text(known, "unnamed", PartyError)
        return cls(
            company=read_text(known, "company", PartyError),
            unnamed=None if unnamed is None else _description(unnamed),
            inferred=read_flag(known, "inferred", PartyError, default=False),
        )

    def __str__(self) -> str:
        if self.company is None:
            return f"unnamed: {self.unnamed}"
        return f"{self.company}?" if self.inferred else self.company

    def text(self) -> str:
        """For people: `ls-mnm`, `ls-mnm (inferred)` or `“global mining firms” (unnamed)`."""
        if self.company is None:
            return f"“{self.unnamed}” (unnamed)"
        return f"{self.company} (inferred)" if self.inferred else self.company

    def to_json(self) -> dict[str, Json]:
        """For exports: every key, null for the one that does not apply."""
        return {"company": self.company, "unnamed": self.unnamed, "inferred": self.inferred}

    def to_stored(self) -> str:
        """For the record: the text that `parse` reads."""
        return str(self)

    @classmethod
    def __get_pydantic_core_schema__(
        cls, source: object, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return value_schema(cls.from_data, cls.to_stored)

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return {
            "type": "string",
            "title": "Party",
            "description": "The id of a registered company, with ? when it is inferred; or "
            "unnamed: and a description.",
            "examples": [_EXAMPLE, "hung-thinh-group?", "unnamed: global mining firms"],
        }


@lru_cache(maxsize=4_096)  # a ledger names few different parties, many times each
def _parse(text: str) -> Party:
    bare = one_line(text, limit=UNNAMED_LIMIT + 20)
    if match := _UNNAMED.fullmatch(bare):
        return Party(unnamed=_description(match.group(1) or ""))
    name = bare.removesuffix("?")
    return Party(company=_company(name), inferred=name != bare)


def _company(text: str) -> str:
    if text in ("", "unnamed"):  # the word alone would read back as a description's beginning
        raise PartyError("A party is missing", hint=_FORMS)
    try:
        return check_id(text)
    except IdError as error:
        raise PartyError(
            f"{quoted(text)} is not a company's id",
            hint=f"{error.hint}; or, for a party without an id, unnamed: {text[:60]}",
        ) from error


def _description(text: str) -> str:
    description = one_line(text, limit=UNNAMED_LIMIT)
    if not description:
        raise PartyError("An unnamed party needs a description", hint=_FORMS)
    return description
