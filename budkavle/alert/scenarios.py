"""What an exercise is about: made-up nights, told in two halves."""

from collections.abc import Mapping
from dataclasses import dataclass

from budkavle.alert.acting import Wish


@dataclass(frozen=True, slots=True)
class Scenario:
    """One night. Its texts are English, and said in the reader's language."""

    title: str
    story: str
    """Why an alert is needed."""
    twist: str
    """Why it was wrong."""
    wish: Wish
    """What two quick officers would send."""


SCENARIOS: Mapping[str, Scenario] = {
    "water": Scenario(
        title="Bacteria in the water",
        story=(
            "It is 02:40 on a Tuesday. The laboratory calls: two samples from the waterworks in "
            "Tunadal hold bacteria that make people ill. 1,400 households drink of it, and many "
            "of them get up at five. Tell them to boil their water."
        ),
        twist=(
            "The laboratory calls again: two bottles were mixed up. The water in Tunadal was good "
            "all the time. People are already boiling water: tell them that it was wrong."
        ),
        wish=Wish("boil-water", {"place": "Tunadal", "cause": "bacteria"}, ["1490"], "exercise"),
    ),
    "phones": Scenario(
        title="Nobody reaches 1177",
        story=(
            "It is 19:05 on a Saturday. A digger has cut a cable, and nobody in the county can "
            "call 1177. The operator says four hours at least. Give people another number, "
            "011-10 30 00, and say that the nearest fire station helps those who do not get "
            "through."
        ),
        twist=(
            "The operator calls: the line was never cut. A test had been left on, and it was off "
            "again after two minutes. Tell people that 1177 can be called as usual."
        ),
        wish=Wish(
            "phones-down",
            {"line": "advice", "instead": "011-10 30 00", "place": "närmaste brandstation"},
            ["1490"],
            "exercise",
        ),
    ),
    "threat": Scenario(
        title="A threat at the hospital",
        story=(
            "It is 07:30 on a Monday. Somebody has called in a threat against Exempelsjukhuset. "
            "The police ask that nobody goes there, and that those who are inside stay inside. "
            "Whoever needs care is to go to Norra sjukhuset."
        ),
        twist=(
            "The police call: it was another hospital, in another country. Exempelsjukhuset is "
            "safe. Patients are turning round at the doors: tell them that it was wrong."
        ),
        wish=Wish(
            "threat-at-hospital",
            {"place": "Exempelsjukhuset", "do": "inside", "instead": "Norra sjukhuset"},
            ["1490"],
            "exercise",
        ),
    ),
}
