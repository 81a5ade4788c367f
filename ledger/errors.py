"""The catalogue of errors: everything the ledger can refuse, in one tree.

Each class has a stable `code` (never renamed, used by `--json-errors` and the reference page), an
exit code, and a title. An instance says what is wrong, where and what to do next.

Exit codes: 1, the ledger says no (a rule, a state); 2, the input cannot be read (or the usage).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from importlib import import_module
from typing import ClassVar, NamedTuple


class Where(NamedTuple):
    """A place in an input: a file (or `<stdin>`), 1-based line and column, and the line's text."""

    file: str
    line: int | None = None
    column: int | None = None
    excerpt: str | None = None

    def __str__(self) -> str:
        parts = [self.file]
        if self.line is not None:
            parts.append(str(self.line))
            if self.column is not None:
                parts.append(str(self.column))
        return ":".join(parts)


class LedgerError(Exception):
    """Root of the tree: what is wrong, where, and what to do next."""

    code: ClassVar[str] = "error"
    title: ClassVar[str] = "Something was refused"
    exit_code: ClassVar[int] = 1

    def __init__(self, what: str, *, hint: str = "", where: Where | None = None) -> None:
        super().__init__(what)
        self.what = what
        self.hint = hint
        self.where = where

    def at(self, where: Where) -> LedgerError:
        """The same error, told where it stands in the input."""
        return type(self)(self.what, hint=self.hint, where=self.where or where)

    def __str__(self) -> str:
        return self.what


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A hint with the nearest known words, or an empty string when none is near."""
    from difflib import get_close_matches  # only when something went wrong

    near = get_close_matches(word, list(known), n=3, cutoff=0.6)
    return f"Did you mean {' or '.join(near)}?" if near else ""


def hints(*parts: str) -> str:
    """Join the hints that are not empty."""
    return " ".join(part for part in parts if part)


# --- input that cannot be read (exit code 2) ---------------------------------------------


class InputError(LedgerError):
    """What was typed or read cannot be understood."""

    code = "input"
    title = "Input that cannot be read"
    exit_code = 2


class UsageError(InputError):
    """The options or arguments of a command are not as it takes them."""

    code = "usage"
    title = "Wrong usage"


class DateError(InputError):
    """A date is not a calendar date of the supported EDTF subset."""

    code = "date"
    title = "Not a date"


class ReversedIntervalError(DateError):
    """An interval ends before it begins."""

    code = "interval-reversed"
    title = "An interval that ends before it begins"


class NumberError(InputError):
    """A number is missing, not finite, or has too many digits."""

    code = "number"
    title = "Not a number"


class CurrencyError(InputError):
    """A currency is not an ISO 4217 code that the ledger knows."""

    code = "currency"
    title = "Unknown currency"


class UnitError(InputError):
    """A unit is not in the unit table."""

    code = "unit"
    title = "Unknown unit"


class PartyError(InputError):
    """A party is neither a company's id nor a description of an unnamed one."""

    code = "party"
    title = "Not a party"


class TextError(InputError):
    """A text holds control characters, an escape sequence, or is too long."""

    code = "text"
    title = "Text that is not accepted"


class IdError(InputError):
    """An id is not made of lower-case letters, digits and hyphens."""

    code = "id"
    title = "Not an id"


class CollectedError(LedgerError):
    """Several errors of one input, reported together; the exit code is the highest."""

    code = "errors"
    title = "Several errors in one input"

    def __init__(self, errors: Iterable[LedgerError]) -> None:
        self.errors = tuple(_flat(errors))
        super().__init__(f"{len(self.errors)} errors")

    def at(self, where: Where) -> LedgerError:
        """The same errors, each at its own place or at this one."""
        return CollectedError([error.at(where) for error in self.errors])

    @property
    def worst_exit_code(self) -> int:
        """The highest exit code among them."""
        return max(error.exit_code for error in self.errors)


def _flat(errors: Iterable[LedgerError]) -> Iterator[LedgerError]:
    for error in errors:
        yield from error.errors if isinstance(error, CollectedError) else (error,)


MOST_ERRORS = 100
"""Errors of one input that are collected; reading stops there."""


# --- facts that cannot be understood ------------------------------------------------------


class UnknownFactTypeError(InputError):
    """A fact type is not in the registry."""

    code = "fact-type"
    title = "Unknown fact type"


class UnknownFieldError(InputError):
    """A field does not belong to the fact type."""

    code = "field-unknown"
    title = "Unknown field"


class MissingFieldError(InputError):
    """A field that the fact type needs was not given."""

    code = "field-missing"
    title = "A field is missing"


class FieldError(InputError):
    """A field's value is not of the kind that the field takes."""

    code = "field"
    title = "A value that its field does not take"


class StreamNameError(InputError):
    """A name does not say which stream is meant."""

    code = "stream-name"
    title = "Not the name of a stream"


class RefError(InputError):
    """A text does not cite a fact."""

    code = "ref"
    title = "Not a reference to a fact"


# --- files (exit code 2) -------------------------------------------------------------------


class FileMissingError(InputError):
    """A file to read is not there or cannot be opened."""

    code = "file"
    title = "A file that cannot be read"


class EmptyFileError(InputError):
    """An input file has no content."""

    code = "file-empty"
    title = "An empty file"


class FileTypeError(InputError):
    """A file's extension names no format that the command knows."""

    code = "file-type"
    title = "Unknown file extension"


class EncodingError(InputError):
    """A file is not UTF-8."""

    code = "encoding"
    title = "Not UTF-8"


class MalformedError(InputError):
    """A YAML or JSON text is malformed."""

    code = "syntax"
    title = "Malformed YAML or JSON"


class DuplicateKeyError(InputError):
    """A mapping gives one key twice."""

    code = "key-duplicate"
    title = "A key given twice"


class NestingError(InputError):
    """A document is nested too deep, or uses anchors and aliases."""

    code = "nesting"
    title = "Aliases or too deep nesting"


class ShapeError(InputError):
    """A document is well-formed but is not an import file."""

    code = "shape"
    title = "Not the shape of an import file"


class RestoreError(InputError):
    """An export does not restore to the same bytes."""

    code = "restore"
    title = "An export that cannot be restored"


class UnwritableError(InputError):
    """A file cannot be written where it was asked for."""

    code = "unwritable"
    title = "A file that cannot be written"


# --- rules: the ledger says no (exit code 1) -----------------------------------------------


class RuleError(LedgerError):
    """A fact breaks a rule of the ledger."""

    code = "rule"
    title = "A rule of the ledger"


class UnknownReferenceError(RuleError):
    """A fact names a source, company, plant or other stream that is not recorded."""

    code = "reference"
    title = "A reference to nothing"


class NotOpenedError(RuleError):
    """The first fact of a stream is of a type that only continues one."""

    code = "not-opened"
    title = "A stream that does not exist yet"


class IdTakenError(RuleError):
    """An id is registered already."""

    code = "id-taken"
    title = "An id that is taken"


class TimelineError(RuleError):
    """A fact makes its stream's timeline impossible."""

    code = "timeline"
    title = "An impossible timeline"


class DatedAheadError(RuleError):
    """A happening is dated after the day it is recorded."""

    code = "dated-ahead"
    title = "A happening that is dated ahead"


class SourceMissingError(RuleError):
    """A corroboration or a dispute names no document."""

    code = "source-missing"
    title = "A fact without its document"


class NotLiveError(RuleError):
    """A fact that was retracted, or that changes nothing, is to be corrected or retracted."""

    code = "not-live"
    title = "A fact that counts no more"


class NothingChangesError(RuleError):
    """A correction says what the fact says already."""

    code = "nothing-changes"
    title = "A correction that changes nothing"


class BuiltUponError(RuleError):
    """Other facts rest on the one that is to be retracted."""

    code = "built-upon"
    title = "A fact that others build on"


class CutError(InputError):
    """A cut lies outside the record."""

    code = "cut"
    title = "A cut outside the record"


class DateMissingError(RuleError):
    """A fact that needs the date on which it happened has none."""

    code = "date-missing"
    title = "A fact without its date"


class QuoteError(RuleError):
    """A quote does not occur in the archived text of its source."""

    code = "quote"
    title = "A quote that is not in its document"


class NotArchivedError(RuleError):
    """A source names a document that the archive does not hold."""

    code = "not-archived"
    title = "A document that is not in the archive"


class FactTooLargeError(RuleError):
    """A fact's bytes exceed what one record may hold (65,535)."""

    code = "fact-too-large"
    title = "A fact that is too large"


class NothingSuchError(LedgerError):
    """What was asked for is not in the ledger."""

    code = "nothing-such"
    title = "Nothing of that name"


# --- the ledger's file ----------------------------------------------------------------------


class StoreError(LedgerError):
    """The ledger's database cannot be used as asked."""

    code = "store"
    title = "The ledger's file"


class LedgerMissingError(StoreError):
    """There is no ledger at the place named."""

    code = "ledger-missing"
    title = "No ledger here"


class LedgerExistsError(StoreError):
    """There is a ledger already where a new one was to be made."""

    code = "ledger-exists"
    title = "A ledger is there already"


class NotALedgerError(StoreError):
    """The file is something else than a ledger."""

    code = "not-a-ledger"
    title = "Not a ledger"


class NewerLedgerError(StoreError):
    """The ledger, or a fact in it, was written by a newer version of lsledger."""

    code = "ledger-newer"
    title = "A ledger of a newer version"


class BackendError(StoreError):
    """A ledger URL names a database that this version cannot use."""

    code = "backend"
    title = "Unknown kind of database"
    exit_code = 2


class MissingExtraError(InputError):
    """What was asked for needs libraries that are not installed."""

    code = "not-installed"
    title = "A part of lsledger that is not installed"


class ReadOnlyError(StoreError):
    """The ledger cannot be written to."""

    code = "read-only"
    title = "A ledger that cannot be written"


class DiskFullError(StoreError):
    """The disk is full; nothing was recorded."""

    code = "disk-full"
    title = "A full disk"


class BusyError(StoreError):
    """Another process is writing; nothing was recorded."""

    code = "busy"
    title = "Another process is writing"


class DamagedError(StoreError):
    """The database, or a fact in it, cannot be read back."""

    code = "damaged"
    title = "A damaged ledger"


class RefusedSqlError(InputError):
    """A statement is not a single reading query over the views."""

    code = "sql"
    title = "SQL that was refused"


def catalogue() -> list[type[LedgerError]]:
    """Every error class of the tree, in the order of this file and its parts."""
    for part in ("ledger.copy_errors", "ledger.evidence.errors", "ledger.server_errors"):
        import_module(part)  # so that its classes belong to the tree

    def below(parent: type[LedgerError]) -> list[type[LedgerError]]:
        return [c for child in parent.__subclasses__() for c in (child, *below(child))]

    return below(LedgerError)
