"""Without the SDKs their tests are not collected: then this one says what to do."""

import pytest

from tests.real.sdk.conftest import PACKAGES


@pytest.mark.real
def test_the_sdks_are_installed() -> None:
    assert PACKAGES.is_dir(), "make test-real puts them into tests/real/sdk/.venv"
