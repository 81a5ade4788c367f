"""How statuses follow one another: the tables by which the ledger refuses a fact."""

from __future__ import annotations

from datetime import UTC, datetime

from docs.pages.markdown import code, table
from ledger import contract, investment, plant, promise
from ledger.envelope import Fact
from ledger.facts import FACT_TYPES
from ledger.lifecycle import NOTHING_YET, Step
from ledger.streams import begin, evolve

STEPS: dict[str, dict[str, Step]] = {
    "contract": contract.STEPS,
    "investment": investment.STEPS,
    "plant": plant.STEPS,
    "promise": promise.STEPS,
}


def section(kind: str) -> list[str]:
    """The lifecycle of a kind of stream; nothing when it has none."""
    steps = STEPS.get(kind)
    if steps is None:
        return []
    order = _in_order(steps)
    return [
        "The status before a fact, by the order in which things happened and not of recording, "
        "and the status after it. Any other step is refused, unless with `--force`.",
        table(
            ("status before", "fact", "status after"),
            (
                (_before(step, order), code(name), _after(name, step))
                for name, step in steps.items()
            ),
        ),
    ]


def _in_order(steps: dict[str, Step]) -> list[str]:
    """The statuses as they come up in the tables; nothing yet first."""
    known = [NOTHING_YET, *(step.to for step in steps.values() if step.to is not None)]
    rest = sorted({status for step in steps.values() for status in step.after} - set(known))
    return list(dict.fromkeys([*known[:1], *rest, *known[1:]]))


def _before(step: Step, order: list[str]) -> str:
    if set(step.after) == set(order):
        return "any"
    return ", ".join(status for status in order if status in step.after)


def _after(name: str, step: Step) -> str:
    if step.to is not None:
        return step.to
    if step.after == ("suspended",):
        return "as before it was suspended"
    first = _status_of_new_stream(name) if NOTHING_YET in step.after else None
    return f"unchanged; {first} when there is none" if first else "unchanged"


def _status_of_new_stream(type_name: str) -> str | None:
    """The status of a stream of which only a fact of this type is known."""
    stream = f"{type_name.partition('.')[0]}:new"
    content = FACT_TYPES[type_name].model_construct()
    fact = Fact(1, stream, 1, datetime(2026, 1, 1, tzinfo=UTC), "", content)
    status = getattr(evolve(begin(stream), fact), "status", None)
    return status.value if status is not None else None
