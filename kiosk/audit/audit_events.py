"""The closed list of audit events, with their meanings and the fields they may carry.

It is declared once; docs/handbook-audit.zh.md is made from it. No field can hold a name or a number
of a person: each has a pattern, and what does not fit is a bug.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class AuditEvent(StrEnum):
    """The events of the audit."""

    STARTED = "started"
    STOPPED = "stopped"
    CONFIRMED = "confirmed"
    CORRECTED = "corrected"
    DELIVERED = "delivered"
    QUARANTINED = "quarantined"
    SENT_AGAIN = "sent_again"
    REQUEUED = "requeued"
    WITHDRAWN = "withdrawn"
    SENDING_STOPPED = "sending_stopped"
    RATED = "rated"
    RATINGS_LOST = "ratings_lost"
    RECONCILED = "reconciled"
    STORE_DISAGREED = "store_disagreed"
    CLOCK_WRONG = "clock_wrong"
    KEY_RENEWED = "key_renewed"
    STAFF_IN = "staff_in"
    STAFF_OUT = "staff_out"
    STAFF_HANDED_OVER = "staff_handed_over"
    STAFF_TURNED_AWAY = "staff_turned_away"
    DEVICES_SET = "devices_set"
    DEVICES_KEPT = "devices_kept"
    DEVICES_RETURNED = "devices_returned"
    SETTINGS_TAKEN = "settings_taken"
    SETTINGS_KEPT = "settings_kept"
    SETTINGS_RETURNED = "settings_returned"
    SETTINGS_REFUSED = "settings_refused"


class Origin(StrEnum):
    """Whose act an event was (delivery.md §7, after VotingWorks and VVSG)."""

    PERSON = "person"
    PROGRAM = "program"
    CENTRAL = "central"
    TECHNICIAN = "technician"
    STAFF = "staff"


@dataclass(frozen=True)
class EventDeclaration:
    """The meaning of an event, in the handbook's words, and the fields that it may carry."""

    origin: Origin
    meaning: str
    fields: tuple[str, ...] = ()


EVENTS: Mapping[AuditEvent, EventDeclaration] = {
    AuditEvent.STARTED: EventDeclaration(Origin.PROGRAM, "程序开始运行", ("version",)),
    AuditEvent.STOPPED: EventDeclaration(Origin.PROGRAM, "程序正常结束"),
    AuditEvent.CONFIRMED: EventDeclaration(
        Origin.PERSON,
        "签字确认，申请已封存在本机；有人帮办、代办、补录时记下工号和复核人",
        ("digest", "services", "way", "staff", "checked_by"),
    ),
    AuditEvent.CORRECTED: EventDeclaration(
        Origin.STAFF, "补了部门要的材料，已封存在本机", ("digest", "staff", "pages")
    ),
    AuditEvent.DELIVERED: EventDeclaration(Origin.CENTRAL, "中心签了回执，本机已销毁内容"),
    AuditEvent.QUARANTINED: EventDeclaration(
        Origin.CENTRAL, "中心不收这一件，本机留着等人处理", ("trouble",)
    ),
    AuditEvent.SENT_AGAIN: EventDeclaration(
        Origin.TECHNICIAN, "中心不收的这一件，有人用命令让它重新送"
    ),
    AuditEvent.REQUEUED: EventDeclaration(
        Origin.PROGRAM, "以前的版本把没有中心签名的拒收当真了，这一件重新送"
    ),
    AuditEvent.WITHDRAWN: EventDeclaration(
        Origin.TECHNICIAN, "中心不收的这一件，本人不办了，有人用命令撤回，本机已销毁内容"
    ),
    AuditEvent.SENDING_STOPPED: EventDeclaration(
        Origin.PROGRAM, "什么都送不出去（身份密钥或证书），全部留在本机", ("trouble",)
    ),
    AuditEvent.RATED: EventDeclaration(Origin.PERSON, "本人作了评价", ("grade",)),
    AuditEvent.RATINGS_LOST: EventDeclaration(
        Origin.PROGRAM, "磁盘满了或者写不进，有几条评价没有存下来，内容没有留", ("ratings",)
    ),
    AuditEvent.RECONCILED: EventDeclaration(
        Origin.CENTRAL,
        "每天和中心对账一次：对到哪几号，中心缺几件、几件不一样、几件本机没发过",
        ("first", "last", "missing", "different", "unexpected"),
    ),
    AuditEvent.STORE_DISAGREED: EventDeclaration(
        Origin.PROGRAM,
        "数据库和第二份对不上：找回几件，第二份重做几份，两边都坏几件，跳过几个号，数据库旧了或换了几次",
        ("restored", "remade", "lost", "skipped", "older"),
    ),
    AuditEvent.CLOCK_WRONG: EventDeclaration(
        Origin.PROGRAM, "本机时钟比中心快了（负数是慢了）这么多分钟，请校准", ("minutes",)
    ),
    AuditEvent.KEY_RENEWED: EventDeclaration(Origin.PROGRAM, "本机换了身份密钥，中心已认新的"),
    AuditEvent.STAFF_IN: EventDeclaration(
        Origin.STAFF, "工作人员放卡、输密码进来了", ("staff", "role")
    ),
    AuditEvent.STAFF_OUT: EventDeclaration(
        Origin.STAFF, "工作人员退出，或者太久没动自动退出", ("staff",)
    ),
    AuditEvent.STAFF_HANDED_OVER: EventDeclaration(
        Origin.STAFF,
        "交班：一位（relieved）退出，另一位（staff）放卡、输密码接着办，中间没有别人",
        ("staff", "relieved", "role"),
    ),
    AuditEvent.STAFF_TURNED_AWAY: EventDeclaration(
        Origin.STAFF, "放了卡没能进来：不在名单、密码或动态码不对、锁住了", ("failure",)
    ),
    AuditEvent.DEVICES_SET: EventDeclaration(
        Origin.TECHNICIAN, "维护人员确认了找到的设备地址，写了几处，等着试用", ("written",)
    ),
    AuditEvent.DEVICES_KEPT: EventDeclaration(
        Origin.PROGRAM, "写下的设备地址试过了，设备都好用，从此用它", ("settings",)
    ),
    AuditEvent.DEVICES_RETURNED: EventDeclaration(
        Origin.PROGRAM,
        "写下的设备地址试了不行（哪些没好），自动退回了原来的",
        ("settings", "lacking"),
    ),
    AuditEvent.SETTINGS_TAKEN: EventDeclaration(
        Origin.TECHNICIAN, "维护人员确认了 U 盘上中心签的设置，等着试用", ("settings",)
    ),
    AuditEvent.SETTINGS_KEPT: EventDeclaration(
        Origin.PROGRAM, "中心下发的设置试过了，设备都好用，从此用它", ("settings",)
    ),
    AuditEvent.SETTINGS_RETURNED: EventDeclaration(
        Origin.PROGRAM,
        "中心下发的设置试了不行（哪些没好），自动退回了原来的",
        ("settings", "lacking"),
    ),
    AuditEvent.SETTINGS_REFUSED: EventDeclaration(
        Origin.PROGRAM, "中心或 U 盘来的设置不能用，没有收，原来的没有动", ("failure",)
    ),
}

_DIGEST = r"[0-9a-f]{64}"
_COUNTS = (
    "written",
    "services",
    "pages",
    "grade",
    "ratings",
    "first",
    "last",
    "missing",
    "different",
    "unexpected",
    "restored",
    "remade",
    "lost",
    "skipped",
    "older",
)
# No pattern lets nine digits in a row through: a telephone, an identity number, an account.
PATTERNS: Mapping[str, str] = {
    "digest": _DIGEST,
    "trouble": r"((strange answer|unsigned refusal), )?status [0-9]{3}|[a-z][a-z ,._-]{0,60}",
    "version": r"[0-9]{1,4}(\.[0-9]{1,4}){0,3}([.+-][a-z]{1,8}[0-9]{0,4})?",
    "minutes": r"-?[0-9]{1,8}",
    "staff": r"[A-Z]{1,4}-[0-9]{1,6}",
    "relieved": r"[A-Z]{1,4}-[0-9]{1,6}",
    "checked_by": r"[A-Z]{1,4}-[0-9]{1,6}",
    "role": r"[a-z]{1,12}",
    "way": r"[a-z_]{1,20}",
    "failure": r"[a-z_]{1,40}",
    "settings": r"[a-z]{12}",
    "lacking": r"[a-z_]{1,20}( [a-z_]{1,20}){0,12}",
    **dict.fromkeys(_COUNTS, r"[0-9]{1,8}"),
}
_UUID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
SUBJECT = rf"{_UUID}|{_DIGEST}|(?!.*[0-9]{{9}})[0-9A-Za-z_-]{{1,40}}"


def refuse_unlisted(event: AuditEvent, subject: str, detail: Mapping[str, str]) -> None:
    """Raise ValueError for a subject or field that may not stand in this event.

    The message does not repeat the value.
    """
    if re.fullmatch(SUBJECT, subject) is None:
        raise ValueError(f"the subject of {event} is no id")
    for name, value in detail.items():
        if name not in EVENTS[event].fields:
            raise ValueError(f"{event} may not carry {name}")
        if re.fullmatch(PATTERNS[name], value) is None:
            raise ValueError(f"{name} of {event} is not what its pattern says")
