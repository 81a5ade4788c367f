"""The part of the catalogue of errors that is about documents, keys, checkpoints, proofs."""

from __future__ import annotations

from ledger.errors import InputError, LedgerError


class DocumentError(InputError):
    """A file cannot be archived: it is empty or too large."""

    code = "document"
    title = "A document that cannot be archived"


class KeyFileError(InputError):
    """A file is no private key, or others than its owner may read it."""

    code = "key-file"
    title = "A key that cannot be used"


class NoteError(InputError):
    """A text is not a signed checkpoint, a verifier key or a proof of the standard form."""

    code = "note"
    title = "Not a checkpoint, key or proof"


class EvidenceError(LedgerError):
    """Something that should show that the record was not touched does not show it."""

    code = "evidence"
    title = "Evidence that fails"


class SignatureError(EvidenceError):
    """A checkpoint is not signed by a key that is trusted, or the signature is not of its text."""

    code = "signature"
    title = "A signature that does not hold"


class ProofError(EvidenceError):
    """A proof does not lead from the fact, or the earlier checkpoint, to the signed root."""

    code = "proof"
    title = "A proof that proves nothing"


class InconsistentError(EvidenceError):
    """The record no longer begins with what an earlier checkpoint signed."""

    code = "inconsistent"
    title = "A record that contradicts a checkpoint"


class TimestampError(EvidenceError):
    """A time stamp cannot be read, is not of the data at hand, or not by a trusted authority."""

    code = "timestamp"
    title = "A time stamp that does not hold"


class NoCheckpointError(EvidenceError):
    """No checkpoint was signed that covers what is asked for."""

    code = "no-checkpoint"
    title = "Nothing is signed yet"
