"""The rows of one stream in one view: the step that tables and time travel share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ledger.envelope import Fact
from ledger.timeline import effective
from projections.view import Question, Row, View


def stream_rows(
    view: View, stream: str, facts: Sequence[Fact], question: Question
) -> Iterable[Row]:
    """The rows of a stream, from the facts that the cut sees.

    None when the view does not read such streams, or nothing has happened yet.
    """
    if stream.partition(":")[0] not in view.kinds:
        return ()
    if not any(effective(fact, question.as_of) for fact in facts):
        return ()
    return view.rows(question.state_of(stream), question)
