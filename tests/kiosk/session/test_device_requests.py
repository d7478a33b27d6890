"""An effect of a step that says by itself how it is performed, and the event that answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from kiosk.visit.device_request import DeviceRequest
from kiosk.visit.events.event import Answered, Event, PlainEvent
from kiosk.visit_ports import VisitDevices


class PaperThere(PlainEvent):
    """The printer has paper."""


@dataclass(frozen=True)
class LookForPaper(DeviceRequest):
    """Ask the printer once; answers PaperThere, or nothing."""

    thread: ClassVar[str] = "printer"

    def answer(self, devices: VisitDevices, _cancelled: Callable[[], bool]) -> Event | None:
        return PaperThere() if devices.printer.check() is None else None


@dataclass(frozen=True)
class WaitForEver(DeviceRequest):
    """Wait until nobody wants the answer any more."""

    thread: ClassVar[str] = "scanner"

    def answer(self, _devices: VisitDevices, cancelled: Callable[[], bool]) -> Event | None:
        while not cancelled():
            pass
        return PaperThere()


def test_the_device_is_asked_on_its_worker_and_answers_this_request(scene):
    heard: list[Answered] = []
    performer = scene.runner.performer
    performer.take = heard.append
    performer.perform(LookForPaper())
    scene.loop.run_until(lambda: heard)
    visit = scene.runner.visit
    assert heard == [Answered(PaperThere(), visit.id, visit.request)]


def test_nothing_is_told_without_an_answer(scene, monkeypatch):
    heard: list[Answered] = []
    performer = scene.runner.performer
    performer.take = heard.append
    monkeypatch.setattr(type(scene.devices), "check", lambda _self: "paper_out", raising=False)
    performer.perform(LookForPaper())
    performer.threads["printer"].submit(lambda: None).result()
    performer.perform(LookForPaper())
    performer.threads["printer"].submit(lambda: None).result()
    assert heard == []


def test_a_request_that_waits_hears_that_it_is_cancelled(scene):
    performer = scene.runner.performer
    performer.perform(WaitForEver())
    performer.dismiss()
    performer.threads["scanner"].submit(lambda: None).result()
