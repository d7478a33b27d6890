"""Who sits in a wheelchair finds everything pressable lower, on every page, until the visit ends."""

from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.config.schema import ConfigError
from kiosk.config.settings import PanelSettings
from kiosk.config.settings_reader import read_settings
from kiosk.pages.display import Reach, TextSize
from kiosk.pages.page import Layout
from kiosk.pages.press import Press
from kiosk.visit.render import draw_page
from kiosk.visit.stages import Stage
from kiosk.visit.steps.catalogue import build_table
from kiosk.visit.steps.wiping.events import Wiped
from tests.kiosk.invented_people import InventedVisitor, handbook

DEFAULTS = Path(__file__).parents[3] / "config" / "kiosk.toml"


def seated(visitor: InventedVisitor) -> InventedVisitor:
    return visitor.press(Press.LOWER)


def test_the_switch_stands_on_every_page_and_is_reset() -> None:
    visitor = seated(InventedVisitor())
    assert visitor.page.view.reach is Reach.SEATED
    assert [one.words for one in visitor.page.sight] == ["黑", "高"]
    visitor.press(Press.START_SELF)
    assert visitor.page.view.reach is Reach.SEATED
    assert seated(visitor).page.view.reach is Reach.STANDING
    seated(visitor).press(Press.BACK).happen(Wiped())
    assert visitor.visit.stage is Stage.IDLE
    assert visitor.page.view.reach is Reach.STANDING


def test_a_panel_that_stands_low_enough_has_no_such_switch() -> None:
    settings = handbook().settings
    low = replace(settings.panel, width_px=1920, height_px=1080, lower_edge_mm=934.0)
    assert low.too_high_mm == 0.0
    book = replace(handbook(), settings=replace(settings, panel=low))
    assert [one.act for one in draw_page(InventedVisitor().visit, build_table(book)).sight] == [
        Press.CONTRAST
    ]
    assert settings.panel.too_high_mm == pytest.approx(221.4, abs=0.1)


@pytest.mark.parametrize("size", TextSize)
def test_lists_are_shorter_and_nothing_is_lost(size: TextSize) -> None:
    visitor = seated(InventedVisitor().at_choose("liu"))
    for _ in range(size):
        visitor.press(Press.LARGER)
    seen: list[str] = []
    while visitor.visit.stage is Stage.CHOOSE:
        page = visitor.page
        assert len(page.rows) <= 3
        seen += [row.value for row in page.rows]
        visitor.press(Press.NEXT)
    assert len(seen) == len(set(seen)) == 16


def test_answers_come_in_parts_that_go_round() -> None:
    visitor = seated(InventedVisitor().at_receipt().press(Press.DONE))
    grades = [row.value for row in visitor.page.rows]
    assert grades == ["5", "4", "3"]
    assert visitor.page.choices[-1].act is Press.TURN
    visitor.press(Press.TURN)
    assert [row.value for row in visitor.page.rows] == ["2", "1"]
    assert [row.value for row in visitor.press(Press.LOUDER).page.rows] == ["2", "1"]
    assert [row.value for row in visitor.press(Press.TURN).page.rows] == grades


def test_another_page_begins_with_its_first_answers() -> None:
    visitor = seated(InventedVisitor().at_receipt().press(Press.DONE)).press(Press.TURN)
    reasons = visitor.press(Press.RATE, "1").page
    assert reasons.name == "rating_reason"
    assert reasons.rows[0].value == next(iter(handbook().words["rating_reason"]["reasons"]))


def test_who_stands_sees_all_answers_at_once() -> None:
    page = InventedVisitor().at_receipt().press(Press.DONE).page
    assert page.layout is Layout.OPTIONS
    assert len(page.rows) == 5
    assert Press.TURN not in [one.act for one in page.choices]


@pytest.mark.parametrize(
    ("panel", "most"),
    [
        ("lower_edge_mm = 951", "950"),
        ("width_px = 1920\nheight_px = 1080\nlower_edge_mm = 940", "934"),
    ],
)
def test_a_panel_out_of_reach_is_refused_with_its_cure(
    panel: str, most: str, tmp_path: Path
) -> None:
    site = tmp_path / "site.toml"
    site.write_text(f"[panel]\n{panel}\n", "utf-8")
    with pytest.raises(ConfigError, match=f"lower_edge_mm.*最多 {most} 毫米"):
        read_settings(DEFAULTS, site)


def test_a_small_panel_is_never_too_high() -> None:
    assert PanelSettings(1080, 1920, 4.03, 700.0, 1200.0).too_high_mm == 0.0
