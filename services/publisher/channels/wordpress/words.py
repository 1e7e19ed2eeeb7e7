"""A post's words as HTML that WordPress shows as they were approved."""

import re
from collections.abc import Sequence

from markupsafe import Markup, escape

from schemas.posts import Content, Picture
from services.publisher.channels.prose import excerpt, legible, paragraphs
from services.publisher.channels.wording import with_link

_LONGEST_HEADING = 80

_REWORKED = re.compile(
    r"`|\.(?=\.\.)|-(?=-)|(?<!\S)-(?!\S)|(?<=\d)x(?=\d)|\((?=tm\))"
    r"|(?<!\S)[:;](?=\S)|(?<!\S)8(?=-)"
)
"""Where WordPress would make other signs of what was typed: dashes, ellipses, little faces."""


def heading(content: Content) -> str:
    """Give what the post is called: its title, or else its first words."""
    words = " ".join(content.title.split()) or excerpt(content.text, _LONGEST_HEADING)
    return _as_typed(escape(legible(words)))


def body(content: Content, figures: Sequence[tuple[Picture, int, str]]) -> str:
    """Give the text with its link, and beneath it the figures: each with its id and address."""
    shown = [
        Markup(
            '<figure class="wp-block-image"><img class="wp-image-{}" src="{}" alt="{}"'
            ' width="{}" height="{}" /></figure>'
        ).format(media, address, legible(picture.alt), picture.width, picture.height)
        for picture, media, address in figures
    ]
    # Their line ends would become breaks of their own.
    text = paragraphs(legible(with_link(content))).replace(Markup("<br>\n"), Markup("<br />"))
    within = Markup("\n").join([text, *shown])
    return _as_typed(Markup('<div lang="{}">{}</div>').format(content.language, within))


def remark(content: Content) -> str:
    """Give the text with its link as a comment, in which the site makes the paragraphs itself."""
    return _as_typed(escape(legible(with_link(content))))


def _as_typed(html: Markup) -> str:
    """Write the signs that WordPress would rework by their numbers."""
    pieces = re.split(r"(<[^>]*>)", html)
    pieces[::2] = [_REWORKED.sub(lambda sign: f"&#{ord(sign[0])};", text) for text in pieces[::2]]
    # A word in brackets may be the name of a program, also within a tag.
    return "".join(pieces).replace("[", "&#91;")
