"""From the options of `log` to a filter, with a word for every typo."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any

from cli.options import first_day, last_day, moment
from cli.render import KINDS
from ledger.errors import NothingSuchError, StreamNameError, UnknownFactTypeError, did_you_mean
from projections.log_filter import LogFilter
from projections.read import Reader
from projections.views import load


def log_filter(given: dict[str, Any], view: Reader) -> LogFilter:
    """The filter that the options ask for.

    Raises an InputError for a type, stream, source or company that the ledger does not have.
    """
    stream = _stream(given["stream"], view)
    return LogFilter(
        stream=stream,
        type=_type(given["type_"], stream, view),
        actor=given["actor"],
        source=_id("source", given["source"], view),
        company=_id("company", given["company"], view),
        tag=given["tag"],
        since=_since(given["since"]),
        until=moment(given["until"], "--until") if given["until"] else None,
        happened_since=_first(given, "happened_since"),
        happened_until=_last(given, "happened_until") or _last(given, "as_of"),
        published_since=_first(given, "published_since"),
        published_until=_last(given, "published_until"),
        last=given["last"],
    )


def _since(text: str | None) -> datetime | int | None:
    if text is None:
        return None
    if text.startswith("#") or "T" in text or " " in text:
        return moment(text, "--since")
    return datetime.combine(first_day(text, "--since"), time.min, tzinfo=UTC)


def _first(given: dict[str, Any], name: str) -> date | None:
    return first_day(given[name], f"--{name.replace('_', '-')}") if given[name] else None


def _last(given: dict[str, Any], name: str) -> date | None:
    return last_day(given[name], f"--{name.replace('_', '-')}") if given[name] else None


def _stream(name: str | None, view: Reader) -> str | None:
    if name is None:
        return None
    wanted = (name,) if ":" in name else tuple(f"{kind}:{name}" for kind in KINDS)
    found = [one for one in wanted if _is_any(view, LogFilter(stream=one, last=1))]
    if len(found) == 1:
        return found[0]
    if found:
        raise StreamNameError(
            f"{name} is the id of {len(found)} streams",
            hint=f"Say which: {' or '.join(sorted(found))}.",
        )
    names: set[str] = {row.stream for row in view.rows_of(load("log"))}
    ids = names if ":" in name else {n.partition(":")[2] for n in names}
    raise NothingSuchError(
        f"nothing is recorded of {name}",
        hint=did_you_mean(name, ids) or "`lsledger log` lists what is recorded.",
    )


def _is_any(view: Reader, wanted: LogFilter) -> bool:
    return any(True for _ in view.log(wanted).rows)


def _type(name: str | None, stream: str | None, view: Reader) -> str | None:
    if name is None:
        return None
    # What the log has is a type; all of them are known to what is imported only where it has not.
    if not _is_any(view, LogFilter(stream=stream, type=name, last=1)):
        from ledger.facts import FACT_TYPES, STREAM_KINDS

        if name not in FACT_TYPES and name not in STREAM_KINDS:
            raise UnknownFactTypeError(
                f"there is no fact type {name!r}",
                hint=did_you_mean(name, {*FACT_TYPES, *STREAM_KINDS}),
            )
    return name


def _id(kind: str, id_: str | None, view: Reader) -> str | None:
    if id_ is None:
        return None
    view_name = {"source": "sources", "company": "companies"}[kind]
    if id_ not in view.ids(view_name, [id_]):
        ids = view.ids(view_name)
        raise NothingSuchError(
            f"no {kind} {id_} is registered", hint=did_you_mean(id_, ids) or "Check its id."
        )
    return id_
