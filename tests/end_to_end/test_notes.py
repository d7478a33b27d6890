"""A whole terminal over damaged notes: it starts, serves, and makes them anew."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from drivers.simulated.desk import DemoDesk
from kiosk.config.settings_reader import read_settings
from kiosk.journal.recorder import Journal
from kiosk.storage.store import Store, open_store
from kiosk.visit.reference_data import read_handbook
from kiosk.visit.stages import Stage
from tests.end_to_end.conftest import TERMINAL, MainThread
from tests.kiosk.delivery.test_hostile_notes import NAMES, spoil
from wiring import places
from wiring import terminal as terminal_wiring

MADE_ANEW = ("forward_clock", "keys_learnt_at", "reconciled_at")


@pytest.mark.slow
@pytest.mark.parametrize("content", ["[", b"\xff\xfe", "9" * 5000], ids=["half", "bytes", "long"])
def test_a_terminal_whose_notes_are_damaged_starts_and_serves(
    tmp_path: Path, content: object
) -> None:
    loop = MainThread()
    with DemoDesk(places.ROOT, tmp_path / "run", TERMINAL) as desk:
        with closing(opened(desk.store)):
            spoil(desk.store.parent, content, *NAMES)
        profile = places.CONFIG / "profiles" / "demo.toml"
        layers = (places.DEFAULTS, profile, desk.write_site())
        book = read_handbook(places.CONFIG, read_settings(*layers))
        journal = Journal([].append, book)
        kiosk = terminal_wiring.compose(book, loop.gateway(), journal, None, layers)
        kiosk.runner.start()
        try:
            loop.run_until(lambda: "central" in kiosk.ready() and "idcard" in kiosk.ready())
            store = kiosk.services.store
            loop.run_until(lambda: all(is_number(store.value_of(name)) for name in MADE_ANEW))
            assert kiosk.runner.visit.stage is Stage.IDLE
        finally:
            kiosk.stop()


def opened(path: Path) -> Store:
    store = open_store(path)
    assert isinstance(store, Store)
    return store


def is_number(value: str) -> bool:
    return value.replace(".", "", 1).isdecimal() and len(value) < 30
