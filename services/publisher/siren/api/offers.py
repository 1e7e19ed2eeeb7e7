"""What officers can choose among, as programs are told of it."""

from typing import Any, Literal

from services.publisher.siren.writing.template import templates


def offered(tongue: Literal["sv", "en"]) -> list[dict[str, Any]]:
    """List the templates with the blanks that each has."""
    return [
        {
            "name": each.name,
            "title": each.title.in_tongue(tongue),
            "solo": each.solo,
            "fields": [
                {
                    "name": field.name,
                    "label": field.label.in_tongue(tongue),
                    "hint": field.hint.in_tongue(tongue),
                    "choices": {
                        choice.name: choice.sv if tongue == "sv" else choice.en
                        for choice in field.choices
                    },
                }
                for field in each.fields
            ],
        }
        for each in templates().values()
    ]
