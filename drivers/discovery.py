"""Discovery of devices: candidates with evidence, on a technician's request.

Nothing is written, and nothing is chosen: a driver that claims ports by guessing takes those of
others (devices.md §8). What answers on a port is asked only with a `probe`, and never of a port
that somebody holds.
"""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Final

from drivers.stable_names import SystemTree, bridges, usb_device, word_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from kiosk.failures import Failure

    Probe = Callable[[str], str | Failure]

BULK_READER: Final = ("0400", "C35A")  # cards.md §1.10
LINKS: Final = (
    "kiosk",
    "serial/by-id",
    "serial/by-path",
    "v4l/by-id",
    "v4l/by-path",
    "input/by-id",
)
# Bridges that brltty takes for Braille displays: CH340, CP210x, FTDI.
BRAILLE_LIKE: Final = frozenset({"1A86:7523", "10C4:EA60", "0403:6001"})
MODEM_MANAGER: Final = "ModemManager"
BRLTTY: Final = "brltty"


class Sort(StrEnum):
    """The kinds of candidates, by where they were found."""

    SERIAL = "serial"  # an identity card reader, a code scanner
    USB_READER = "usb_reader"
    CAMERA = "camera"
    KEYBOARD = "keyboard"  # a code scanner that types


class PortProblem(StrEnum):
    """The reasons why a port can't be used; `drivers.commands.evidence_words` has the cures."""

    HELD = "held"
    FORBIDDEN = "forbidden"
    MODEM_MANAGER = "modem_manager"
    BRLTTY = "brltty"
    UNSTABLE_NAME = "unstable_name"  # only a number that changes with the order of plugging


@dataclass(frozen=True)
class Rights:
    """Owner, group and mode of a device node."""

    owner: int
    group: int
    mode: int

    def suffice_for(self, user: int, groups: frozenset[int]) -> bool:
        """Tell whether a user with these groups may read and write the node."""
        if user == 0:
            return True
        if user == self.owner:
            wanted = stat.S_IRUSR | stat.S_IWUSR
        elif self.group in groups:
            wanted = stat.S_IRGRP | stat.S_IWGRP
        else:
            wanted = stat.S_IROTH | stat.S_IWOTH
        return self.mode & wanted == wanted


@dataclass(frozen=True)
class User:
    """The user that the program runs as."""

    number: int
    groups: frozenset[int]


@dataclass(frozen=True)
class Candidate:
    """One device that is plugged in; `url` is the address for the settings.

    `usb` is VVVV:PPPP, `holders` are programs with their process numbers, `answer` is the SAM
    number or failure that a probe got.
    """

    sort: Sort
    url: str
    node: str
    names: tuple[str, ...] = ()
    usb: str = ""
    serial: str = ""
    words: str = ""
    driver: str = ""
    holders: tuple[str, ...] = ()
    rights: Rights | None = None
    traps: tuple[PortProblem, ...] = ()
    answer: str = ""


def this_user() -> User:
    """Return the user that this process runs as."""
    return User(os.geteuid(), frozenset({os.getegid(), *os.getgroups()}))


def find_candidates(machine: SystemTree, user: User, probe: Probe | None = None) -> list[Candidate]:
    """Return all that could be a device of a terminal, sorted by where it was found.

    `probe` asks the free ports and returns the SAM number or the failure; None asks nothing.
    """
    names, running = stable_names(machine.dev), programs(machine.proc)
    found = [*_serial(machine), *_bulk_readers(machine), *_cameras(machine), *_keyboards(machine)]
    return [_judged(one, machine, names, running, user, probe) for one in found]


def evidence_of(url: str, machine: SystemTree, user: User) -> Candidate | None:
    """Return what the system tells of one path; None when `url` is no path, or nothing is there."""
    path = Path(url)
    if not url.startswith("/") or not path.exists():
        return None
    node = path.resolve()
    known = [one for one in find_candidates(machine, user) if Path(one.node).resolve() == node]
    plain = Candidate(Sort.SERIAL, url, str(node))
    names, running = stable_names(machine.dev), programs(machine.proc)
    return known[0] if known else _judged(plain, machine, names, running, user, None)


def stable_names(dev: Path) -> dict[str, tuple[str, ...]]:
    """Return the links below /dev that lead to each node, the kiosk's own first."""
    found: dict[str, tuple[str, ...]] = {}
    for folder in LINKS:
        for link in sorted((dev / folder).glob("*")):
            if link.is_symlink():
                node = str(link.resolve())
                found[node] = (*found.get(node, ()), str(link))
    return found


def programs(proc: Path) -> dict[str, str]:
    """Return the names of all running programs by process number, as text."""
    found = {one.name: word_in(one / "comm") for one in proc.glob("[0-9]*")}
    return {number: name for number, name in found.items() if name}


def holders_of(node: Path, proc: Path) -> tuple[str, ...]:
    """Return `program (process)` of each that has the node open, as far as this user may see."""
    found = []
    for process in sorted(proc.glob("[0-9]*"), key=lambda one: int(one.name)):
        try:
            held = any(one.samefile(node) for one in (process / "fd").iterdir() if one.exists())
        except OSError:  # another user's, or over meanwhile
            continue
        if held and process.name != str(os.getpid()):
            found.append(f"{word_in(process / 'comm')} ({process.name})")
    return tuple(found)


def _serial(machine: SystemTree) -> Iterator[Candidate]:
    for one in bridges(machine):
        entry = machine.sys / "class" / "tty" / one.node.name
        yield Candidate(
            Sort.SERIAL,
            url=str(one.node),
            node=str(one.node),
            usb=f"{one.vendor}:{one.product}",
            serial=one.serial,
            words=one.maker_words,
            driver=_driver(entry),
        )


def _bulk_readers(machine: SystemTree) -> Iterator[Candidate]:
    for device in sorted((machine.sys / "bus" / "usb" / "devices").glob("*")):
        ids = tuple(word_in(device / name).upper() for name in ("idVendor", "idProduct"))
        if ids == BULK_READER:
            bus, number = word_in(device / "busnum"), word_in(device / "devnum")
            node = machine.dev / "bus" / "usb" / bus.zfill(3) / number.zfill(3)
            usb = ":".join(ids)
            yield Candidate(Sort.USB_READER, f"usb://{usb}", str(node), usb=usb)


def _cameras(machine: SystemTree) -> Iterator[Candidate]:
    for entry in sorted((machine.sys / "class" / "video4linux").glob("video*")):
        if word_in(entry / "index") not in {"", "0"}:  # the others carry no pictures
            continue
        node = str(machine.dev / entry.name)
        words = word_in(entry / "name")
        yield Candidate(Sort.CAMERA, node, node, usb=_usb_ids(entry), words=words)


def _keyboards(machine: SystemTree) -> Iterator[Candidate]:
    for link in sorted((machine.dev / "input" / "by-id").glob("*-event-kbd")):
        yield Candidate(Sort.KEYBOARD, f"evdev:{link}", str(link.resolve()))


def _driver(entry: Path) -> str:
    driver = entry / "device" / "driver"
    return driver.resolve().name if driver.exists() else ""


def _usb_ids(entry: Path) -> str:
    device = usb_device(entry)
    if device is None:
        return ""
    return f"{word_in(device / 'idVendor')}:{word_in(device / 'idProduct')}".upper()


def _judged(
    found: Candidate,
    machine: SystemTree,
    names: dict[str, tuple[str, ...]],
    running: dict[str, str],
    user: User,
    probe: Probe | None,
) -> Candidate:
    """Return a candidate with names, holders, rights, problems, and the answer of a free port."""
    node = Path(found.node)
    known = names.get(str(node.resolve()), ())
    holders, rights = holders_of(node, machine.proc), _rights(node)
    # Only a bare node is renamed: usb:// and evdev: addresses do not change when plugged anew.
    url = known[0] if known and found.url == found.node else found.url
    judged = replace(found, url=url, names=known, holders=holders, rights=rights)
    judged = replace(judged, traps=tuple(_traps(judged, running, user)))
    free = not {PortProblem.HELD, PortProblem.FORBIDDEN} & set(judged.traps)
    if probe is not None and free and found.sort in (Sort.SERIAL, Sort.USB_READER):
        judged = replace(judged, answer=str(probe(judged.url)))
    return judged


def _rights(node: Path) -> Rights | None:
    try:
        there = node.stat()
    except OSError:
        return None
    return Rights(there.st_uid, there.st_gid, there.st_mode)


def _traps(found: Candidate, running: dict[str, str], user: User) -> Iterator[PortProblem]:
    if found.holders:
        yield PortProblem.HELD
    if found.rights is not None and not found.rights.suffice_for(user.number, user.groups):
        yield PortProblem.FORBIDDEN
    if found.sort is Sort.SERIAL:
        if MODEM_MANAGER in running.values():
            yield PortProblem.MODEM_MANAGER
        if BRLTTY in running.values() and found.usb in BRAILLE_LIKE:
            yield PortProblem.BRLTTY
    if found.url == found.node and found.sort in (Sort.SERIAL, Sort.CAMERA):
        yield PortProblem.UNSTABLE_NAME
