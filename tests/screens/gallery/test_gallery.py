"""All pages are on show, each in every variant."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from kiosk.failures import Failure
from kiosk.operator_texts import text_of
from kiosk.pages.display import View
from kiosk.pages.page import Layout
from kiosk.pages.press import Press
from kiosk.visit.stages import Overlay, Stage
from kiosk.visit.state import Visit
from kiosk.visit.step_parts.samples import SampleSource
from screens.painting.pictures import Pictures
from wiring.gallery.drawing import (
    BROWSER_INDEX,
    browser_link,
    draw_gallery,
    index,
    link_browser,
    pages,
    variants,
)
from wiring.gallery.page_catalogue import (
    GalleryPage,
    answers_at,
    demo_handbook,
    demo_table,
    invented_person,
    reached_pages,
)
from wiring.places import ASSETS

ELSEWHERE = {
    Press.REPEAT,  # the announcer takes it, no stage
    Press.CLEAR_INK,  # before the first stroke there is nothing to clear
}


@pytest.fixture(scope="module")
def shown() -> tuple[GalleryPage, ...]:
    return pages()


def test_no_stage_no_page_on_top_and_no_failure_is_left_out(shown: tuple[GalleryPage, ...]) -> None:
    # Two stages wait on the same page, which is shown once.
    assert {visit.stage for visit, _ in reached_pages()} == set(Stage)
    # The list of sign films ships empty, so that no press leads to them (tests/screens/samples.py).
    assert {one.visit.overlay for one in shown} == set(Overlay) - {Overlay.SIGNS}
    assert {one.page(demo_table(), View()).layout for one in shown} == set(Layout)
    reached = {visit.failure for visit, _ in reached_pages()}
    assert reached == {None, *Failure}


def test_every_question_is_asked(shown: tuple[GalleryPage, ...]) -> None:
    names = {one.name.split(".")[0] for one in shown}
    assert "draft" in names
    assert {question.field for question in demo_handbook().questions} <= names


def test_nothing_can_be_pressed_that_its_stage_does_not_know(
    shown: tuple[GalleryPage, ...],
) -> None:
    table = demo_table()
    for one in shown:
        page = one.page(demo_table(), View())
        acts = {choice.act for choice in page.presses()} | {row.act for row in page.rows if row.act}
        dead = {act for act in acts - ELSEWHERE if not table.transitions(one.visit.stage, act)}
        assert not dead, one.name


def test_no_page_is_shown_twice(shown: tuple[GalleryPage, ...]) -> None:
    assert len({one.name for one in shown}) == len(shown)


def test_the_last_part_of_each_list_is_on_show(shown: tuple[GalleryPage, ...]) -> None:
    """Parts between read alike; only the last one of the guide has 知道了."""
    guides = [one.page(demo_table(), View()) for one in shown if one.name.startswith("guide.")]
    acts = [{choice.act for choice in page.choices} for page in guides]
    assert any(Press.DONE in one for one in acts)
    assert any(Press.MORE in one for one in acts)


def test_no_device_answers_that_was_not_asked() -> None:
    """The reader is not read while a picture is taken, nor is a picture taken without asking."""
    for visit, page in reached_pages():
        failure = visit.failure.value if visit.failure else ""
        if visit.stage is Stage.PRINCIPAL and not visit.overlay:
            taking = bool(visit.papers.capturing)
            assert not (taking and failure.startswith("card_")), page.name
            copying = page.name == "principal_copy"  # it stays when the picture failed
            assert taking or copying or not failure.startswith("paper_"), page.name


def test_without_samples_events_that_carry_nothing_are_tried(monkeypatch) -> None:
    monkeypatch.setattr("wiring.gallery.page_catalogue.samples_of_steps", dict)
    visit = Visit("v", "a", stage=Stage.SUBMITTING)
    kinds = [one.kind for one in answers_at(visit, SampleSource(demo_handbook(), invented_person))]
    assert kinds == ["Pending", "Refused", "Stored"]


def test_variants_can_be_wished_for() -> None:
    assert len(variants()) == 18
    assert len(variants(["portrait", "black-largest"])) == 13
    assert [one.name for one in variants(["landscape-black-large"])] == ["landscape-black-large"]
    assert variants(["purple"]) == ()


@pytest.mark.parametrize("is_first", [True, False], ids=["browser first", "gallery first"])
def test_the_index_leads_once_to_the_pages_in_a_browser(tmp_path: Path, *, is_first: bool) -> None:
    some = pages(["card"])[:1]
    assert browser_link() not in index(some, variants(), tmp_path)
    if is_first:
        (tmp_path / BROWSER_INDEX).touch()
    (tmp_path / "index.html").write_text(index(some, variants(), tmp_path), "utf-8")
    for _ in range(2):
        link_browser(tmp_path)
    assert (tmp_path / "index.html").read_text("utf-8").count(browser_link()) == 1


def test_pages_in_a_browser_without_a_gallery_make_no_index(tmp_path: Path) -> None:
    link_browser(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_the_index_names_every_picture(shown: tuple[GalleryPage, ...]) -> None:
    said = index(shown, variants())
    assert all(f"data-page='{one.name}'" in said for one in shown)
    assert "http" not in said, "it is read from a folder, without a network"


def test_the_wished_pages_are_drawn(tmp_path: Path) -> None:
    assert draw_gallery(tmp_path, ("card.01",), ("landscape-light-normal",)) == 0
    with Image.open(tmp_path / "landscape-light-normal" / "card.01.png") as picture:
        assert picture.size == (960, 540)
        assert len(picture.convert("RGB").getcolors(1 << 20) or ()) > 20


@pytest.mark.parametrize("wishes", [(("nothing",), ()), ((), ("purple",))])
def test_a_wish_for_nothing_is_told(tmp_path: Path, capsys, wishes) -> None:
    assert draw_gallery(tmp_path / "none", *wishes) == 2
    assert capsys.readouterr().err.strip() == text_of("demo.no_such_page")
    assert not (tmp_path / "none").exists()


def test_every_picture_that_a_page_names_is_there(shown: tuple[GalleryPage, ...]) -> None:
    pictures = Pictures(ASSETS)
    for page in (one.page(demo_table(), View()) for one in shown):
        icons = {page.hint_icon, *(row.icon for row in page.rows)} - {""}
        lacking = [one for one in icons if not pictures.icon(one, 1).path.is_file()]
        assert not lacking, page.name
