"""An address tells whether a stranger can be shown anything there."""

import pytest

from services.kit.addresses import has_page


@pytest.mark.parametrize(
    "url",
    [
        "https://region.example/inlagg/7",
        "https://region.example",
        "https://region.example/nyheter#7",
        "https://region.example/?id=7#ord",
        "https://region.example/#",
    ],
)
def test_what_a_server_is_asked_for_may_show_a_post(url: str) -> None:
    assert has_page(url)


@pytest.mark.parametrize(
    "url", ["", "https://matrix.to/#/!rum:server.example/$hej", "https://matrix.to#/!rum"]
)
def test_what_no_server_is_told_shows_none(url: str) -> None:
    assert not has_page(url)
