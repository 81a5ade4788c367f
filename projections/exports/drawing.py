"""From a picture's specification to SVG, PNG, a page, or the specification itself.

Altair and vl-convert, and Jinja for pages, come with an extra: `pip install 'lsledger[report]'`.
They need no browser and no network.
"""

from __future__ import annotations

import json
from importlib import import_module
from typing import Any

from ledger.errors import MissingExtraError
from projections.pictures.picture import Spec

BASE = "https://vega.github.io/vega-datasets/"
"""What vl-convert puts before relative addresses. Pictures have none."""


def check_installed() -> None:
    """Raise MissingExtraError when what draws and writes pages is not installed."""
    for name in ("altair", "jinja2", "vl_convert"):
        try:
            import_module(name)
        except ImportError as error:
            raise MissingExtraError(
                "reports and pictures need libraries that are not installed",
                hint="Install them with: pip install 'lsledger[report]'",
            ) from error


def svg(spec: Spec) -> str:
    """The drawing as SVG: shapes and text, no script, no style, no address outside itself."""
    import vl_convert

    return str(vl_convert.vegalite_to_svg(spec))


def png(spec: Spec) -> bytes:
    """The drawing as PNG, at twice the size of the screen's pixels."""
    import vl_convert

    return bytes(vl_convert.vegalite_to_png(spec, scale=2))


def specification(spec: Spec) -> bytes:
    """The specification as JSON, for tools that draw Vega-Lite."""
    told: dict[str, Any] = spec
    return (json.dumps(told, ensure_ascii=False, indent=2) + "\n").encode()
