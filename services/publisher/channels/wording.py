"""Words on their way out to a platform, and a platform's own words on their way in."""

from schemas.posts import Content

IN_SWEDISH, IN_ENGLISH = "Film", "Video"
"""What a video's description begins with."""

_MOST = 200


def with_link(content: Content) -> str:
    """Give the text with its link on a paragraph of its own, unless the writer has placed it."""
    if content.link is None or content.link in content.text:
        return content.text
    return f"{content.text}\n\n{content.link}"


def described(content: Content) -> str:
    """Give text and link, and what the video shows, where a platform has no place for that."""
    if content.video is None:
        return with_link(content)
    name = IN_SWEDISH if content.language == "sv" else IN_ENGLISH
    return f"{with_link(content)}\n\n{name}: {content.video.description}"


def one_line(said: str) -> str:
    """Give what a platform says as one short line."""
    return " ".join(said.split())[:_MOST]
