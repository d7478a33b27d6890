"""Pages reach the person and touches the program. Real Kivy, off-screen, a scripted finger."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from kiosk.pages.display import Contrast, View
from kiosk.pages.page import Layout, Page
from kiosk.pages.press import Press
from kiosk.ports import Frame
from kiosk.units import MIB
from kiosk.visit.events.pressed import Drawn, Pressed
from screens.dev_dock import DevButton, draw
from screens.fonts import FontMissingError
from screens.painting.pictures import Pictures, strip_heights
from screens.scene import Mirror, Photo
from screens.shell import Shell, ShellContext, open_shell
from screens.theme import ScreenPanel, Tokens
from script.benches.screens.sdl_panel import SdlPanel
from tests.screens import samples
from tests.screens.conftest import ASSETS, PORTRAIT, ShellWorld, colour_at

STROKES = (((20.0, 30.0), (40.0, 30.0), (41.0, 31.0)), ((20.0, 50.0), (22.0, 60.0)))


@pytest.fixture
def finger(shell: Shell):
    from screens.scripted.finger import Finger

    return Finger(shell)


def hexes(colour: tuple[int, ...]) -> str:
    return "#" + "".join(f"{part:02X}" for part in colour)


@pytest.mark.parametrize("sample", samples.ALL, ids=lambda sample: str(sample.__name__))
def test_every_choice_of_every_page_can_be_pressed(
    sample: Callable[[], Page], shell: Shell, world: ShellWorld, finger
) -> None:
    page = sample()
    shell.show(page)
    for choice in page.presses():
        world.sent.clear()
        finger.tap(choice.act, choice.value)
        world.time += 1.0
        assert world.sent == [Pressed(choice.act, choice.value)]
    for row in page.rows:
        if row.act is not None:
            world.sent.clear()
            finger.tap(row.act, row.value)
            world.time += 1.0
            assert world.sent == [Pressed(row.act, row.value)]
    assert world.touches >= len(page.presses())


def test_every_digit_can_be_pressed(shell: Shell, world: ShellWorld, finger) -> None:
    shell.show(samples.mobile())
    for digit in "1390558427":
        finger.tap(Press.DIGIT, digit)
        world.time += 0.4
    assert world.sent == [Pressed(Press.DIGIT, digit) for digit in "1390558427"]


def test_a_press_is_seen_at_once_and_acts_on_release(
    shell: Shell, world: ShellWorld, finger, tmp_path: Path
) -> None:
    shell.show(samples.receipt())
    x, y = shell.place_of(Press.DONE) or (0, 0)
    edge = (150, y)
    assert hexes(colour_at(shell, tmp_path / "up.png", edge)) == "#0F4C43"
    finger.down(x, y)
    assert hexes(colour_at(shell, tmp_path / "down.png", edge)) == "#07302A"
    assert world.sent == []
    finger.up(x, y)
    assert world.sent == [Pressed(Press.DONE)]
    assert hexes(colour_at(shell, tmp_path / "after.png", edge)) == "#0F4C43"


def test_a_held_finger_survives_an_update_but_not_another_page(
    shell: Shell, world: ShellWorld, finger
) -> None:
    page = samples.choose()
    shell.show(page)
    place = shell.place_of(Press.NEXT) or (0, 0)
    finger.down(*place)
    shell.show(replace(page, count=("已选 12 项",)))
    finger.up(*place)
    assert world.sent == [Pressed(Press.NEXT)]
    world.sent.clear()
    world.time += 1.0
    finger.down(*place)
    shell.show(samples.dates())
    finger.up(*place)
    assert world.sent == []


def test_a_double_press_does_not_press_the_next_page(
    shell: Shell, world: ShellWorld, finger
) -> None:
    shell.show(samples.dates())
    finger.tap(Press.NEXT)
    shell.show(samples.choose())
    world.time += 0.2
    finger.tap(Press.NEXT)
    assert world.sent == [Pressed(Press.NEXT)]
    world.time += 0.4
    finger.tap(Press.NEXT)
    assert world.sent == [Pressed(Press.NEXT)] * 2


def test_signing_confirms_once_and_sends_the_ink_at_each_lift(
    shell: Shell, world: ShellWorld, finger, tmp_path: Path
) -> None:
    page = replace(samples.review(), ink=())
    shell.show(page)
    finger.draw(STROKES)
    assert [type(event) for event in world.sent] == [Pressed, Drawn, Drawn]
    assert world.sent[0] == Pressed(Press.CONFIRM)
    last = world.sent[-1]
    assert isinstance(last, Drawn)
    drawn = [[(x, y) for x, y, _ in stroke] for stroke in last.ink]
    for wanted, found in zip(STROKES, drawn, strict=True):
        assert all(
            abs(a - c) < 0.3 and abs(b - d) < 0.3
            for (a, b), (c, d) in zip(wanted, found[: len(wanted)], strict=True)
        )
    field = shell.signing_field()
    assert field is not None
    place = (round(field.x + 30 * 4.03), round(field.y + 30 * 4.03))
    assert hexes(colour_at(shell, tmp_path / "ink.png", place)) == "#0F4C43"
    shell.show(replace(page, ink=last.ink))
    assert hexes(colour_at(shell, tmp_path / "kept.png", place)) == "#0F4C43"
    shell.show(page)
    assert hexes(colour_at(shell, tmp_path / "clear.png", place)) == "#FFFDF8"


def test_an_update_in_mid_stroke_does_not_lift_the_pen(
    shell: Shell, world: ShellWorld, finger
) -> None:
    page = replace(samples.review(), ink=())
    shell.show(page)
    field = shell.signing_field()
    assert field is not None
    finger.down(field.x + 100, field.y + 200)
    shell.show(page)
    finger.move(field.x + 200, field.y + 200)
    finger.up(field.x + 200, field.y + 200)
    last = world.sent[-1]
    assert isinstance(last, Drawn)
    assert len(last.ink) == 1
    assert len(last.ink[0]) == 2


def test_the_clear_button_on_the_field_presses_and_leaves_no_ink(
    shell: Shell, world: ShellWorld, finger
) -> None:
    shell.show(samples.review())
    finger.tap(Press.CLEAR_INK)
    assert world.sent == [Pressed(Press.CLEAR_INK)]


def grey_frame(sequence: int, left: int, right: int) -> Frame:
    row = bytes([left] * 3 * 32 + [right] * 3 * 32)
    return Frame(sequence, 0.0, 64, 48, row * 48)


def test_frames_are_asked_only_on_the_camera_page(
    shell: Shell, world: ShellWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    polls: list[Callable[[], None]] = []

    class Poll:
        def cancel(self) -> None:
            polls.clear()

    def every(_seconds: float, work: Callable[[], None]) -> Poll:
        polls.append(work)
        return Poll()

    monkeypatch.setattr(shell._window, "every", every)
    shell.show(samples.card())
    assert polls == []
    shell.show(samples.proof())
    assert len(polls) == 1
    shell.show(replace(samples.proof(), hint="请退后一点"))
    assert len(polls) == 1
    polls[0]()
    assert world.asked_frames == 1
    shell.show(samples.card())
    assert polls == []


def test_the_mirror_shows_the_frame_turned_like_a_mirror_and_keeps_it(
    shell: Shell, world: ShellWorld, tmp_path: Path
) -> None:
    shell.show(samples.proof())
    box = next(mark.box for mark in shell.scene.marks if isinstance(mark, Mirror))
    left, right = (box.x + 60, box.middle[1]), (box.right - 60, box.middle[1])
    world.frame = grey_frame(1, 40, 200)
    shell._show_frame()
    assert colour_at(shell, tmp_path / "left.png", left) == (200, 200, 200)
    assert colour_at(shell, tmp_path / "right.png", right) == (40, 40, 40)
    shell.show(replace(samples.proof(), hint="请退后一点"))
    assert colour_at(shell, tmp_path / "still.png", left) == (200, 200, 200)
    shell.show(replace(samples.proof(), name="proof_of_another"))
    assert hexes(colour_at(shell, tmp_path / "gone.png", left)) == "#DDCFB5"
    world.frame = grey_frame(2, 90, 90)
    shell._show_frame()
    assert colour_at(shell, tmp_path / "next.png", left) == (90, 90, 90)


def test_the_picture_of_a_paper_is_shown_upright_and_let_go(
    shell: Shell, world: ShellWorld, tmp_path: Path
) -> None:
    upper, lower = bytes([200] * 3 * 64 * 24), bytes([40] * 3 * 64 * 24)
    world.pictures[7] = Frame(7, 0.0, 64, 48, upper + lower)
    page = replace(samples.materials(), name="picture", picture="", photo=7)
    shell.show(page)
    box = next(mark.box for mark in shell.scene.marks if isinstance(mark, Photo))
    high, low = (box.middle[0], box.middle[1] - 40), (box.middle[0], box.middle[1] + 40)
    assert colour_at(shell, tmp_path / "high.png", high) == (200, 200, 200)
    assert colour_at(shell, tmp_path / "low.png", low) == (40, 40, 40)
    assert shell.pictured == 7
    world.pictures.clear()
    shell.show(replace(page, pill="正在收好，请等一等", choices=()))
    assert colour_at(shell, tmp_path / "still.png", high) == (200, 200, 200), "while it is kept"
    shell.show(replace(page, photo=8))
    assert hexes(colour_at(shell, tmp_path / "none.png", high)) == "#DDCFB5", "not there yet"
    shell.show(samples.card())
    photo = shell._window.painter.photo
    assert (shell.pictured, photo._texture, photo._group) == (0, None, None)


def test_no_text_of_a_page_stays_behind(shell: Shell) -> None:
    shell.show(samples.review())
    lines = shell._window.painter._textures._lines
    assert any("王秀英" in key[0] for key in lines)
    shell.show(samples.idle())
    lines = shell._window.painter._textures._lines
    assert not any("王秀英" in key[0] for key in lines)
    assert shell._signature.ink == ()
    assert shell._window.painter.ink._lines == []


def test_pages_that_went_leave_no_memory_behind(shell: Shell) -> None:
    process, pages = psutil.Process(), (samples.card(), samples.receipt())

    def turn(times: int) -> int:
        for at in range(times):
            shell.show(pages[at % 2])
            shell.idle()
        return process.memory_info().rss

    before = turn(10)
    assert (turn(60) - before) / MIB < 24


def test_posted_work_runs_in_the_loop(shell: Shell) -> None:
    done: list[int] = []
    shell.post(lambda: done.append(1))
    assert done == []
    shell.idle()
    assert done == [1]


def test_a_page_in_high_contrast_is_black(shell: Shell, tmp_path: Path) -> None:
    shell.show(replace(samples.card(), view=View(contrast=Contrast.HIGH)))
    assert colour_at(shell, tmp_path / "black.png", (5, 5)) == (0, 0, 0)
    shell.show(samples.card())
    assert hexes(colour_at(shell, tmp_path / "paper.png", (5, 5))) == "#F8F3E9"


def test_what_is_not_there_has_no_place(shell: Shell, finger) -> None:
    from screens.scripted.finger import NothingThereError

    shell.show(samples.wiping())
    assert shell.place_of(Press.NEXT) is None
    assert shell.signing_field() is None
    with pytest.raises(NothingThereError):
        finger.tap(Press.NEXT)
    with pytest.raises(NothingThereError):
        finger.draw(STROKES)


def test_a_missing_font_is_named_before_any_window_opens(tmp_path: Path) -> None:
    with pytest.raises(FontMissingError) as caught:
        open_shell(PORTRAIT, tmp_path, ShellContext(print))
    assert caught.value.path.name == "NotoSansSC-Medium.otf"


def test_strips_cover_a_picture_exactly() -> None:
    pictures = Pictures(ASSETS)
    for w, h in ((900, 720), (420, 336), (80, 80), (1080, 640)):
        assert sum(strip_heights(pictures.drawing("me", "light", w, h))) == h


def test_pictures_are_rendered_once_and_beforehand() -> None:
    pictures = Pictures(ASSETS)
    picture = pictures.drawing("me", "light", 120, 120)
    pictures.warm([picture]).join()
    assert pictures.png_strips(picture) is pictures.png_strips(picture)


def test_every_drawing_has_its_twin_and_every_icon_its_file() -> None:
    contrasts = {path.name.split(".")[1] for path in (ASSETS / "drawings").glob("*.svg")}
    assert contrasts == {"light", "hc"}
    pictures = Pictures(ASSETS)
    for sample in samples.ALL:
        page = sample()
        names = {choice.icon for choice in page.presses()} | {row.icon for row in page.rows}
        for name in names - {"", "text-size"}:
            assert pictures.icon(name, 10).path.is_file(), name


def test_the_demo_dock_stands_beside_the_panel(shell: Shell) -> None:
    pressed: list[str] = []
    buttons = tuple(
        DevButton(label, lambda label=label: pressed.append(label))
        for label in ("放王秀英的卡", "拿走身份证", "断网")
    )
    dock = draw(PORTRAIT, Tokens(ASSETS / "tokens.toml"), buttons, shell.metrics)
    assert dock.box.x == PORTRAIT.width_px
    for part in dock.scene.parts:
        assert dock.box.holds(part.box)
        dock.press(*part.box.middle)
    assert pressed == ["放王秀英的卡", "拿走身份证", "断网"]


def test_the_dock_shows_the_state_that_its_buttons_left(shell: Shell) -> None:
    buttons = (
        DevButton("断网", lambda: None, "network"),
        DevButton("恢复网络", lambda: None, "network", is_on=True),
        DevButton("应一声", lambda: None),
        DevButton("没纸", lambda: None, "roll"),
    )
    dock = draw(PORTRAIT, Tokens(ASSETS / "tokens.toml"), buttons, shell.metrics)

    def on_after(place: int) -> list[str]:
        return [one.label for one in dock.press(*dock.scene.parts[place].box.middle) if one.is_on]

    assert [on_after(place) for place in (0, 1, 2)] == [["断网"], ["恢复网络"], ["恢复网络"]]
    assert on_after(3) == ["恢复网络", "没纸"]
    assert dock.press(0, 0) == buttons, "nothing is there"
    drawn = [len(part.marks) for part in dock.scene.parts]
    assert drawn == [2, 3, 2, 2], "by a bar, too, and not by colour alone"


def test_every_length_follows_the_panel(shell: Shell) -> None:
    half = ScreenPanel(540, 960, 2.015)
    dock = draw(
        half, Tokens(ASSETS / "tokens.toml"), (DevButton("断网", lambda: None),), shell.metrics
    )
    assert dock.box.x == 540
    assert Layout.IDLE in {sample().layout for sample in samples.ALL}


def test_a_finger_on_the_panel_is_answered_in_the_turn_in_which_it_comes(
    shell: Shell, world: ShellWorld
) -> None:
    shell.show(samples.receipt())
    place = shell.place_of(Press.DONE) or (0, 0)
    panel = SdlPanel(PORTRAIT.width_px, PORTRAIT.height_px)
    finger = panel.down(*place)
    shell.idle()
    assert shell.pressed is not None
    panel.move(finger, place[0] + 5, place[1])
    panel.up(finger, place[0] + 5, place[1])
    shell.idle()
    assert shell.pressed is None
    assert world.sent == [Pressed(Press.DONE)]
