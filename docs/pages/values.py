"""How values are written: what may be typed, what is kept of it, and what is refused."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable

from docs.pages.markdown import code, table
from ledger.errors import LedgerError
from ledger.reference.currencies import SIGNS
from ledger.values import Money, PartialDate, Party, Quantity

HEADINGS = ("Dates", "Money", "Quantities", "Parties", "Texts and ids")

DATES = (
    *("2025", "2025-03", "2025-03-04", "2025-Q3", "2025-H2", "2025~", "2025-09?"),
    *("2025-03/2025-06", "../2029", "2025/.."),
)
DATES_REFUSED = ("March 2025", "by 2029", "2025-3-4", "2025-02-30", "2026/2025")

AMOUNTS = (
    *("12.5bn KRW", "KRW 1,240bn", "1.4tn KRW", "$9.1 million", "125억원", "1조 2,400억원"),
    *("~1tn KRW", ">100m USD", "at least 40m EUR", "20-25bn KRW", "12.5bn KRW ($9.1m)"),
)
AMOUNTS_REFUSED = ("125억", "9.1m", "100m dollars", "¥100m", "25-20bn KRW")

QUANTITIES = (
    *("200 t", "20 kt/yr", "20,000 tonnes per year", ">500 t/yr", "at least 500 t/yr", "<1 GWh"),
    *("~15,000 t", "20-25 kt", "20 ktpa", "8,000 t/yr [Ni metal]", "90%", "30 years"),
)
QUANTITIES_REFUSED = ("20,000", "20,000 tons", "8 mt", "20 k t", "1.5 million t")

PARTIES = ("acme", "acme?", "unnamed: two steel mills")
PARTIES_REFUSED = ("ACME Corp.", "two steel mills", "unnamed:")


def sections() -> list[str]:
    """Each kind of value under its heading."""
    return [*_dates(), *_money(), *_quantities(), *_parties(), *_texts()]


def _dates() -> list[str]:
    rows = []
    for text in DATES:
        date = PartialDate.parse(text)
        days = date.to_json()
        rows.append(
            (
                *(code(text), code(str(date)), date.text()),
                *(str(days[end] or "open") for end in ("earliest", "latest")),
            )
        )
    return [
        "## Dates",
        "As precise as the source and no more: a subset of EDTF (ISO 8601-2). `~` says about, `?` "
        "says uncertain. As a cut (`--as-of 2025`) a date means its last day.",
        table(("you write", "is kept as", "is shown as", "first day", "last day"), rows),
        _refused(PartialDate.parse, DATES_REFUSED),
    ]


def _money() -> list[str]:
    return [
        "## Money",
        "A number and a currency by its ISO 4217 code, with a scale (k, m, bn, tn; 만, 억, 조) and "
        f"bounds or `~` where the source has them. Signs: "
        f"{', '.join(f'{code(sign)} is {currency}' for sign, currency in SIGNS.items())}; every "
        "other one needs its code. An amount that the source prints beside it in another currency "
        "is an equivalent: it goes in parentheses, is kept, and is never added. Sums go by "
        "currency.",
        _kept(Money.parse, AMOUNTS),
        _refused(Money.parse, AMOUNTS_REFUSED),
    ]


def _quantities() -> list[str]:
    return [
        "## Quantities",
        "A number and a unit of the [unit table](#units), with bounds or `~` where the source has "
        "them; for a rate its period, and in brackets a basis where the same material is counted "
        "in more ways than one. Quantities of another unit, period or basis are never added.",
        _kept(Quantity.parse, QUANTITIES),
        _refused(Quantity.parse, QUANTITIES_REFUSED),
    ]


def _parties() -> list[str]:
    rows = [(code(text), Party.parse(text).text()) for text in PARTIES]
    meanings = ("a registered company", "a company that the text does not name, but that is meant",
                "a party without a name, as the text describes it")  # fmt: skip
    return [
        "## Parties",
        "A company must be registered (`company.registered`) before a fact names it.",
        table(
            ("you write", "is shown as", "meaning"),
            ((*row, meaning) for row, meaning in zip(rows, meanings, strict=True)),
        ),
        _refused(Party.parse, PARTIES_REFUSED),
    ]


def _texts() -> list[str]:
    return [
        "## Texts and ids",
        "Texts are kept as typed, in Unicode's NFC form. Control characters and terminal escapes "
        "are refused. An id has lower-case letters, digits and single hyphens: `acme-north`. A "
        "stream is named `kind:id`, one of its facts `kind:id@version`. A country is its ISO "
        "3166-1 alpha-2 code.",
    ]


def _kept(parse: Callable[[str], Money | Quantity], texts: Iterable[str]) -> str:
    rows = []
    for text in texts:
        value = parse(text)
        stored = json.dumps(value.to_stored(), ensure_ascii=False)
        rows.append((code(text), value.text(), code(stored)))
    return table(("you write", "is shown as", "is kept as"), rows)


def _refused(parse: Callable[[str], object], texts: Iterable[str]) -> str:
    rows = []
    for text in texts:
        try:
            parse(text)
        except LedgerError as error:
            rows.append((code(text), error.what, error.hint))
        else:
            raise AssertionError(f"{text} is not refused any more")
    return table(("refused", "because", "advice"), rows)
