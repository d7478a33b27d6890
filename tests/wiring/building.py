"""The services of a terminal, built in a folder of their own with idle devices."""

from __future__ import annotations

from kiosk.audit.audit_events import AuditEvent
from kiosk.config.settings import Settings
from kiosk.ports import CentralAnswer
from kiosk.session.services import Gateway
from kiosk.storage.store import OutboxRecord
from tests.kiosk.invented_people import NOW
from wiring import services


class Runner:
    """What `build_services` needs of a runner."""

    def __init__(self) -> None:
        self.posted: list = []
        self.told: list = []
        self.gateway = Gateway(self.posted.append, lambda *_: None, lambda _: None)
        self.receive = self.told.append

    def refused(self, *said: str) -> None:
        self.told.append(said)


class IdleDevice:
    """A device that does nothing, and a central service with one answer."""

    answer = CentralAnswer(401)

    def start(self) -> None: ...

    stop = close = start

    def call(self, *_said: object) -> CentralAnswer:
        return self.answer


class FixedClock:
    def now(self):
        return NOW


def build(settings: Settings, runner: Runner, monkeypatch) -> services.BackgroundServices:
    """Make the services without the delivery thread: rounds are gone by hand."""
    monkeypatch.setattr("kiosk.delivery.delivery_thread.DeliveryThread.start", lambda _: None)
    monkeypatch.setattr("drivers.supervisor.Supervisor.start", lambda _: None)
    backroom = services.build_services(settings, runner, FixedClock())
    parcel = OutboxRecord("id-1", "/v1/applications/id-1", "x/y", "d", b"sealed", "刘**")
    backroom.store.confirm(lambda _: parcel, AuditEvent.CONFIRMED, NOW.isoformat(), {})
    return backroom
