"""One alarm as a signed event to a webhook (Standard Webhooks), as offices' systems get theirs."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from central.store.alarm_sending.alarm_sending import UnsentAlarm
    from central.webhooks.addresses import AddressTrouble
    from central.webhooks.delivery import WebhookSender, WebhookTrouble

TYPE = "terminal.alarm"


@dataclass(frozen=True)
class HookSender:
    """Sends alarms to `url`; `took` is told the number of each that was taken."""

    url: str
    sender: WebhookSender
    took: Callable[[int], None]

    def send(
        self, alarms: Sequence[UnsentAlarm], now: datetime
    ) -> WebhookTrouble | AddressTrouble | None:
        """Send the alarms one by one; return why one was not taken, None when all were."""
        for one in alarms:
            body = body_of(one)
            if trouble := self.sender.post(self.url, id_of(one), body, now):
                return trouble
            self.took(one.number)
        return None


def id_of(alarm: UnsentAlarm) -> str:
    """Return the id of the event, the same at each try, by which a receiver knows a second one."""
    said = f"{alarm.number} {alarm.terminal} {alarm.kind} {alarm.at}"
    return "alarm_" + hashlib.sha256(said.encode()).hexdigest()[:32]


def body_of(alarm: UnsentAlarm) -> bytes:
    """Return what, where and when; no detail of the alarm, and nothing about anybody."""
    data = {
        "number": alarm.number,
        "kind": alarm.kind,
        "terminal": alarm.terminal,
        "point": alarm.point,
    }
    said = {"type": TYPE, "timestamp": alarm.at, "data": data}
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()
