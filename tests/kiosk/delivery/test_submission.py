"""A confirmation stores what only the holder of the central key can open, in either suite."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from central.terminals.body_limit import LONGEST
from kiosk.application.document import Application
from kiosk.application.ink import Ink
from kiosk.crypto.envelope import Envelope, digest, new_opening_key, open_sealed, parse_envelope
from kiosk.crypto.suites import Suite
from kiosk.delivery.submission import Sender, submit
from kiosk.pages.press import Press
from kiosk.storage.store import Store, open_store
from kiosk.visit.events.pressed import Drawn
from kiosk.visit.step_parts.application_of_visit import application_of
from tests.kiosk.invented_people import InventedVisitor, handbook

AT = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
CONTENT = '{"name":"刘长青"}'.encode()
APPLICATION = Application("a-1", digest(CONTENT), CONTENT, ("R01", "R06"), "刘**")


@pytest.mark.parametrize("suite", Suite)
def test_what_waits_is_sealed_and_named_by_the_suite_of_the_key(tmp_path, suite: Suite) -> None:
    store = open_store(tmp_path / "kiosk.db")
    assert isinstance(store, Store)
    key = new_opening_key(random.Random(3).randbytes, suite)
    assert submit(store, Sender("BZ-1", key.sealing), APPLICATION, AT) is None
    (waiting,) = store.due(0.0)
    envelope = parse_envelope(waiting.body)
    assert isinstance(envelope, Envelope)
    assert (envelope.suite, envelope.sequence, envelope.terminal) == (suite, 1, "BZ-1")
    assert envelope.digest == waiting.digest == digest(CONTENT, suite)
    assert open_sealed(envelope.sealed, key, envelope.id, envelope.digest) == CONTENT
    assert "刘长青".encode() not in waiting.body
    store.close()


def test_the_audit_names_who_entered_and_who_looked_again(tmp_path) -> None:
    store = open_store(tmp_path / "kiosk.db")
    assert isinstance(store, Store)
    key = new_opening_key(random.Random(3).randbytes)
    late = replace(APPLICATION, way="back_entry", staff="W-0001", checked_by="W-0002")
    assert submit(store, Sender("BZ-1", key.sealing), late, AT) is None
    (entry,) = store.audit()
    detail = dict(entry.detail)
    assert (detail["way"], detail["staff"], detail["checked_by"]) == (
        "back_entry",
        "W-0001",
        "W-0002",
    )
    store.close()


@pytest.mark.parametrize(("strokes", "points"), [(1, 20_000), (20_000, 1), (200, 100)])
def test_who_signs_for_minutes_hands_in_no_more_than_is_taken(
    tmp_path, strokes: int, points: int
) -> None:
    ink: Ink = tuple(tuple((123.45, 67.89, 99.123) for _ in range(points)) for _ in range(strokes))
    visitor = (
        InventedVisitor().authorised().filled_in()
    )  # two people sign: it has to fit all the same
    visitor.visit = replace(
        visitor.visit,
        on_behalf=replace(
            visitor.visit.on_behalf, authority=replace(visitor.visit.on_behalf.authority, ink=ink)
        ),
    )
    visitor.press(Press.CONFIRM).happen(Drawn(ink)).press(Press.SIGNED)
    store = open_store(tmp_path / "kiosk.db")
    assert isinstance(store, Store)
    key = new_opening_key(random.Random(3).randbytes)
    application = application_of(visitor.visit, handbook())
    assert submit(store, Sender("BZ-1", key.sealing), application, AT) is None
    (waiting,) = store.due(0.0)
    assert len(waiting.body) < LONGEST
    store.close()
