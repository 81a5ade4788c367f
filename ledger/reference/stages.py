"""The value chains that the ledger follows: materials, their stages, and each stage's HS code.

HS codes are from the UN Comtrade list of the Harmonized System, 2022 edition, except
where `hs_source` names another source. A stage's id is what facts and filters use.
"""

from __future__ import annotations

from typing import NamedTuple


class Stage(NamedTuple):
    """One step of a value chain.

    `hs` is the HS 2022 subheading, or None where no single code covers the stage.
    """

    id: str
    material: str
    name: str
    hs: str | None
    hs_source: str = "UN Comtrade, HS 2022"


MATERIALS: dict[str, str] = {
    "rare-earths": "Rare earths",
    "battery-materials": "Battery materials",
    "copper": "Copper",
    "cable": "Cable",
}

# In the order in which the material flows; views list stages in this order.
STAGES: dict[str, Stage] = {
    stage.id: stage
    for stage in (
        Stage("ore", "rare-earths", "Rare earth ore", None),
        Stage("oxide", "rare-earths", "Rare earth oxides and other compounds", "2846.90"),
        Stage("metal", "rare-earths", "Rare earth metals", "2805.30"),
        Stage("magnet", "rare-earths", "Permanent magnets of metal", "8505.11"),
        Stage("nickel-ore", "battery-materials", "Nickel ore", "2604.00"),
        Stage("nickel-matte", "battery-materials", "Nickel matte", "7501.10"),
        Stage("nickel-sulfate", "battery-materials", "Nickel sulfate", "2833.24"),
        Stage(
            "precursor",
            "battery-materials",
            "Cathode precursor (NCM hydroxide)",
            "2825.90",
            "US CBP ruling N321599",
        ),
        Stage(
            "cathode",
            "battery-materials",
            "Lithiated cathode material",
            None,
            "differs by country: US 3824.99, China 2842.90",
        ),
        Stage("copper-concentrate", "copper", "Copper concentrate", "2603.00"),
        Stage("copper-cathode", "copper", "Refined copper cathode", "7403.11"),
        Stage("cable", "cable", "Cable (HS: conductors over 1,000 V)", "8544.60"),
    )
}


def material_of(stage: str | None) -> str | None:
    """The chain that a stage belongs to, or None when the stage is not stated."""
    return STAGES[stage].material if stage is not None else None
