"""The part of the catalogue of errors about copying a ledger to another place."""

from __future__ import annotations

from ledger.errors import StoreError


class OtherRecordError(StoreError):
    """The target of a copy holds something else than a beginning of its source."""

    code = "other-record"
    title = "Another record at the target"
