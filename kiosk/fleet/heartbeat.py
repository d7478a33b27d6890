"""The heartbeat: how this terminal is, sent to the central service about once a minute.

At most 1 KiB (delivery.md §5): states of devices, how much waits and for how long, versions, and
the head of the audit chain, and nothing of a person. A beat that does not arrive is not kept.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus

from kiosk.crypto.envelope import object_of
from kiosk.delivery.pending_report import read_undelivered
from kiosk.fleet.metrics import Figures
from kiosk.fleet.release import release_of
from kiosk.ports import JSON, Central
from kiosk.storage.store import Store
from kiosk.storage.tables import OutboxState

PATH = "/v1/heartbeat"
VERSION = 1
SECONDS = 60.0
JITTER = 0.25  # of it, so that no two terminals of a street keep step
LONGEST = 1024  # bytes
UPDATE = "update"
SETTINGS = ("config", "refused")  # of the site: in force, and given up


@dataclass
class Heartbeat:
    """Beats from the delivery thread; `random` is below 1, `states` are by device.

    `settings` returns the ids of the site's active settings, and of those that were rolled back.
    `published` is the id of the newest that the central service has, `reached` whether it answered.
    `release` is called with the version that should run here, "" for the one that does; `request`
    with the whole answer, which may ask for something; `results` returns what became of it.
    `update` returns the version that should run here and does not, with the reason; {} for none.
    """

    central: Central
    store: Store
    states: Callable[[], Mapping[str, str]]
    versions: Mapping[str, str]
    now: Callable[[], datetime]
    random: Callable[[], float]
    settings: Callable[[], tuple[str, str]] = lambda: ("", "")
    figures: Callable[[], Figures] = Figures
    release: Callable[[str], None] = lambda _: None
    request: Callable[[bytes], None] = lambda _: None
    results: Callable[[], Mapping[str, object]] = dict
    update: Callable[[], Mapping[str, str]] = dict
    published: str = field(default="", init=False)
    reached: bool = field(default=False, init=False)
    _due: float = float("-inf")

    def beat_when_due(self) -> None:
        """Send a beat when about a minute has passed. Raises StoreError.

        A clock that was set back far makes it due at once.
        """
        at = self.now().timestamp()
        if self._due - SECONDS * (1 + JITTER) <= at < self._due:
            return
        self._due = at + SECONDS * (1 + JITTER * (self.random() - 1))
        answer = self.central.call("POST", PATH, self.body(), {"Content-Type": JSON})
        self.reached = answer.status == HTTPStatus.OK
        if self.reached:
            said = object_of(answer.body) or {}
            newest = said.get("configuration")
            self.published = newest if isinstance(newest, str) else ""
            self.release(release_of(answer.body))
            self.request(answer.body)
            self.store.erase_backed_up(said.get("backed_up_until"))

    def body(self) -> bytes:
        """Return the beat as JSON; without the states of devices where it would be too long."""
        members = self.members()
        body = _encoded(members)
        return body if len(body) <= LONGEST else _encoded(members | {"states": {}})

    def members(self) -> dict[str, object]:
        """Return the members of the heartbeat's JSON. Raises StoreError."""
        now, waiting = self.now(), read_undelivered(self.store.database)
        oldest = [
            one.confirmed_at
            for one in waiting
            if one.state is OutboxState.WAITING and one.confirmed_at
        ]
        ages = [(now - datetime.fromisoformat(at)).total_seconds() for at in oldest]
        return {
            "version": VERSION,
            "at": now.isoformat(timespec="seconds"),
            "states": dict(self.states()),
            "waiting": sum(one.state is OutboxState.WAITING for one in waiting),
            "quarantined": sum(one.state is OutboxState.QUARANTINED for one in waiting),
            "oldest_seconds": max(0, int(max(ages, default=0.0))),
            "versions": dict(self.versions),
            "audit": self.store.head(),
            **{name: value for name, value in zip(SETTINGS, self.settings(), strict=True) if value},
            **self.figures().known_by_name(),
            **self.results(),
            **({UPDATE: failed} if (failed := dict(self.update())) else {}),
        }


def _encoded(members: Mapping[str, object]) -> bytes:
    return json.dumps(members, separators=(",", ":")).encode()
