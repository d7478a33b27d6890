"""The screen stands what people and panels do to it: ten fingers, touches outside, turning."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from random import Random

import pytest
from PIL import Image

from kiosk.pages.press import Press
from kiosk.visit.events.pressed import Drawn, Pressed
from screens.shell import Shell
from script.benches.screens.sdl_panel import SdlPanel
from tests.screens import samples
from tests.screens.conftest import LANDSCAPE, PORTRAIT, ShellWorld

FINGERS = 10
ROUNDS = 12
PAGES = (samples.choose, samples.mobile, samples.review, samples.notice, samples.proof)


@pytest.fixture
def panel(shell: Shell) -> SdlPanel:
    return SdlPanel(PORTRAIT.width_px, PORTRAIT.height_px)


@pytest.fixture
def turned(shell: Shell) -> Iterator[Shell]:
    from kivy.core.window import Window

    yield shell
    Window.size = (PORTRAIT.width_px, PORTRAIT.height_px)
    shell.idle()


def anywhere(random: Random) -> tuple[float, float]:
    """Return a place on the panel, or beside it."""
    return random.uniform(-300, 1400), random.uniform(-300, 2200)


def calm_press(shell: Shell, world: ShellWorld, panel: SdlPanel, act: Press) -> None:
    world.time += 1.0
    world.sent.clear()
    place = shell.place_of(act) or (0, 0)
    finger = panel.down(*place)
    shell.idle()
    panel.up(finger, *place)
    shell.idle()
    assert world.sent == [Pressed(act)]


@pytest.mark.parametrize("sample", PAGES, ids=lambda sample: str(sample.__name__))
@pytest.mark.parametrize("seed", range(2))
def test_ten_fingers_at_once_choose_at_most_one_thing(
    sample, seed: int, shell: Shell, world: ShellWorld, panel: SdlPanel
) -> None:
    random = Random(seed)
    for _ in range(ROUNDS):
        shell.show(replace(sample(), ink=()))
        world.time += 1.0
        world.sent.clear()
        places = [anywhere(random) for _ in range(FINGERS)]
        down = {panel.down(*place): place for place in places}
        first = next(filter(None, (shell.target_at(*place) for place in places)), None)
        shell.idle()
        assert shell.pressed == first
        for finger, place in random.sample(list(down.items()), FINGERS):
            panel.up(finger, *place)
        shell.idle()
        presses = [what for what in world.sent if isinstance(what, Pressed)]
        wanted = [] if first is None else [Pressed(first.act, first.value)]
        assert [one for one in presses if one.act is not Press.CONFIRM] == wanted
        assert shell.pressed is None
    calm_press(shell, world, panel, Press.HELP)


@pytest.mark.parametrize("seed", range(3))
def test_mashing_and_sliding_leave_a_page_that_can_be_pressed(
    seed: int, shell: Shell, world: ShellWorld, panel: SdlPanel
) -> None:
    random, page = Random(seed), samples.review()
    shell.show(page)
    down: dict[int, tuple[float, float]] = {}
    for _ in range(150):
        world.time += random.uniform(0, 0.2)
        place = anywhere(random)
        if len(down) < FINGERS and random.random() < 0.4:
            down[panel.down(*place)] = place
        elif down:
            finger = random.choice(list(down))
            if random.random() < 0.5:
                panel.move(finger, *place)
            else:
                panel.up(finger, *place)
                del down[finger]
        if random.random() < 0.2:
            shell.idle()
    for finger, place in down.items():
        panel.up(finger, *place)
    shell.idle()
    offered = {(target.act, target.value) for target in shell.scene.targets}
    for what in world.sent:
        assert (
            isinstance(what, Drawn)
            or what.act is Press.CONFIRM
            or (what.act, what.value) in offered
        )
    calm_press(shell, world, panel, Press.HELP)


@pytest.mark.parametrize(
    "place", [(-200.0, 500.0), (1500.0, 500.0), (500.0, -200.0), (500.0, 2500.0), (3e6, -3e6)]
)
def test_a_touch_outside_is_nothing(
    place: tuple[float, float], shell: Shell, world: ShellWorld, panel: SdlPanel
) -> None:
    shell.show(samples.mobile())
    finger = panel.down(*place)
    shell.idle()
    panel.up(finger, *place)
    shell.idle()
    assert world.sent == []


def test_a_finger_whose_lift_was_never_told_does_not_deafen_the_screen(
    shell: Shell, world: ShellWorld, panel: SdlPanel
) -> None:
    shell.show(samples.receipt())
    panel.down(*(shell.place_of(Press.HELP) or (0, 0)))
    shell.idle()
    world.time += 3.0
    calm_press(shell, world, panel, Press.DONE)


def test_a_turned_panel_shows_the_same_page_at_once(
    turned: Shell, world: ShellWorld, tmp_path
) -> None:
    from kivy.core.window import Window

    shell = turned
    shell.show(samples.mobile())
    held = SdlPanel(PORTRAIT.width_px, PORTRAIT.height_px).down(
        *(shell.place_of(Press.NEXT) or (0, 0))
    )
    shell.idle()
    Window.size = (LANDSCAPE.width_px, LANDSCAPE.height_px)
    shell.idle()
    panel = SdlPanel(LANDSCAPE.width_px, LANDSCAPE.height_px)
    panel.up(held, *(shell.place_of(Press.NEXT) or (0, 0)))
    shell.idle()
    assert world.sent == [], "what was held when the panel turned is not chosen"
    assert shell.panel == PORTRAIT.turned(LANDSCAPE.width_px, LANDSCAPE.height_px)
    calm_press(shell, world, panel, Press.HELP)
    shell.save_screenshot(tmp_path / "turned.png")
    with Image.open(tmp_path / "turned.png") as picture:
        assert picture.size == (LANDSCAPE.width_px, LANDSCAPE.height_px)


def test_a_signature_begun_before_the_panel_turned_is_taken_back(
    turned: Shell, world: ShellWorld
) -> None:
    from kivy.core.window import Window

    from screens.scripted.finger import Finger

    turned.show(replace(samples.review(), ink=()))
    Finger(turned).draw((((20.0, 30.0), (40.0, 30.0)),))
    world.sent.clear()
    Window.size = (LANDSCAPE.width_px, LANDSCAPE.height_px)
    turned.idle()
    assert world.sent == [Pressed(Press.CLEAR_INK)]
    assert turned._signature.ink == ()
