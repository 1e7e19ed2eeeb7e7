"""What a duty officer gets on paper, once: it stands nowhere else."""

from dataclasses import dataclass, field
from pathlib import Path

from services.kit.languages import Language, language
from services.kit.seals import authenticator_address, base32

_LOCALE = Path(__file__).parent / "locale"
_ISSUER = "Budkavle"

HEAD = "Duty officer {name} ({officer})"
MADE_ONCE = "This is made once, and nobody can show it again. Keep it where nobody else comes."
SIGN_IN = "To sign in at the officers' page you need three things:"
ID = "your id: {officer}"
PASSWORD = "your password: {password}"  # noqa: S105 – the line that it stands on
CODE = "six digits from the authenticator in your telephone, or a code from this paper"
APP = "Take this address into your authenticator, or type the secret:"
SECRET = "secret: {secret}"  # noqa: S105 – the same
PRINTED = "Codes for when the telephone is gone. Each is good once: cross it out."
KEEP = "How to keep it"
KEEP_PASSWORD = "The password: in your password program. Capitals and dashes do not matter."  # noqa: S105 – the same
KEEP_CODES = "The printed codes: in your wallet, away from the password."
TRY = "Sign in once now, and then at least every third month, so that it works at night."
LOST = "If anything is lost or seen by others, phone ops at any hour: they renew all of it."
TEXTS = (
    HEAD,
    MADE_ONCE,
    SIGN_IN,
    ID,
    PASSWORD,
    CODE,
    APP,
    SECRET,
    PRINTED,
    KEEP,
    KEEP_PASSWORD,
    KEEP_CODES,
    TRY,
    LOST,
)


@dataclass(frozen=True, slots=True)
class Papers:
    """All that one officer shows who they are with."""

    officer: str
    name: str
    language: str
    password: str = field(repr=False)
    secret: bytes = field(repr=False)
    codes: tuple[str, ...] = field(repr=False)

    @property
    def address(self) -> str:
        """What an authenticator takes in."""
        return authenticator_address(self.secret, _ISSUER, self.officer)

    def text(self) -> str:
        """Write it as it is to be printed."""
        say = language(self.language, _LOCALE)
        parts = (
            (say(HEAD, name=self.name, officer=self.officer),),
            (say(MADE_ONCE),),
            (say(SIGN_IN), *_list(self._needed(say))),
            (say(APP), f"  {self.address}", f"  {say(SECRET, secret=_grouped(self.secret))}"),
            (say(PRINTED), *(f"  {code}" for code in self.codes)),
            (say(KEEP), *_list((say(KEEP_PASSWORD), say(KEEP_CODES), say(TRY), say(LOST)))),
        )
        return "\n\n".join("\n".join(part) for part in parts) + "\n"

    def _needed(self, say: Language) -> tuple[str, ...]:
        return (say(ID, officer=self.officer), say(PASSWORD, password=self.password), say(CODE))


def _list(lines: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"  - {line}" for line in lines)


def _grouped(secret: bytes) -> str:
    text = base32(secret)
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))
