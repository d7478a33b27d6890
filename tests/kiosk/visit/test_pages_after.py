"""The pages to which one press leads, which a terminal draws before anybody presses."""

from __future__ import annotations

from dataclasses import replace

from kiosk.visit.render import pages_after
from kiosk.visit.stages import Overlay, Stage
from kiosk.visit.state import Visit
from kiosk.visit.steps.catalogue import build_table
from tests.kiosk.invented_people import NOW, handbook

IDLE = Visit("v-1", "00000000-0000-4000-8000-000000000001")


def names_after(visit):
    return [page.name for page in pages_after(visit, build_table(handbook()), NOW)]


def test_every_way_to_begin_is_among_them():
    found = names_after(IDLE)
    assert found[0] == "notice"
    assert {"notice", "help", "login"} <= set(found)
    assert "idle" not in found


def test_another_size_is_no_other_page():
    assert "notice" not in names_after(replace(IDLE, stage=Stage.NOTICE))


def test_a_page_on_top_leads_below():
    assert "idle" in names_after(replace(IDLE, overlay=Overlay.HELP))
