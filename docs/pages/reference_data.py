"""The reference data: the chains with their stages and HS codes, and the units."""

from __future__ import annotations

from docs.pages.markdown import code, codes, table
from ledger.reference.stages import MATERIALS, STAGES, Stage
from ledger.reference.units import BASE_UNITS, PERIODS, UNITS, Unit

HEADING = "Chains and stages"
UNITS_HEADING = "Units"


def sections() -> list[str]:
    """The chains and the units."""
    return [
        f"## {HEADING}",
        "The stages in the order in which the material flows. HS is the subheading of the "
        "Harmonized System, where a single one covers the stage.",
        table(
            ("chain", "stage", "name", "HS 2022", "source of the code"),
            (
                (
                    code(s.material),
                    code(s.id),
                    s.name,
                    s.hs or "none",
                    _hs_source(s),
                )
                for s in STAGES.values()
            ),
        ),
        f"Chains: {', '.join(f'{code(id_)} ({name})' for id_, name in MATERIALS.items())}.",
        f"## {UNITS_HEADING}",
        "Case matters. `t` is the metric tonne; `ton` is refused, since it has three meanings. "
        "Only units of one dimension are added, exactly.",
        table(("unit", "meaning", "dimension", "may be typed as"), map(_unit, UNITS.values())),
        f"Base units, in which unlike units are added: {codes(BASE_UNITS.values())}. A rate is "
        f"per {', '.join(f'{period} (`/{sign}`)' for period, sign in PERIODS.items())}.",
    ]


def _hs_source(stage: Stage) -> str:
    """Where the code is from; without a code only what explains that there is none."""
    usual = Stage._field_defaults["hs_source"]
    return stage.hs_source if stage.hs is not None or stage.hs_source != usual else ""


def _unit(unit: Unit) -> tuple[str, ...]:
    return (code(unit.symbol), unit.meaning, unit.dimension, codes(unit.aliases))
