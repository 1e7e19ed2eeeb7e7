"""The kernel's FUSE language (version 7.31), as far as a broker's store speaks it.

Own code and no library: it needs no system package, and it lets the disk go dark between any two
requests.
"""

import os
import stat
import struct
from collections.abc import Callable
from errno import EEXIST, EINVAL, EISDIR, ENOENT, ENOSYS, ENOTDIR, ENOTEMPTY
from random import Random

from drill.disk.nodes import Disk, File, Folder

MOST = 1 << 20
"""Bytes in one read or write."""

_HEAD = struct.Struct("<IIQQIIIHH")
_ANSWER = struct.Struct("<IiQ")
_INIT = struct.Struct("<IIIIHHIIHHI28x")
_ENTRY = struct.Struct("<QQQQII")
_ATTRIBUTES = struct.Struct("<QQQQQQIIIIIIIIII")
_SETTING = struct.Struct("<IIQQ")
_TRANSFER = struct.Struct("<QQIIQII")
_ROOM = struct.Struct("<QQQQQIIII24x")
_DIRENT = struct.Struct("<QQII")

_BIG_WRITES, _MAX_PAGES = 1 << 5, 1 << 22
_SIZE = 1 << 3
_LONG = 3600  # seconds; nobody else changes this disk, so the kernel may remember what it knows
_RENAME_NOREPLACE = 1
_CHANGING = {4, 9, 10, 11, 12, 16, 20, 30, 35, 45}
_HONEST = 0.1


class Refused(Exception):
    """The request cannot be met; the number says why."""

    def __init__(self, number: int) -> None:
        super().__init__(os.strerror(number))
        self.number = number


class Answers:
    """Answers each request of the kernel from a disk."""

    def __init__(self, disk: Disk) -> None:
        self._disk = disk
        self.lying: Random | None = None
        """With chance, most fsyncs are answered and not done, as a disk with a bad cache does."""
        self.changes = 0
        """How many requests so far changed something, or wanted it durable."""
        self._by_code: dict[int, Callable[[int, memoryview], bytes | None]] = {
            1: self._lookup,
            2: _silence,  # forget: a node keeps its number for as long as the disk is mounted
            3: self._attributes,
            4: self._set,
            9: self._mkdir,
            10: self._remove,
            11: self._remove,
            12: self._rename,
            14: self._open,
            15: self._read,
            16: self._write,
            17: self._room,
            18: _nothing,  # a file is closed
            20: self._fsync,
            25: _nothing,  # a file is about to be closed: that makes nothing durable
            26: _init,
            27: self._open,
            28: self._list,
            29: _nothing,  # a folder is closed
            30: self._fsync,
            35: self._create,
            36: _silence,  # interrupt: every answer is at once
            42: _silence,  # forget many
            45: self._rename_with_flags,
        }

    def answer(self, request: memoryview) -> bytes | None:
        """Give the answer as it goes to the kernel; None where it wants none."""
        _, code, unique, number, *_ = _HEAD.unpack_from(request)
        act = self._by_code.get(code, _unknown)
        try:
            body = act(number, request[_HEAD.size :])
            self.changes += code in _CHANGING
        except Refused as refused:
            return _ANSWER.pack(_ANSWER.size, -refused.number, unique)
        return None if body is None else _ANSWER.pack(_ANSWER.size + len(body), 0, unique) + body

    def _lookup(self, number: int, body: memoryview) -> bytes:
        found = self._folder(number).live.get(_names(body)[0])
        if found is None:
            raise Refused(ENOENT)
        return self._entry(found)

    def _attributes(self, number: int, _: memoryview) -> bytes:
        return struct.pack("<QII", _LONG, 0, 0) + self._describe(number)

    def _set(self, number: int, body: memoryview) -> bytes:
        what, _, _, size = _SETTING.unpack_from(body)
        if what & _SIZE:
            self._file(number).resize(size)
        return self._attributes(number, body)

    def _mkdir(self, number: int, body: memoryview) -> bytes:
        return self._entry(self._added(number, _names(body[8:])[0], Folder()))

    def _create(self, number: int, body: memoryview) -> bytes:
        return self._entry(self._added(number, _names(body[16:])[0], File())) + bytes(16)

    def _added(self, number: int, name: bytes, node: File | Folder) -> File | Folder:
        folder = self._folder(number)
        if name in folder.live:
            raise Refused(EEXIST)
        folder.add(name, node)
        return node

    def _remove(self, number: int, body: memoryview) -> bytes:
        folder, [name] = self._folder(number), _names(body)
        found = folder.live.get(name)
        if found is None:
            raise Refused(ENOENT)
        if isinstance(found, Folder) and found.live:
            raise Refused(ENOTEMPTY)
        folder.remove(name)
        return b""

    def _rename(self, number: int, body: memoryview) -> bytes:
        return self._moved(number, body, 8, 0)

    def _rename_with_flags(self, number: int, body: memoryview) -> bytes:
        return self._moved(number, body, 16, struct.unpack_from("<I", body, 8)[0])

    def _moved(self, number: int, body: memoryview, head: int, flags: int) -> bytes:
        source = self._folder(number)
        target = self._folder(struct.unpack_from("<Q", body)[0])
        old, new = _names(body[head:])
        node, there = source.live.get(old), target.live.get(new)
        if node is None:
            raise Refused(ENOENT)
        if flags & ~_RENAME_NOREPLACE:
            raise Refused(EINVAL)
        if there is not None and flags:
            raise Refused(EEXIST)
        if isinstance(there, Folder) and there.live:
            raise Refused(ENOTEMPTY)
        source.live.pop(old)
        target.add(new, node)
        return b""

    def _open(self, number: int, _: memoryview) -> bytes:
        self._disk.node(number)
        return bytes(16)

    def _read(self, number: int, body: memoryview) -> bytes:
        _, at, size, *_ = _TRANSFER.unpack_from(body)
        return bytes(self._file(number).live[at : at + size])

    def _write(self, number: int, body: memoryview) -> bytes:
        _, at, size, _, _, flags, _ = _TRANSFER.unpack_from(body)
        data = body[_TRANSFER.size : _TRANSFER.size + size]
        # O_SYNC is O_DSYNC and one bit more.
        self._file(number).write(at, data, durable=bool(flags & os.O_DSYNC))
        return struct.pack("<II", size, 0)

    def _fsync(self, number: int, _: memoryview) -> bytes:
        if self.lying is None or self.lying.random() < _HONEST:
            self._disk.node(number).fsync()
        return b""

    def _list(self, number: int, body: memoryview) -> bytes:
        _, at, size, *_ = _TRANSFER.unpack_from(body)
        listed = b""
        for place, (name, node) in enumerate(list(self._folder(number).live.items())[at:], at + 1):
            head = _DIRENT.pack(self._disk.number(node), place, len(name), _mode(node) >> 12)
            line = head + name + bytes(-(len(head) + len(name)) % 8)
            if len(listed) + len(line) > size:
                break
            listed += line
        return listed

    def _room(self, _: int, __: memoryview) -> bytes:
        blocks = 1 << 22  # 16 GiB: what is free is no question here
        return _ROOM.pack(blocks, blocks, blocks, blocks, blocks, 4096, 255, 4096, 0)

    def _file(self, number: int) -> File:
        node = self._disk.node(number)
        if not isinstance(node, File):
            raise Refused(EISDIR)
        return node

    def _folder(self, number: int) -> Folder:
        node = self._disk.node(number)
        if not isinstance(node, Folder):
            raise Refused(ENOTDIR)
        return node

    def _entry(self, node: File | Folder) -> bytes:
        number = self._disk.number(node)
        return _ENTRY.pack(number, 0, _LONG, _LONG, 0, 0) + self._describe(number)

    def _describe(self, number: int) -> bytes:
        node = self._disk.node(number)
        size = len(node.live) if isinstance(node, File) else 0
        return _ATTRIBUTES.pack(
            *(number, size, -(-size // 512), 0, 0, 0, 0, 0, 0),
            *(_mode(node), 1, os.getuid(), os.getgid(), 0, 4096, 0),
        )


def _mode(node: File | Folder) -> int:
    return stat.S_IFREG | 0o600 if isinstance(node, File) else stat.S_IFDIR | 0o700


def _names(body: memoryview) -> list[bytes]:
    return bytes(body).rstrip(b"\0").split(b"\0")


def _init(_: int, body: memoryview) -> bytes:
    ahead = struct.unpack_from("<I", body, 8)[0]
    return _INIT.pack(7, 31, ahead, _BIG_WRITES | _MAX_PAGES, 16, 12, MOST, 1, MOST // 4096, 0, 0)


def _nothing(_: int, __: memoryview) -> bytes:
    return b""


def _unknown(_: int, __: memoryview) -> bytes:
    raise Refused(ENOSYS)


def _silence(_: int, __: memoryview) -> None:
    return None
