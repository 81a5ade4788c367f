"""Partial dates: their forms, their first and last days, and what is refused."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import DateError, ReversedIntervalError
from ledger.values import PartialDate
from ledger.values.dates import OPEN_DAYS
from tests.values.strategies import partial_dates, points


@pytest.mark.parametrize(
    ("typed", "edtf", "earliest", "latest", "text"),
    [
        ("2025", "2025", "2025-01-01", "2025-12-31", "2025"),
        ("2024-02", "2024-02", "2024-02-01", "2024-02-29", "2024-02"),
        ("2025-03-04", "2025-03-04", "2025-03-04", "2025-03-04", "2025-03-04"),
        ("2025-33", "2025-33", "2025-01-01", "2025-03-31", "2025-Q1"),
        ("2025-Q3", "2025-35", "2025-07-01", "2025-09-30", "2025-Q3"),
        ("2025-q4", "2025-36", "2025-10-01", "2025-12-31", "2025-Q4"),
        ("2025-h1", "2025-40", "2025-01-01", "2025-06-30", "2025-H1"),
        ("2025-H2", "2025-41", "2025-07-01", "2025-12-31", "2025-H2"),
        ("9999-12", "9999-12", "9999-12-01", "9999-12-31", "9999-12"),
        ("2025~", "2025~", "2025-01-01", "2025-12-31", "~2025"),
        ("2025-Q3?", "2025-35?", "2025-07-01", "2025-09-30", "2025-Q3?"),
        ("2025~?", "2025%", "2025-01-01", "2025-12-31", "~2025?"),
        ("2025?~", "2025%", "2025-01-01", "2025-12-31", "~2025?"),
        ("2025-03/2025-06", "2025-03/2025-06", "2025-03-01", "2025-06-30", "2025-03 to 2025-06"),
        ("2025-Q1/2026~", "2025-33/2026~", "2025-01-01", "2026-12-31", "2025-Q1 to ~2026"),
        ("../2029", "../2029", "0001-01-01", "2029-12-31", "by 2029"),
        ("2025-H1/..", "2025-40/..", "2025-01-01", "9999-12-31", "from 2025-H1"),
        (" 2025 ", "2025", "2025-01-01", "2025-12-31", "2025"),
    ],
)
def test_accepted_forms(typed: str, edtf: str, earliest: str, latest: str, text: str) -> None:
    """Each form has a canonical EDTF text, a first and a last day, and a form for people."""
    value = PartialDate.parse(typed)
    assert (value.edtf, str(value), value.text()) == (edtf, edtf, text)
    assert (value.earliest.isoformat(), value.latest.isoformat()) == (earliest, latest)


FORMS = "Write 2025, 2025-03"


@pytest.mark.parametrize(
    ("typed", "hint"),
    [
        ("2025-02-30", FORMS), ("2025-13", FORMS), ("2025-00", FORMS), ("2025-37", FORMS),
        ("2025-21", FORMS), ("2025-03-00", FORMS), ("2025-33-01", FORMS), ("2025-Q5", FORMS),
        ("0999", FORMS), ("10000", FORMS), ("", FORMS), ("../..", FORMS), ("soon", FORMS),
        ("March 2025", FORMS), ("2025\n", FORMS), ("2025~~", FORMS), ("2025/../2026", FORMS),
        ("..~/2025", FORMS), ("2025-1 2", FORMS), ("-2025", FORMS), ("1" * 100_000, FORMS),
        ("\u0662\u0660\u0662\u0665", FORMS), ("\uff12025", FORMS),
        ("by 2029", "../2029"), ("until 2029-Q1", "../2029-Q1"), ("since 2025", "2025/.."),
        ("~2025", "2025~"), ("about 2025", "2025~"), ("Q3 2025", "2025-Q3"),
        ("2025H2", "2025-H2"), ("2025.03.04", "2025-03-04"), ("2025/03/04", "2025-03-04"),
        ("20250304", "2025-03-04"), ("2025-3-4", "2025-03-04"), ("2025-3", "2025-03"),
        ("2025-03-04T10:00Z", "2025-03-04"), ("2025 / 2026", "2025/2026"),
        ("2025 to 2026", "2025/2026"), ("2025\u20132026", "2025/2026"), ("/2029", "../2029"),
        ("2025/", "2025/.."),
    ],
)  # fmt: skip
def test_refused_forms(typed: str, hint: str) -> None:
    """What is not a date is refused, never guessed; the hint says what may have been meant."""
    with pytest.raises(DateError) as caught:
        PartialDate.parse(typed)
    assert hint in caught.value.hint
    assert len(caught.value.what) < 200


@pytest.mark.parametrize(
    ("typed", "hint"),
    [("2026/2025", "2025/2026"), ("2025-03/2025", "precisely"), ("2025/2025-03", "precisely")],
)
def test_reversed_intervals_are_refused(typed: str, hint: str) -> None:
    """An interval must run forwards, whichever days its ends turn out to mean."""
    with pytest.raises(ReversedIntervalError) as caught:
        PartialDate.parse(typed)
    assert hint in caught.value.hint


@given(partial_dates())
def test_round_trips(value: PartialDate) -> None:
    """A date reads back the same from its EDTF text and from its exported form."""
    for back in (PartialDate.parse(str(value)), PartialDate.from_data(value.to_json())):
        assert back == value
        assert (back.earliest, back.latest) == (value.earliest, value.latest)
        assert (back.approximate, back.uncertain) == (value.approximate, value.uncertain)


@given(points())
def test_a_point_reads_back_from_the_form_for_people(edtf: str) -> None:
    """A quarter shown as 2025-Q3 can be typed as it is shown."""
    base = edtf.rstrip("~?%")
    assert PartialDate.parse(PartialDate.parse(base).text()).edtf == base


@given(partial_dates())
def test_text_is_never_more_precise(value: PartialDate) -> None:
    """What people see has the source's words: no month or day that the EDTF does not have."""
    shown = re.sub(r"-Q([1-4])", lambda m: f"-{32 + int(m[1])}", value.text())
    shown = re.sub(r"-H([12])", lambda m: f"-{39 + int(m[1])}", shown)
    numbers = re.findall(r"[0-9-]+", shown)
    assert numbers == re.findall(r"[0-9-]+", value.edtf)


@given(partial_dates(), st.dates())
def test_effective_and_possible(value: PartialDate, day: date) -> None:
    """Before the first day nothing; then possible; from the last day on certain."""
    assert value.earliest <= value.latest
    assert value.effective_at(day) == (value.earliest <= day)
    assert value.possible_at(day) == (value.earliest <= day < value.latest)
    assert not value.possible_at(value.latest)


@given(points(), points())
def test_an_interval_contains_its_ends(first: str, last: str) -> None:
    """The days of an interval are those of both ends and all between."""
    a, b = PartialDate.parse(first), PartialDate.parse(last)
    try:
        whole = PartialDate.parse(f"{first}/{last}")
    except ReversedIntervalError:
        assert a.earliest > b.earliest or a.latest > b.latest
        return
    assert (whole.earliest, whole.latest) == (a.earliest, b.latest)
    assert whole.days >= max(a.days, b.days)
    assert whole.approximate == (a.approximate or b.approximate)


@given(points(), st.integers(0, 400))
def test_open_ends(text: str, days: int) -> None:
    """What is due "by" has no first day; what runs "from" a date never becomes certain."""
    by, since = PartialDate.parse(f"../{text}"), PartialDate.parse(f"{text}/..")
    assert (by.is_open_start, by.is_open_end, by.earliest) == (True, False, date.min)
    assert (since.is_open_start, since.is_open_end, since.latest) == (False, True, date.max)
    assert by.days == since.days == OPEN_DAYS > PartialDate.parse("1000/9999").days
    assert by.to_json()["earliest"] is None
    assert since.to_json()["latest"] is None
    days = min(days, (date.max - since.earliest).days - 1)
    if days >= 0:  # all but the very last day that exists
        assert since.possible_at(since.earliest + timedelta(days=days))


def test_the_last_year_is_not_an_open_end() -> None:
    """The year 9999 ends on the last day that exists, and is a closed date all the same."""
    value = PartialDate.parse("9999")
    assert value.latest == date.max
    assert not value.is_open_end
    assert value.to_json()["latest"] == "9999-12-31"


def test_order_is_by_first_day_then_coarser_first() -> None:
    """Of dates that begin together the year comes before its first quarter, month and day."""
    texts = ["2025/..", "2025", "2025-H1", "2025-Q1", "2025-01", "2025-01-01", "2025-02"]
    values = [PartialDate.parse(text) for text in reversed(texts)]
    assert [v.text() for v in sorted(values, key=lambda v: v.order_key)] == [
        "from 2025",
        *texts[1:],
    ]


def test_data_that_yaml_has_read_already() -> None:
    """YAML turns 2025 into a number and 2025-03-04 into a date; both are understood."""
    assert PartialDate.from_data(2025).edtf == "2025"
    assert PartialDate.from_data(date(2025, 3, 4)).edtf == "2025-03-04"
    with pytest.raises(DateError) as caught:
        PartialDate.from_data(datetime(2025, 3, 4, 10))
    assert caught.value.hint == "Write 2025-03-04"


@pytest.mark.parametrize(
    "data",
    [None, True, 2025.0, -1, 99, 10**20, [], {}, {"edtf": 3}, {"edtf": "2025", "day": "1"},
     {"edtf": "2025", "latest": "2025-06-30"}],
)  # fmt: skip
def test_data_that_is_not_a_date(data: object) -> None:
    """Anything else is refused with an example, also an export that contradicts itself."""
    with pytest.raises(DateError) as caught:
        PartialDate.from_data(data)
    assert caught.value.hint
