"""The command `budkavle`."""

import os
import sys

from budkavle.commands import build
from budkavle.terminal import Terminal
from budkavle.trouble import Trouble
from budkavle.words import speak, wished
from services.kit.unfit import CANNOT_START


def main() -> None:
    """Read the arguments and do what they say; 2 with a clear sentence when it cannot be done."""
    terminal = Terminal(speak(wished(sys.argv[1:], os.environ)))
    try:
        build(terminal)()
    except Trouble as trouble:
        terminal.bad(trouble.text, **trouble.values)
        sys.exit(CANNOT_START)


if __name__ == "__main__":
    main()
