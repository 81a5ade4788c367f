from __future__ import annotations

import pytest

from tests.rules.given import Given


@pytest.fixture(scope="session")
def given(tmp_path_factory: pytest.TempPathFactory) -> Given:
    """Makes ledgers with facts in them."""
    return Given(tmp_path_factory)
