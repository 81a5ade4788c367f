"""What is the same in a synthetic ledger of any size, and a ledger that is one long stream.

A command whose cost must not grow with the ledger has to be asked something whose answer does
not grow either. So every ledger has the company `steady` with its three plants, whose facts lie
as far apart as those of any other stream.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

COMPANY = "steady"
STREAM = "plant:steady-1"
LONG_STREAM = "plant:long"

PLANTS = 3
STEPS: tuple[tuple[str, str, dict[str, str]], ...] = (
    ("proposed", "2016-02", {"stage": "metal", "product": "rare earth metal"}),
    ("site_selected", "2016-09", {"place": "Ulsan", "country": "KR", "place_is": "stated"}),
    ("permitted", "2017-05", {}),
    ("construction_started", "2018-03", {}),
    ("capacity_stated", "2019-01", {"capacity": "~12,000 t/yr"}),
    ("completed", "2020-06", {}),
    ("operating", "2020-11", {}),
    ("production_reported", "2022-02", {"production": "9,500 t", "period": "2021"}),
)

LONG_SINCE = date(1995, 1, 2)
"""The day of the first report of the long stream; eleven thousand of them end before 2026."""

ImportObject = dict[str, Any]


def company() -> ImportObject:
    """The company."""
    return {
        "type": "company.registered",
        "id": COMPANY,
        "name": "Steady Metals",
        "country": "KR",
        "source": "source-1",
    }


def facts() -> list[ImportObject]:
    """The facts of its plants, in the order in which they come."""
    return [
        {
            "type": f"plant.{step}",
            "id": f"steady-{number}",
            "on": on,
            **(
                {"name": f"Steady plant {number}", "company": COMPANY} if step == "proposed" else {}
            ),
            **fields,
            "source": "source-1",
            "locator": f"page {number}",
            "quote": f"Steady Metals said so of its plant {number}.",
        }
        for step, on, fields in STEPS
        for number in range(1, PLANTS + 1)
    ]


def one_stream(n: int) -> Iterator[ImportObject]:
    """A ledger of n facts, at most 11,000, of which all but three are of one plant."""
    yield {
        "type": "source.registered",
        "id": "source-1",
        "title": "Daily report",
        "published": "2025-01-01",
        "publisher": "Newswire",
        "url": "https://example.com/releases/1",
        "language": "en",
    }
    yield company()
    plant: ImportObject = {"id": LONG_STREAM.partition(":")[2], "source": "source-1"}
    opening = {"name": "The long plant", "company": COMPANY, "stage": "metal"}
    yield {"type": "plant.operating", "on": "1995-01-01", **plant, **opening}
    for number in range(n - 3):
        day = (LONG_SINCE + timedelta(days=number)).isoformat()
        made = {"production": f"{number % 97 + 1} t", "period": day}
        yield {"type": "plant.production_reported", "on": day, **plant, **made}
