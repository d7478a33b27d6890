"""Chinese words for technicians on what keeps a port from being used, and the cure."""

from __future__ import annotations

import grp
import pwd
import stat
from types import MappingProxyType
from typing import TYPE_CHECKING

from drivers.commands.cures import cure
from drivers.commands.read_ss import CURES as SS_CURES
from drivers.discovery import Candidate, PortProblem, this_user
from drivers.supervision.life import DeviceCondition
from drivers.supervisor import READER, SS_READER
from kiosk.failures import Failure

if TYPE_CHECKING:
    from drivers.commands.trial import DeviceTrial
    from drivers.discovery import Rights

WORDS = MappingProxyType(
    {
        PortProblem.MODEM_MANAGER: (
            "ModemManager 在运行，插上后会占用约 10 秒。请装上 60-kiosk-readers.rules"
            "（ID_MM_DEVICE_IGNORE），或卸载 ModemManager。"
        ),
        PortProblem.BRLTTY: (
            "brltty 会把这种转接芯片当成盲文机抢走。请卸载：apt-get remove brltty。"
        ),
        PortProblem.UNSTABLE_NAME: (
            "只有会变的名字。请在设置里写 tty://厂商:产品:序列号，"
            "或装上 60-kiosk-readers.rules，用 /dev/kiosk 下的名字。"
        ),
    }
)
OF_PORTS = {Failure.READER_LOST, Failure.READER_BUSY, Failure.READER_FORBIDDEN}


def cure_of(trial: DeviceTrial) -> str:
    """Return the cure of a device that can't be used; "" for one that can."""
    failure, evidence = trial.failure, trial.evidence
    if failure is None:
        return ""
    if trial.name == SS_READER:
        return SS_CURES.get(failure, cure(failure))
    said = cure(failure)
    if evidence is None:
        return said
    if failure is Failure.READER_FORBIDDEN and evidence.rights:
        return forbidden(evidence.node, evidence.rights)
    told = [said] if failure in OF_PORTS else []
    return "".join((*trap_words(evidence), *told)) or said


def evidence_words(trial: DeviceTrial) -> str:
    """Return what was seen of a device: address, node, identity, and whether it answered."""
    known = [trial.url]
    if trial.evidence and trial.evidence.node != trial.url:
        known.append(f"现在是 {trial.evidence.node}")
    if trial.identity:
        known.append(f"安全模块 {trial.identity}")
    if trial.failure is not None:
        known.append(_state_words(trial))
    return "，".join(known)


def _state_words(trial: DeviceTrial) -> str:
    if trial.condition is DeviceCondition.ABSENT:
        return "没有接上"
    opened = trial.name == READER and trial.life.counters.opened > 0
    return "端口打得开，没有应答" if opened else "没有应答"


def trap_words(found: Candidate) -> list[str]:
    """Return a sentence for each problem of a port."""
    said = []
    for trap in found.traps:
        if trap is PortProblem.HELD:
            said.append(f"{'、'.join(found.holders)} 正占着它，请先关掉。")
        elif trap is PortProblem.FORBIDDEN and found.rights:
            said.append(forbidden(found.node, found.rights))
        elif trap in WORDS:
            said.append(WORDS[trap])
    return said


def forbidden(node: str, rights: Rights) -> str:
    """Return the sentence that names the user without rights, and the group with them."""
    user, group = _user(this_user().number), _group(rights.group)
    mode = stat.S_IMODE(rights.mode)
    return (
        f"没有权限：{node} 属于 {_user(rights.owner)}:{group}（{mode:04o}），现在的用户是 {user}。"
        f"请运行 usermod -aG {group} {user}，重新登录；或装上 60-kiosk-readers.rules。"
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
