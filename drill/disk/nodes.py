"""Files and folders in two states: what programs see, and what a power cut would leave.

What is durable, and when:

- the bytes and the length of a file, when it is fsynced; the bytes of a write alone, when the file
  is open with O_SYNC or O_DSYNC;
- that a new file or folder is there, when it or its folder is fsynced, together with the folders
  above it, as every journalling file system does; a file that was never fsynced itself is empty;
- a rename and a removal, only when the folder is fsynced, which is all that POSIX promises:
  before that, a cut brings the old name back.
"""

import itertools
from collections.abc import Iterator
from random import Random

PAGE = 4096
"""What a disk may have written of its own accord, or not, before a cut."""


class Node:
    """What files and folders have in common: where they are, and whether a cut leaves them."""

    def __init__(self) -> None:
        self.parent: Folder | None = None
        self.name = b""
        self.stays = False

    def appear(self) -> None:
        """Make it durable that this is here."""
        if not self.stays and self.parent is not None:
            self.stays = True
            self.parent.kept[self.name] = self
            self.parent.appear()


class File(Node):
    """Bytes as written, and bytes as a cut leaves them."""

    def __init__(self, kept: bytes = b"") -> None:
        super().__init__()
        self.live = bytearray(kept)
        self.kept = bytearray(kept)
        self._written: list[tuple[int, int]] = []

    def write(self, at: int, data: bytes | memoryview, *, durable: bool) -> None:
        """Put bytes in their place; a hole before them reads as zeros."""
        _put(self.live, at, data)
        if durable:
            # The length goes with it: without it the bytes would not be found again.
            del self.kept[len(self.live) :]
            _put(self.kept, at, data)
            self.appear()
        else:
            self._written.append((at, at + len(data)))

    def resize(self, length: int) -> None:
        """Cut short, or fill with zeros."""
        before = len(self.live)
        if length < before:
            del self.live[length:]
            # What is written here again is not what was kept here.
            self._written.append((length, before))
        else:
            self.live += bytes(length - before)
            self._written.append((before, length))

    def fsync(self) -> None:
        """Make bytes and length durable, and that the file is here."""
        length = len(self.live)
        del self.kept[length:]
        for start, end in self._written:
            _put(self.kept, start, self.live[start : min(end, length)])
        self._written.clear()
        self.appear()

    def scatter(self, chance: Random) -> None:
        """Let some of the pages that nobody made durable be on the disk all the same."""
        pages = {
            page for start, end in self._written for page in range(start // PAGE, -(-end // PAGE))
        }
        for page in sorted(pages):
            if chance.random() < 0.5:
                _put(self.kept, page * PAGE, self.live[page * PAGE : (page + 1) * PAGE])


class Folder(Node):
    """Names as they are, and names as a cut leaves them."""

    def __init__(self) -> None:
        super().__init__()
        self.live: dict[bytes, File | Folder] = {}
        self.kept: dict[bytes, Node] = {}

    def add(self, name: bytes, node: "File | Folder") -> None:
        """Give a node a name here, in place of what has it."""
        if name in self.live:
            self.remove(name)
        node.parent, node.name = self, name
        self.live[name] = node

    def remove(self, name: bytes) -> None:
        """Take a name away; who has the file open can go on using it."""
        self.live.pop(name).parent = None

    def fsync(self) -> None:
        """Make the names durable, and that the folder is here."""
        self.kept = dict(self.live)
        for node in self.live.values():
            node.stays = True
        self.appear()


class Disk:
    """A whole disk, from its root folder."""

    def __init__(self) -> None:
        self.root = Folder()
        self._numbers = itertools.count(1)
        self._nodes: dict[int, File | Folder] = {}
        self._known: dict[File | Folder, int] = {}
        self.number(self.root)

    def number(self, node: File | Folder) -> int:
        """Give the number by which the kernel knows a node; the root is 1."""
        known = self._known.get(node)
        if known is None:
            known = self._known[node] = next(self._numbers)
            self._nodes[known] = node
        return known

    def node(self, number: int) -> File | Folder:
        """Find what the kernel knows by a number."""
        return self._nodes[number]

    def after_cut(self, chance: Random | None = None) -> "Disk":
        """Give the disk as a cut leaves it: what is durable, and with `chance` some pages more."""
        left = Disk()
        for path, node in _kept(self.root, ()):
            folder = left.root
            for name in path[:-1]:
                folder = folder.live[name]  # type: ignore[assignment]  # made before what is in it
            if isinstance(node, File):
                if chance is not None:
                    node.scatter(chance)
                copy: File | Folder = File(bytes(node.kept))
            else:
                copy = Folder()
            folder.add(path[-1], copy)
        _settle(left.root)
        return left


def _kept(folder: Folder, path: tuple[bytes, ...]) -> Iterator[tuple[tuple[bytes, ...], Node]]:
    for name, node in folder.kept.items():
        yield (*path, name), node
        if isinstance(node, Folder):
            yield from _kept(node, (*path, name))


def _settle(folder: Folder) -> None:
    for node in folder.live.values():
        if isinstance(node, Folder):
            _settle(node)
    folder.fsync()


def _put(where: bytearray, at: int, data: bytes | bytearray | memoryview) -> None:
    if not data:
        return
    if at > len(where):
        where += bytes(at - len(where))
    where[at : at + len(data)] = data
