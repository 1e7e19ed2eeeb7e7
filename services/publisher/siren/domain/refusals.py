"""What the siren says no with: a code that every door shows in its own way."""

from schemas.codes import Code
from schemas.envelope import Parameters


class Refusal(Exception):
    """Nothing was done; the code says why, and what to do."""

    def __init__(self, code: Code, **parameters: str | int) -> None:
        super().__init__(code.value)
        self.code = code
        self.parameters: Parameters = parameters
