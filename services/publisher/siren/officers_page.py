"""The officers' page of one siren: what it reads of templates, people and proposals."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from starlette.routing import Route

from schemas.alerts import ProposalClosed, ProposalMade
from schemas.channels import Limits
from schemas.posts import Content
from services.kit.languages import Language
from services.kit.lengths import counted
from services.publisher.siren.areas import sweden
from services.publisher.siren.incoming.drafts import wished
from services.publisher.siren.incoming.proposals import hold_proposed
from services.publisher.siren.incoming.region import Region
from services.publisher.siren.office import Office
from services.publisher.siren.officers.roll import Roll
from services.publisher.siren.officers.words import words
from services.publisher.siren.ports import PROPOSALS, Doorkeeper
from services.publisher.siren.settings import Settings
from services.publisher.siren.web.door import Door
from services.publisher.siren.web.drafts import Tray
from services.publisher.siren.web.hall import Hall
from services.publisher.siren.web.page import routes
from services.publisher.siren.web.ports import (
    Asked,
    Callee,
    Cards,
    House,
    Offer,
    Proposal,
    ReadyBoard,
    Room,
)
from services.publisher.siren.writing.fields import Field
from services.publisher.siren.writing.phrases import Tongue
from services.publisher.siren.writing.template import Template, templates

FROM_RADIO = "VMA from Sveriges Radio: {headline}"
FROM_OTHERS = "{sender}: {headline}"
TEXTS = (FROM_RADIO, FROM_OTHERS)

_SENTENCE = re.compile(r".+?[.!?](?=\s|$)")
_MOST_SAID = 400


@dataclass(frozen=True, slots=True)
class TemplateShelf:
    """The templates that ship, and what channels have said that they take."""

    limits: Callable[[str], Limits]

    def offers(self, language: str) -> Sequence[Offer]:
        """List the templates in the order in which they are offered."""
        tongue: Tongue = "en" if language == "en" else "sv"
        return [_offer(template, tongue) for template in templates().values()]

    def room(self, channel: str, content: Content) -> Room:
        """Say how much of its room a content takes in a channel."""
        limits = self.limits(channel)
        with_picture = content.pictures and limits.characters_with_picture is not None
        most = limits.characters_with_picture if with_picture else limits.characters
        alts = [picture.alt for picture in content.pictures]
        return Room(counted(content.text, content.link, limits, alts), most)


@dataclass(frozen=True, slots=True)
class OfficersRoster:
    """The officers of the roll."""

    roll: Roll

    def name_of(self, officer: str) -> str:
        """Give the name that people know, of those who have left too."""
        return self.roll.name_of(officer)

    def call_list(self) -> Sequence[Callee]:
        """List the officers in the order of the roll."""
        return [Callee(each.id, each.name, each.phone) for each in self.roll.officers()]


@dataclass(frozen=True, slots=True)
class OpenProposals:
    """Other people's alerts that no officer has dealt with."""

    office: Office
    ours: Region

    def open(self, speech: Language) -> Sequence[Proposal]:
        """List them, the newest first."""
        told = sorted(self.office.desk.memory.things(PROPOSALS), key=lambda each: -each.sequence)
        facts = (each.fact for each in told)
        return [self._shown(fact, speech) for fact in facts if isinstance(fact, ProposalMade)]

    async def close(self, proposal: UUID, officer: str) -> None:
        """Take note that an officer has dealt with one."""
        told = self.office.desk.memory.newest(ProposalMade.address.format(proposal=proposal))
        if told is not None and isinstance(told.fact, ProposalMade):
            closed = ProposalClosed(
                occurred_at=self.office.now(),
                trace=told.fact.trace,
                proposal=proposal,
                by=officer,
            )
            await self.office.desk.remember(closed)

    def _shown(self, fact: ProposalMade, speech: Language) -> Proposal:
        info = next((each for each in fact.infos if each.language == speech.code), None)
        said = info or next(iter(fact.infos), None)
        headline = said.headline if said else fact.identifier
        vma = fact.source == "vma"
        ready = wished(fact, self.ours)
        return Proposal(
            proposal=fact.proposal,
            title=speech(FROM_RADIO if vma else FROM_OTHERS, sender=fact.sender, headline=headline),
            said=_cut(said.description) if said else "",
            at=fact.sent,
            hold=hold_proposed(fact),
            exercise=fact.status != "actual",
            web=fact.web if fact.web and fact.web.startswith("https://") else None,
            template=ready.template,
            fields=ready.fields,
            areas=ready.areas,
        )


def officers_page(
    settings: Settings,
    office: Office,
    doorkeeper: Doorkeeper,
    roll: Roll,
    board: ReadyBoard,
    cards: Cards,
    limits: Callable[[str], Limits],
    *,
    exercises: bool,
) -> list[Route]:
    """Give the routes of the page, to put into the application."""
    roster = OfficersRoster(roll)
    house = House(
        settings.organisation, settings.door_url, settings.zone, settings.areas, exercises
    )
    hall = Hall(
        office=office,
        door=Door(house, roster, doorkeeper),
        house=house,
        roster=roster,
        shelf=TemplateShelf(limits),
        cards=cards,
        places=sweden,
        proposals=OpenProposals(office, Region.of(settings.areas)),
        board=board,
        words=lambda digest: words(digest).split(),
        tray=Tray(office.now),
    )
    return routes(hall)


def _offer(template: Template, tongue: Tongue) -> Offer:
    wording = template.alert.sv if tongue == "sv" else template.alert.en
    said = f"{wording.instruction} {wording.description}"
    plain = [sentence for sentence in _SENTENCE.findall(said) if "{" not in sentence]
    return Offer(
        name=template.name,
        title=template.title.in_tongue(tongue),
        said=plain[0].strip() if plain else "",
        fields=[_asked(field, tongue) for field in template.fields],
        solo=template.solo,
    )


def _asked(field: Field, tongue: Tongue) -> Asked:
    return Asked(
        name=field.name,
        label=field.label.in_tongue(tongue),
        hint=field.hint.in_tongue(tongue),
        example="" if field.kind == "choice" else field.example.in_tongue(tongue),
        kind=field.kind,
        most=field.most,
        choices=[(each.name, each.sv if tongue == "sv" else each.en) for each in field.choices],
    )


def _cut(text: str) -> str:
    return text if len(text) <= _MOST_SAID else f"{text[: _MOST_SAID - 1]}…"
