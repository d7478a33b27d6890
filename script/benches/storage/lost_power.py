"""A model of a folder on a disk after a power cut, rebuilt from a writer's system calls.

Pessimistic: a file's bytes and its name are sure after fdatasync of that file, a removed name only
after fsync of the folder. A rename is sure only then, too, and is kept or lost as one. Files ending
in -shm are left out; SQLite makes them anew.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from random import Random

SECTOR = 512
CALLS = (
    *(
        "write",
        "pwrite64",
        "writev",
        "pwritev",
        "pwritev2",
        "fdatasync",
        "fsync",
        "sync_file_range",
    ),
    *("ftruncate", "truncate", "fallocate", "unlink", "unlinkat", "rename", "renameat"),
    *("renameat2", "link", "linkat", "mmap"),
)
_HEX = r"((?:\\x[0-9a-f]{2})*)"
_CALL = re.compile(r"\d+ +(\w+)\((.*)\) += (-?\d+|0x[0-9a-f]+)(?: .*)?")
_WRITE = re.compile(rf'(\d+)<{_HEX}>, "{_HEX}", (\d+)(?:, (\d+))?')
_FILE = re.compile(rf"\d+<{_HEX}>(?:, (\d+))?")
_BROKEN_OFF = " <unfinished ...>"
_RESUMED = re.compile(r"\d+ +<\.\.\. \w+ resumed>(.*)")
_PATH = re.compile(rf'"{_HEX}"')
_PATHS = re.compile(rf'"{_HEX}", "{_HEX}"')


class WriteFate(StrEnum):
    """The fate of writes that no flush has made sure."""

    NOTHING = "nothing is lost"
    ALL = "all of it is lost"
    SOME = "some writes are lost"
    TORN = "sectors are lost"


@dataclass(frozen=True)
class Write:
    """Bytes written at an offset of a file."""

    name: str
    offset: int
    data: bytes = field(repr=False)


@dataclass(frozen=True)
class Append:
    """Bytes written at the end of a file, by write(2)."""

    name: str
    data: bytes = field(repr=False)


@dataclass(frozen=True)
class Rename:
    """A rename within the folder that replaces a file of that name (rename(2))."""

    name: str
    target: str


@dataclass(frozen=True)
class Truncate:
    """A new size of a file."""

    name: str
    size: int


@dataclass(frozen=True)
class Sync:
    """A flush of one file; name "": of the folder."""

    name: str


@dataclass(frozen=True)
class Remove:
    """The removal of a name from the folder."""

    name: str


@dataclass(frozen=True)
class PrintedLine:
    """A line that the writer printed: an acknowledgement."""

    line: str


Operation = Write | Append | Truncate | Sync | Remove | Rename | PrintedLine


def strace(trace: Path) -> tuple[str, ...]:
    """Return the command prefix that writes a trace of the modelled calls."""
    calls = ",".join(f"?{call}" for call in CALLS)  # ?: not every machine has every call
    return (
        "strace",
        "-f",
        "-y",
        "-xx",
        "-s",
        str(1 << 21),  # the longest write: second copies are made as long as they begin
        "-e",
        f"trace={calls}",
        "-o",
        str(trace),
    )


def read_trace(trace: Path, folder: Path) -> Iterator[Operation]:
    """Yield what was done in `folder` and said on standard output, in order.

    Raises ValueError for a call in the folder that this model does not know.
    """
    here = _hex(f"{folder.resolve()}")
    for line in _whole_calls(trace.read_text("ascii").splitlines()):
        said = re.match(r"\d+ +write\(1<", line)
        if (here not in line and not said) or f"{_hex('-shm')}>" in line or _removes_shm(line):
            continue
        found = _CALL.fullmatch(line)
        if found is None:
            raise ValueError(f"not understood: {line[:200]}")
        if found[3].startswith("-"):
            continue  # refused: nothing happened
        yield _operation(found, folder.resolve())


def _whole_calls(lines: list[str]) -> Iterator[str]:
    """Yield each call when it has returned, joining those that another thread's interrupted.

    No two threads work on one file at the same time, so that a flush covers what was written before
    it returned.
    """
    begun: dict[str, str] = {}
    for line in lines:
        pid = line.partition(" ")[0]
        if line.endswith(_BROKEN_OFF):
            begun[pid] = line.removesuffix(_BROKEN_OFF)
        elif (resumed := _RESUMED.fullmatch(line)) is not None and pid in begun:
            yield begun.pop(pid) + resumed[1]
        else:
            yield line
    yield from begun.values()


def _removes_shm(line: str) -> bool:
    return f'{_hex("-shm")}"' in line


def _operation(call: re.Match[str], folder: Path) -> Operation:
    name, arguments, result = call.groups()
    if write := _WRITE.fullmatch(arguments):
        data = _bytes(write[3])[: int(result)]
        if name == "write" and write[1] == "1":
            return PrintedLine(data.decode().strip())
        if name == "write":
            return Append(_name(write[2], folder), data)
        if name == "pwrite64":
            return Write(_name(write[2], folder), int(write[5]), data)
    if name in ("fdatasync", "fsync") and (synced := _FILE.fullmatch(arguments)):
        return Sync(_name(synced[1], folder))
    if name == "ftruncate" and (cut := _FILE.fullmatch(arguments)) and cut[2]:
        return Truncate(_name(cut[1], folder), int(cut[2]))
    if name == "unlink" and (gone := _PATH.fullmatch(arguments)):
        return Remove(_name(gone[1], folder))
    if name == "rename" and (both := _PATHS.fullmatch(arguments)):
        return Rename(_name(both[1], folder), _name(both[2], folder))
    raise ValueError(f"not modelled: {name}({arguments[:200]})")


def _name(encoded: str, folder: Path) -> str:
    path = Path(_bytes(encoded).decode())
    return "" if path == folder else path.name


def _hex(text: str) -> str:
    return "".join(f"\\x{byte:02x}" for byte in text.encode())


def _bytes(encoded: str) -> bytes:
    return bytes.fromhex(encoded.replace("\\x", ""))


@dataclass
class _File:
    sure: bytearray = field(default_factory=bytearray)
    unsure: list[Write | Truncate] = field(default_factory=list)


@dataclass
class Disk:
    """One folder: what the writer sees, and what of it is sure after a power cut."""

    _seen: dict[str, _File] = field(default_factory=dict)
    _sure: dict[str, _File] = field(default_factory=dict)
    _unsure: list[dict[str, _File | None]] = field(default_factory=list)

    def take(self, done: Operation) -> None:
        """Apply an operation of the writer."""
        match done:
            case Write(name) | Truncate(name):
                self._file(name).unsure.append(done)
            case Append(name, data):
                file = self._file(name)
                file.unsure.append(Write(name, len(_applied(file.sure, file.unsure)), data))
            case Sync(""):
                self._settle(len(self._unsure))
            case Sync(name):
                file = self._file(name)
                file.sure = _applied(file.sure, file.unsure)
                file.unsure = []
                self._settle_name(name)
            case Remove(name):
                del self._seen[name]
                self._unsure.append({name: None})
            case Rename(name, target):
                self._seen[target] = file = self._seen.pop(name)
                self._unsure.append({target: file, name: None})
            case PrintedLine():
                pass

    def image(self, loss: WriteFate, random: Random) -> dict[str, bytes]:
        """Return the files after a power cut now, by name."""
        kept = random.random()
        names = dict(self._sure)
        for change in self._unsure:
            if loss is WriteFate.NOTHING or (loss is not WriteFate.ALL and random.random() < kept):
                _name_anew(names, change)
        return {
            name: bytes(_applied(file.sure, _survivors(file.unsure, loss, kept, random)))
            for name, file in names.items()
        }

    def _file(self, name: str) -> _File:
        if name not in self._seen:
            self._seen[name] = _File()
            self._unsure.append({name: self._seen[name]})
        return self._seen[name]

    def _settle(self, count: int) -> None:
        for change in self._unsure[:count]:
            _name_anew(self._sure, change)
        del self._unsure[:count]

    def _settle_name(self, name: str) -> None:
        mine = [change for change in self._unsure if change.keys() == {name}]
        for change in mine:
            _name_anew(self._sure, change)
        self._unsure = [change for change in self._unsure if change.keys() != {name}]


def _name_anew(names: dict[str, _File], change: Mapping[str, _File | None]) -> None:
    for name, file in change.items():
        if file is None:
            names.pop(name, None)
        else:
            names[name] = file


def _survivors(
    writes: list[Write | Truncate], loss: WriteFate, kept: float, random: Random
) -> Iterator[Write | Truncate]:
    match loss:
        case WriteFate.NOTHING:
            yield from writes
        case WriteFate.ALL:
            return
        case WriteFate.SOME:
            yield from (one for one in writes if random.random() < kept)
        case WriteFate.TORN:
            pieces = (piece for one in writes for piece in _pieces(one))
            yield from (piece for piece in pieces if random.random() < kept)


def _pieces(one: Write | Truncate) -> Iterator[Write | Truncate]:
    if isinstance(one, Truncate):
        yield one
        return
    at, end = one.offset, one.offset + len(one.data)
    while at < end:
        until = min(end, (at // SECTOR + 1) * SECTOR)
        yield Write(one.name, at, one.data[at - one.offset : until - one.offset])
        at = until


def _applied(
    content: bytearray, writes: Iterator[Write | Truncate] | list[Write | Truncate]
) -> bytearray:
    after = bytearray(content)
    for one in writes:
        size = one.size if isinstance(one, Truncate) else one.offset + len(one.data)
        after.extend(bytes(max(0, size - len(after))))
        if isinstance(one, Truncate):
            del after[size:]
        else:
            after[one.offset : size] = one.data
    return after
