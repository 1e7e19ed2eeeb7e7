"""The numbers of a post under the names that are valid in 2026."""

import json
from typing import Any

from simulator.engagement import Response
from simulator.graph import errors

_VIEWS_EACH, _SEEN_BY = 23, 17
"""A made-up audience of which a part reacts."""


def of_a_page(response: Response) -> dict[str, Any]:
    """The numbers of a Page's post."""
    crowd = response.favourites + response.reblogs + len(response.comments)
    return {
        "post_media_view": crowd * _VIEWS_EACH,
        "post_total_media_view_unique": crowd * _SEEN_BY,
        "post_clicks": crowd // 2,
        "post_reactions_by_type_total": {"like": response.favourites},
    }


def insights(node: str, asked: str, known: dict[str, Any]) -> list[dict[str, Any]]:
    """One entry for each metric that was asked for."""
    names = _names(asked)
    if not names:
        raise errors.Refused(3001, "(#3001) Specify a metric to load", error_subcode=1504028)
    if not set(names) <= known.keys():
        raise errors.bad_parameter("The value must be a valid insights metric")
    return [
        {
            "name": name,
            "period": "lifetime",
            "values": [{"value": known[name]}],
            "id": f"{node}/insights/{name}/lifetime",
        }
        for name in names
    ]


def _names(asked: str) -> list[str]:
    """Read `a,b`, as people write it into an address, or `["a","b"]`, as the official SDK does."""
    if not asked.startswith("["):
        return [name for name in asked.split(",") if name]
    try:
        return [str(name) for name in json.loads(asked)]
    except ValueError as broken:
        raise errors.bad_parameter("Param metric must be an array") from broken
