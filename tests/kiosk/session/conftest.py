"""The kiosk without a screen, as a fixture."""

from __future__ import annotations

import itertools

import pytest

from drivers.devices.documents.form_painter import PanelFormPainter
from kiosk.audit.audit_events import AuditEvent
from kiosk.clips import Clips
from kiosk.config.settings import StaffSettings
from kiosk.delivery.correction import hand_in
from kiosk.delivery.principals import Principals
from kiosk.delivery.scan_intake import keep_paper
from kiosk.delivery.submission import Sender, rate, submit
from kiosk.failures import Failure
from kiosk.journal.recorder import Journal
from kiosk.ports import PaperPicture
from kiosk.session.controller import Controller
from kiosk.session.services import Equipment
from kiosk.speech.announcer import Announcer
from kiosk.speech.utterance import Voice
from kiosk.staff.desk import look_at_desk, month_of
from kiosk.staff.staff_login import StaffLogin
from kiosk.storage.drafts import Drafts
from kiosk.storage.store import Store, open_store
from kiosk.visit.steps.catalogue import build_table
from tests.kiosk.invented_people import NOW, handbook
from tests.kiosk.session.scene import (
    AT,
    OPENING,
    STAFF,
    Bells,
    Devices,
    FakeClock,
    SceneLoop,
    SessionScene,
)
from tests.kiosk.session.ss_readers import SettableSsReader
from tests.kiosk.speech.listening import Ear
from tests.kiosk.staff_people import (
    POINT,
)
from tests.kiosk.storage.test_drafts import DraftKey, NoiseBytes
from wiring.forms import read_forms


@pytest.fixture
def scene(tmp_path):
    loop, devices, lines, woken = SceneLoop(), Devices(), [], []
    store = open_store(tmp_path / "kiosk.db")
    assert isinstance(store, Store)
    ids = (f"00000000-0000-4000-8000-{number:012d}" for number in itertools.count(1))
    room, dropped = [None], []

    def wake(failure: Failure | None) -> Failure | None:
        woken.append(True)
        loop.post(lambda: None)
        return failure

    def drop_papers() -> None:
        dropped.append(True)
        loop.post(lambda: None)

    def note(event: AuditEvent, **detail: str) -> None:
        store.record_event(event, "BZ-DEMO-0001", AT, **detail)

    equipment = Equipment(
        reader=devices,
        ss_reader=SettableSsReader(devices),
        camera=devices,
        checker=devices,
        printer=devices,
        central=devices,
        submit=lambda one: wake(submit(store, Sender("BZ", OPENING.sealing), one, NOW)),
        rate=lambda one: wake(rate(store, one, NOW, next(ids), Sender("BZ", OPENING.sealing))),
        drafts=Drafts(store.database, DraftKey(), NoiseBytes(), lambda: 0.0, 3600.0),
        paper_camera=devices,
        person_camera=devices,
        keep_paper=lambda number, page: keep_paper(store, OPENING.sealing, number, page),
        drop_papers=drop_papers,
        bell=Bells(devices.calls),
        read_hand=lambda strokes: tuple("王玉主"),
        storage_failure=lambda: room[0],
        staff_login=StaffLogin(lambda: STAFF, store, StaffSettings(), FakeClock().now, note),
        desk=lambda: look_at_desk(store, devices, POINT),
        month=lambda staff: month_of(devices, POINT, "2026-11", staff),
        scanner=devices,
        hand_in=lambda one: wake(hand_in(store, Sender("BZ", OPENING.sealing), one, NOW)),
        principals=Principals(store, DraftKey(), devices, lambda: 0.0),
        maintenance=devices,
        text_reader=devices.texts,
        turn_picture=lambda jpeg, turns: PaperPicture(b"%b, turned by %d" % (jpeg, turns)),
        draw_form=PanelFormPainter(read_forms, handbook().settings.panel),
        print_form=lambda _case, _ink: devices.printed,
        print_pdf=lambda _document: devices.printed,
    )
    journal = Journal(lines.append, handbook())
    said = Announcer(Voice(Clips()), Ear(), FakeClock(), loop.later, lines.append)
    table, new_id = build_table(handbook()), lambda: next(ids)
    runner = Controller(
        table, lambda: equipment, loop.gateway(), journal, FakeClock(), new_id, said
    )
    yield SessionScene(runner, loop, devices, store, lines, woken, room, dropped)
    runner.stop()
    store.close()
