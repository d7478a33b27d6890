"""A principal, who files for them, and the telephone between: what tests of confirmations share."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from httpx2 import Response
from starlette.testclient import TestClient

from central.messages.http_gateway import HttpGateway
from central.messages.simulated import Provider, simulated_provider
from central.open_service import compose_delivery
from central.store.tables import ConfirmationEventRow, OutgoingRow, ReplyRow
from kiosk.application.authority import read_authority_rules
from tests.central.standing import (
    CONFIG,
    LIU,
    TERMINAL,
    WANG,
    Standing,
    content,
    face,
    numbered,
)

RULES = read_authority_rules(CONFIG / "authority.toml")
PAGE = {"digest": "a" * 64, "blob": "b" * 64, "bytes": 9}
SIGNED = {
    "version": RULES.version,
    "evidence": "signed",
    "relation": "child",
    "scope": "apply",
    "since": "2026-11-23",
    "until": "2026-12-23",
    "strokes": [[[1.0, 2.0, 0.0]]],
    "pages": [],
}
ON_PAPER = {**SIGNED, "evidence": "paper", "strokes": [], "pages": [PAGE]}
BY_AUTHORITY = {"method": "authority", "at": "2026-11-23T11:55:00+08:00"}
PRESENCE: dict[str, Any] = {
    "card": {"at": "2026-11-23T11:50:00+08:00"},
    "consent": {"text_version": "1", "at": "2026-11-23T11:51:00+08:00", "face": True},
    "proof": face(),
    "staff": {"id": "W-0001", "at": "2026-11-23T11:56:00+08:00"},
}
PROXY: dict[str, Any] = {
    "way": "proxy",
    "proxy": {"name": "王秀英", "number": WANG},
    "authority": SIGNED,
}
PRESENT = {**PROXY, "authority": {**SIGNED, "presence": PRESENCE}}
ABSENT: dict[str, Any] = {
    "way": "helper_absent",
    "staff": "H-0001",
    "authority": ON_PAPER,
    "proof": BY_AUTHORITY,
}
LATE: dict[str, Any] = {
    "way": "back_entry",
    "staff": "W-0001",
    "checked_by": "W-0002",
    "accepted_on": "2026-11-20",
    "late_because": "power",
    "authority": {**ON_PAPER, "until": None},
    "proof": BY_AUTHORITY,
}
PHONE_OF_LIU, PHONE_OF_WANG = "13900005501", "13900005502"
TYPED = {
    "mobile": "13900007777",
    "mobile_alt": "13900007778",
    "bank": "own",
    "account": "6200000000000999999",
    "live": "card",
}
"""What a friend or relative types for somebody else."""
TOKEN = "a shared secret"


@dataclass
class FilingService:
    """The service with its delivery at a simulated provider, and everybody who asks."""

    central: Standing
    client: TestClient
    provider: Provider
    url: str

    def put(
        self, number: int = 1, person: str = LIU, terminal: str = TERMINAL, **changes: Any
    ) -> Response:
        """Hand in application `number`; by default of a proxy whose principal is not there."""
        said = changes if "way" in changes else {**PROXY, **changes}
        document = {"answers": TYPED, "terminal": terminal, **said}
        whole = content(numbered(number), person, **document)
        body = self.central.envelope(whole, terminal=terminal).encode()
        path = f"/v1/applications/{numbered(number)}"
        return self.client.put(path, content=body, headers=self.central.headers(terminal))

    def work(self) -> None:
        """Let one round of the delivery pass."""
        gateway = HttpGateway(self.url, TOKEN, 5.0)
        compose_delivery(self.central.office, gateway).work()

    def inbox(self, mobile: str = PHONE_OF_LIU) -> list[str]:
        return self.provider.inbox(mobile)

    def code(self, mobile: str = PHONE_OF_LIU) -> str:
        """The code in the newest message that asks."""
        asked = [text for text in self.inbox(mobile) if "才开始办" in text]
        found = re.search(r"回(\d{6})，", asked[-1])
        assert found
        return found[1]

    def reply(self, text: str, mobile: str = PHONE_OF_LIU) -> None:
        """Answer from a telephone, and let the service hear it."""
        self.provider.reply(mobile, text)
        self.work()

    def post(self, path: str, said: dict[str, Any], terminal: str = TERMINAL) -> Response:
        return self.client.post(path, json=said, headers=self.central.headers(terminal))

    def waiting(self, person: str = LIU, **visit: Any) -> list[dict[str, Any]]:
        answer = self.post("/v1/people/confirmations", self.central.visit(person, **visit))
        assert answer.status_code == 200, answer.text
        items: list[dict[str, Any]] = answer.json()["items"]
        return items

    def decide(self, decision: str, number: int = 1, person: str = LIU, **visit: Any) -> Response:
        said = {**self.central.visit(person, **visit), "decision": decision}
        return self.post(f"/v1/confirmations/{numbered(number)}", said)

    def withdraw(self, number: int = 1, **said: Any) -> Response:
        whole = said or self.central.visit(WANG)
        return self.post(f"/v1/applications/{numbered(number)}/withdrawal", whole)

    def progress(self, number: int = 1) -> dict[str, Any]:
        path = f"/v1/applications/{numbered(number)}/progress"
        found: dict[str, Any] = self.client.get(path, headers=self.central.headers()).json()
        return found

    def state(self, number: int = 1) -> str:
        state: str = self.progress(number)["confirmation"]["state"]
        return state

    def states(self, number: int = 1) -> dict[str, str]:
        return {one["code"]: one["state"] for one in self.progress(number)["services"]}

    def pass_days(self, days: int) -> None:
        self.central.clock[0] += timedelta(days=days)

    def sent(self) -> list[tuple[str, str]]:
        """Occasion and outcome of each message, oldest first."""
        rows = self.central.rows((OutgoingRow.number, OutgoingRow.occasion, OutgoingRow.outcome))
        return [(occasion, outcome) for _, occasion, outcome in sorted(rows)]

    def replies(self) -> list[str]:
        rows = self.central.rows((ReplyRow.number, ReplyRow.outcome))
        return [outcome for _, outcome in sorted(rows)]

    def audit(self) -> list[tuple[str, str, str]]:
        columns = (
            ConfirmationEventRow.number,
            ConfirmationEventRow.event,
            ConfirmationEventRow.channel,
            ConfirmationEventRow.detail,
        )
        return [(row[1], row[2], row[3]) for row in sorted(self.central.rows(columns))]

    def alarms(self) -> list[str]:
        return [kind for kind, _ in self.central.alarms()]


@contextmanager
def filing(central: Standing, client: TestClient) -> Iterator[FilingService]:
    """Give a service whose messages go to a simulated provider."""
    with simulated_provider(TOKEN) as (url, provider):
        yield FilingService(central, client, provider, url)
