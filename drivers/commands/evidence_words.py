"""Chinese words for technicians on what keeps a port from being used, and the cure."""

from __future__ import annotations

import grp
import pwd
import stat
from typing import TYPE_CHECKING

from drivers.commands.cures import cure
from drivers.commands.read_ss import known_ss_card_cures
from drivers.discovery import Candidate, PortProblem, this_user
from drivers.supervision.life import DeviceCondition
from drivers.supervisor import READER, SS_READER
from kiosk.failures import Failure
from kiosk.operator_texts import text_of, texts_of

if TYPE_CHECKING:
    from drivers.commands.trial import DeviceTrial
    from drivers.discovery import Rights

OF_PORTS = {Failure.READER_LOST, Failure.READER_BUSY, Failure.READER_FORBIDDEN}


def cure_of(trial: DeviceTrial) -> str:
    """Return the cure of a device that can't be used; "" for one that can."""
    failure, evidence = trial.failure, trial.evidence
    if failure is None:
        return ""
    if trial.name == SS_READER:
        return known_ss_card_cures().get(failure, cure(failure))
    remedy = cure(failure)
    if evidence is None:
        return remedy
    if failure is Failure.READER_FORBIDDEN and evidence.rights:
        return forbidden(evidence.node, evidence.rights)
    told = [remedy] if failure in OF_PORTS else []
    return "".join((*trap_words(evidence), *told)) or remedy


def evidence_words(trial: DeviceTrial) -> str:
    """Return what was seen of a device: address, node, identity, and whether it answered."""
    known = [trial.url]
    if trial.evidence and trial.evidence.node != trial.url:
        known.append(text_of("devices.now_at", node=trial.evidence.node))
    if trial.identity:
        known.append(text_of("devices.security_module", identity=trial.identity))
    if trial.failure is not None:
        known.append(_state_words(trial))
    return "，".join(known)


def _state_words(trial: DeviceTrial) -> str:
    if trial.condition is DeviceCondition.ABSENT:
        return text_of("devices.absent")
    opened = trial.name == READER and trial.life.counters.opened > 0
    return text_of("devices.open_but_silent") if opened else text_of("devices.silent")


def trap_words(found: Candidate) -> list[str]:
    """Return a sentence for each problem of a port."""
    said, words = [], texts_of("devices.port_problems")
    for trap in found.traps:
        if trap is PortProblem.HELD:
            said.append(text_of("devices.held", holders="、".join(found.holders)))
        elif trap is PortProblem.FORBIDDEN and found.rights:
            said.append(forbidden(found.node, found.rights))
        elif trap in words:
            said.append(words[trap])
    return said


def forbidden(node: str, rights: Rights) -> str:
    """Return the sentence that names the user without rights, and the group with them."""
    user, group = _user(this_user().number), _group(rights.group)
    mode = stat.S_IMODE(rights.mode)
    return text_of(
        "devices.forbidden", node=node, owner=_user(rights.owner), group=group, mode=mode, user=user
    )


def _user(number: int) -> str:
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)


def _group(number: int) -> str:
    try:
        return grp.getgrgid(number).gr_name
    except KeyError:
        return str(number)
