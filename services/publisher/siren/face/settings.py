"""What the siren tells the process that serves the public face."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self


@dataclass(frozen=True, slots=True)
class FaceSettings:
    """Where the face is and what it shows; the siren's own settings have checked it."""

    folder: Path
    """What the siren has drawn for the public."""
    host: str
    port: int

    @classmethod
    def of(cls, arguments: Sequence[str]) -> Self:
        """Read what `arguments` has written; `ValueError` for anything else."""
        folder, host, port = arguments
        return cls(Path(folder), host, int(port))

    def arguments(self) -> list[str]:
        """Say the same to a child: a library that reads settings would double its memory."""
        return [str(self.folder), self.host, str(self.port)]
