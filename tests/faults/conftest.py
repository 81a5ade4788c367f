"""Which tests of faults run only where they are asked for."""

from __future__ import annotations

import pytest


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """A cluster is started only by `pytest -m failover`."""
    if "failover" in str(config.option.markexpr):
        return
    left_out = [item for item in items if item.get_closest_marker("failover")]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]
