"""How the planner says no: a code with its parameters, and where in the writing it is."""

from dataclasses import dataclass, field

from schemas.codes import Code
from schemas.envelope import Parameters


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that stands in the way."""

    code: Code
    parameters: Parameters = field(default_factory=dict)
    path: str = ""
    """Where in the request it is, for example `variants.0.text`; empty: the whole."""

    def at(self, path: str) -> "Problem":
        """Say where it is."""
        return Problem(self.code, self.parameters, path)


class Refusal(Exception):
    """Nothing was done; the problems say why and what to do."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__(", ".join(problem.code for problem in problems))
        self.problems = problems

    @property
    def code(self) -> Code:
        """The first problem's code: the one to answer with."""
        return self.problems[0].code


def refused(code: Code, **parameters: str | int) -> Refusal:
    """Make a refusal of one problem with the whole request."""
    return Refusal(Problem(code, parameters))
