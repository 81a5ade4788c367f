"""Currencies: the ISO 4217 codes a ledger may use, and what else people write for them.

The table holds the active codes of 2025. BGN is among them although Bulgaria went over to
the euro in January 2026: documents from before that state amounts in it. Metals (XAU ...),
XTS (testing) and XXX (none) are left out: they are not money.
"""

from __future__ import annotations

from ledger.errors import CurrencyError, did_you_mean, hints

_CODES = """
AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BOV BRL BSD BTN
BWP BYN BZD CAD CDF CHE CHF CHW CLF CLP CNY COP COU CRC CUP CVE CZK DJF DKK DOP DZD EGP
ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR
ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA
MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK
PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC
SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD USN UYI UYU UYW UZS VED VES VND
VUV WST XAF XCD XCG XDR XOF XPF YER ZAR ZMW ZWG
"""

CURRENCIES: frozenset[str] = frozenset(_CODES.split())
"""The codes an amount may have."""

SIGNS: dict[str, str] = {
    "$": "USD",  # a ledger's convention; every other dollar needs its code
    "US$": "USD",
    "\u20a9": "KRW",
    "\uc6d0": "KRW",  # won in Hangul
    "\u20ac": "EUR",
    "\u00a3": "GBP",
}
"""Signs that stand for one currency here. The yen sign is not one: it is also the yuan's."""

_NAMES = {
    "won": "KRW",
    "dollar": "USD",
    "dollars": "USD",
    "\ub2ec\ub7ec": "USD",  # dollar in Hangul
    "euro": "EUR",
    "euros": "EUR",
    "pound": "GBP",
    "pounds": "GBP",
    "yen": "JPY",
    "yuan": "CNY",
    "rmb": "CNY",
    "renminbi": "CNY",
    "dong": "VND",
    "ringgit": "MYR",
    "rupees": "INR",
}


def currency_code(text: str) -> str:
    """The ISO code for a code in any case or an unambiguous sign."""
    code = SIGNS.get(text) or text.upper()
    # isascii: upper-casing may turn another script's letter into an ASCII one.
    if code in CURRENCIES and (text.isascii() or text in SIGNS):
        return code
    if text in ("\u00a5", "\uffe5"):
        raise CurrencyError(
            f"{text[:40]!r} may be the yen or the yuan", hint="Write JPY or CNY instead"
        )
    if name := _NAMES.get(text.lower()):
        raise CurrencyError(
            f"{text[:40]!r} is a name, and more than one currency may have it",
            hint=f"Write the ISO code: {name}, if that is the one meant",
        )
    raise CurrencyError(f"{text[:40]!r} is not a currency", hint=nearest_currencies(text))


def nearest_currencies(text: str) -> str:
    """A hint: the codes with the same letters, else the similar ones, and the form."""
    wanted = text[:20].upper()
    swapped = sorted(code for code in CURRENCIES if sorted(code) == sorted(wanted))
    near = f"Did you mean {' or '.join(swapped)}?" if swapped else ""
    return hints(
        near or did_you_mean(wanted, sorted(CURRENCIES)),
        "Write the ISO 4217 code, as in 28.5bn KRW.",
    )
