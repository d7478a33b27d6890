"""Matching of the plugged-in devices to the keys of the settings: a proposal, nothing is written.

A reader is proposed only where one answered; a camera where the configured one gives no picture.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from drivers.commands.evidence_words import trap_words
from drivers.discovery import Candidate, PortProblem, Sort
from drivers.supervisor import CAMERA, READER, SCANNER, SS_READER
from kiosk.failures import Failure
from kiosk.maintenance.device_proposal import Proposal, ProposalTrouble, Proposed
from kiosk.operator_texts import text_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from kiosk.config.settings import Settings

DEVICES: Final = {
    "id_card_reader.url": READER,
    "ss_card_reader.url": SS_READER,
    "camera.url": CAMERA,
    "code_scanner.url": SCANNER,
}
"""Which of the devices that are looked after a key of the settings is of."""
FAILURES: Final = frozenset(one.value for one in Failure)
BY_PATH: Final = "/by-path/"
GUNS: Final = ("scan", "barcode", "qr")  # what the makers of scanners call their keyboards
TRAPS: Final = {
    PortProblem.HELD: Failure.READER_BUSY,
    PortProblem.FORBIDDEN: Failure.READER_FORBIDDEN,
}


def propose(found: Sequence[Candidate], settings: Settings, usable: Mapping[str, bool]) -> Proposal:
    """Return the addresses that are proposed for the devices `found`, and the troubles.

    `usable` tells of each device whether it answers now.
    """
    reader, camera, gun = (
        settings.id_card_reader.url,
        settings.camera.url,
        settings.code_scanner.url,
    )
    items = (
        *_one("id_card_reader.url", READER, reader, usable, _readers(found)),
        *_one("camera.url", CAMERA, camera, usable, _cameras(found)),
        *_one("code_scanner.url", SCANNER, gun, usable, _guns(found)),
    )
    return Proposal(items, tuple(_troubles(found, items)))


def alike(found: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """Return the cameras that only their ports tell apart."""
    cameras = [one for one in found if one.sort is Sort.CAMERA and one.usb]
    ids = [one.usb for one in cameras]
    return tuple(one for one in cameras if ids.count(one.usb) > 1)


def _one(
    key: str, name: str, before: str, usable: Mapping[str, bool], others: Iterator[tuple[str, str]]
) -> Iterator[Proposed]:
    if before and usable.get(name):
        yield Proposed(key, name, before, before, text_of("devices.answers"))
        return
    for url, evidence in others:
        yield Proposed(key, name, before, url, evidence)
        return


def _readers(found: Sequence[Candidate]) -> Iterator[tuple[str, str]]:
    for one in found:
        if one.answer and one.answer not in FAILURES:
            known = _description(one)
            yield one.url, text_of("devices.found_reader", known=known, identity=one.answer)


def _cameras(found: Sequence[Candidate]) -> Iterator[tuple[str, str]]:
    twins = alike(found)
    for one in found:
        if one.sort is Sort.CAMERA and not {PortProblem.HELD, PortProblem.FORBIDDEN} & set(
            one.traps
        ):
            by_path = next((name for name in one.names if BY_PATH in name), one.url)
            yield by_path if one in twins else one.url, _description(one)


def _guns(found: Sequence[Candidate]) -> Iterator[tuple[str, str]]:
    for one in found:
        if one.sort is Sort.KEYBOARD and any(word in one.url.lower() for word in GUNS):
            yield one.url, _description(one)


def _description(one: Candidate) -> str:
    return " ".join(filter(None, (one.usb, one.words, one.serial))) or one.node


def _troubles(found: Sequence[Candidate], items: Sequence[Proposed]) -> Iterator[ProposalTrouble]:
    there = {name for one in found for name in (one.url, one.node, *one.names)}
    for item in items:
        if item.changes and item.before in there:
            evidence = text_of("devices.wrong_port", before=item.before, url=item.url)
            yield ProposalTrouble(Failure.PORT_WRONG, evidence)
    for one in found:
        for trap, failure in TRAPS.items():
            if trap in one.traps:
                yield ProposalTrouble(failure, one.url, "".join(trap_words(one)))
    if twins := alike(found):
        yield ProposalTrouble(Failure.CAMERAS_ALIKE, "、".join(one.node for one in twins))


def doubts(
    found: Sequence[Candidate], settings: Settings, failures: Mapping[str, Failure | None]
) -> dict[str, ProposalTrouble]:
    """Return by device the trouble that its own answer does not show: another port, or a twin.

    `failures`: what each device's own answer was.

    `found`: the candidates of the machine.
    """
    told: dict[str, ProposalTrouble] = {}
    if failures.get(READER) is Failure.READER_LOST:
        proposal = propose(found, settings, {name: one is None for name, one in failures.items()})
        wrong = (one for one in proposal.troubles if one.failure is Failure.PORT_WRONG)
        if (trouble := next(wrong, None)) is not None:
            told[READER] = trouble
    url, twins = settings.camera.url, alike(found)
    if any(url in (one.url, one.node, *one.names) for one in twins) and BY_PATH not in url:
        nodes = "、".join(one.node for one in twins)
        evidence = text_of("devices.twins", url=url, nodes=nodes)
        told[CAMERA] = ProposalTrouble(Failure.CAMERAS_ALIKE, evidence)
    return told
