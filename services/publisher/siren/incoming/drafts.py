"""The ready draft of a proposal: it points to their words and never repeats them as ours."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from schemas.alerts import ProposalMade
from services.publisher.siren.incoming.region import Region
from services.publisher.siren.ports import Wished

AMPLIFY = "amplify"
"""The template for a VMA: says that Sveriges Radio has sent one, where, and where to read it."""

RELAY = "relay"
"""The template for anybody else's warning."""

CRISIS_SITE = "https://www.krisinformation.se/"

_THEIRS = ("sverigesradio.se", "sr.se", "krisinformation.se")
_LONGEST_LINK = 300
_LONGEST_NAME = 60


def wished(proposal: ProposalMade, ours: Region) -> Wished:
    """Fill in the draft for the desk: where it concerns us, and marked if it is an exercise."""
    template, fields = draft_fields(proposal)
    return Wished(
        template=template,
        fields=fields,
        areas=ours.chosen(proposal.areas),
        status=proposal.status,
    )


def draft_fields(proposal: ProposalMade) -> tuple[str, Mapping[str, str]]:
    """Give the template to write with and its fields; one that is empty an officer fills in."""
    web = proposal.web or ""
    link = web if len(web) <= _LONGEST_LINK else ""
    if proposal.source == "vma":
        return AMPLIFY, {"link": link if _is_theirs(link) else CRISIS_SITE}
    return RELAY, {"link": link, "source": _site(proposal.sender)}


def _site(sender: str) -> str:
    """Name a sender by the site in its address, as people may know it; empty if it has none."""
    host = _host(sender) or (sender.rpartition("@")[2] if "@" in sender else "")
    return host if len(host) <= _LONGEST_NAME else ""


def _is_theirs(link: str) -> bool:
    """Whether a link out of a VMA leads where a VMA is told; our readers follow it."""
    host = _host(link)
    return any(host == theirs or host.endswith(f".{theirs}") for theirs in _THEIRS)


def _host(link: str) -> str:
    try:
        return urlsplit(link).hostname or ""
    except ValueError:
        return ""
