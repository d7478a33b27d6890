"""Only a press leads anywhere: keys, gestures, closing, dropped files, Kivy's own doors."""

from __future__ import annotations

import ast
import ctypes
import json
import os
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest

from kiosk.pages.press import Press
from kiosk.visit.events.pressed import Pressed
from screens.shell import Shell
from script.benches.screens.sdl_panel import SdlPanel
from tests.screens import samples
from tests.screens.conftest import PORTRAIT, ShellWorld
from tests.screens.test_mishaps import calm_press

ROOT = Path(__file__).parents[2]
EVENTS = 10_000
# SDL_events.h: asked to close, keys and changed keymaps, text, wheels, joysticks, controllers,
# gestures, clipboard, devices that come and go, what programs invent.
QUIT, WINDOW, KEY_DOWN, KEY_UP, TEXT = 0x100, 0x200, 0x300, 0x301, 0x303
KINDS = (
    0x100,
    0x300,
    0x301,
    0x303,
    0x304,
    0x403,
    *range(0x600, 0x608),
    *range(0x650, 0x659),
    *range(0x800, 0x803),
    0x900,
    *range(0x1100, 0x1102),
    0x1200,
    0x2000,
    0x8000,
)
SIZE = 128
ESCAPE, F1, F4, F11, F12 = 0x1B, 0x4000003A, 0x4000003D, 0x40000044, 0x40000045
CTRL, ALT, SUPER = 0x00C0, 0x0300, 0x0C00
KNOWN = [
    (ESCAPE, 0),
    (F1, 0),
    (F1, CTRL),
    (F4, ALT),
    (F11, 0),
    (F12, 0),
    (0x65, CTRL),
    (0x71, CTRL),
]


class RawEvents:
    """Puts raw events into SDL's queue as a driver does."""

    def __init__(self) -> None:
        panel = SdlPanel(PORTRAIT.width_px, PORTRAIT.height_px)
        self._push = panel._push

    def put(self, kind: int, *words: int) -> None:
        whole = b"".join((word & 0xFFFFFFFF).to_bytes(4, "little") for word in (kind, 0, *words))
        assert self._push(ctypes.create_string_buffer(whole, SIZE)) >= 0

    def key(self, code: int, modifiers: int, kind: int = KEY_DOWN) -> None:
        """SDL_KeyboardEvent: window, state and repeat, then scancode, key, modifiers."""
        self.put(kind, 1, 1 if kind == KEY_DOWN else 0, code & 0x1FF, code, modifiers)


@pytest.fixture
def queue(shell: Shell) -> RawEvents:
    return RawEvents()


def is_untouched(shell: Shell, world: ShellWorld) -> bool:
    from kivy.base import EventLoop
    from kivy.core.window import Window

    return not world.sent and not EventLoop.quit and not Window.children and shell.pressed is None


@pytest.mark.parametrize(("code", "modifiers"), KNOWN)
def test_no_known_key_does_anything(
    code: int, modifiers: int, shell: Shell, world: ShellWorld, queue: RawEvents
) -> None:
    shell.show(samples.mobile())
    for kind in (KEY_DOWN, KEY_UP):
        queue.key(code, modifiers, kind)
        shell.idle()
    assert is_untouched(shell, world)


def test_being_asked_to_close_is_not_heard(
    shell: Shell, world: ShellWorld, queue: RawEvents
) -> None:
    queue.put(QUIT)
    queue.put(WINDOW, 1, 14)  # SDL_WINDOWEVENT_CLOSE
    shell.idle()
    assert is_untouched(shell, world)


class OneEvent:
    """SDL's window with one event waiting."""

    def __init__(self, *event: object) -> None:
        self.event = event

    def poll(self) -> object:
        return self.event


def test_the_window_of_a_demo_may_be_closed(shell: Shell) -> None:
    from screens.sdl_gate import Gate

    assert Gate(OneEvent("quit"), may_close=True).poll() == ("quit",)
    assert Gate(OneEvent("quit"), may_close=False).poll() is None
    assert Gate(OneEvent("keydown", 0, ESCAPE, 41, None), may_close=True).poll() is None
    assert Gate(OneEvent("mousebuttondown", 1, 1, 3), may_close=True).poll() is None
    assert Gate(OneEvent("mousebuttondown", 1, 1, 1), may_close=True).poll() is not None


@pytest.mark.parametrize("seed", range(4))
def test_ten_thousand_keys_and_gestures(
    seed: int, shell: Shell, world: ShellWorld, queue: RawEvents
) -> None:
    random = Random(seed)
    shell.show(samples.review())
    for number in range(EVENTS // 4):
        if random.random() < 0.6:
            code = random.choice(
                [random.randrange(0x20, 0x7F), 0x40000000 | random.randrange(0x120)]
            )
            queue.key(code, random.getrandbits(12), random.choice((KEY_DOWN, KEY_UP)))
        else:
            queue.put(random.choice(KINDS), 1, *(random.randrange(0x80) for _ in range(8)))
        if number % 50 == 0:
            shell.idle()
    shell.idle()
    assert is_untouched(shell, world), seed
    panel = SdlPanel(PORTRAIT.width_px, PORTRAIT.height_px)
    calm_press(shell, world, panel, Press.HELP)
    assert world.sent == [Pressed(Press.HELP)]


@pytest.mark.parametrize("fingers", range(2, 11))
def test_gestures_of_several_fingers_choose_at_most_what_the_first_one_touched(
    fingers: int, shell: Shell, world: ShellWorld
) -> None:
    random, panel = Random(fingers), SdlPanel(PORTRAIT.width_px, PORTRAIT.height_px)
    shell.show(samples.mobile())
    offered = {(target.act, target.value) for target in shell.scene.targets}
    for _ in range(20):
        world.time += 1.0
        world.sent.clear()
        x, y = random.uniform(0, 1080), random.uniform(0, 1920)
        down = [panel.down(x + 90 * one, y) for one in range(fingers)]
        for step in range(8):  # a swipe, a pinch
            for one, finger in enumerate(down):
                panel.move(finger, x + 90 * one * (1 - step / 10), y + 70 * step)
        shell.idle()
        for finger in down:
            panel.up(finger, x, y + 560)
        shell.idle()
        assert len(world.sent) <= 1
        assert all(
            (one.act, one.value) in offered for one in world.sent if isinstance(one, Pressed)
        )


def test_kivy_has_no_module_and_one_input(shell: Shell) -> None:
    from kivy.config import Config

    assert Config.options("modules") == []
    assert Config.options("input") == ["mouse"]
    assert Config.getint("kivy", "exit_on_escape") == 0


LOOK = """
import json, os
from screens.kivy_start import configure, set_environment
from screens.theme import ScreenPanel
hidden = set_environment(offscreen=True)
configure(ScreenPanel(540, 960, 2.0), hidden=hidden)
from kivy.config import Config
from kivy import kivy_home_dir
print(json.dumps([Config.options("modules"), Config.get("kivy", "exit_on_escape"), kivy_home_dir,
                  sorted(one for one in os.environ if one.startswith(("KIVY_", "KCFG_")))]))
"""


def test_what_a_killed_process_left_of_kivy_is_removed(tmp_path: Path) -> None:
    killed = "import os; from screens.kivy_start import set_environment; set_environment(); "
    environment = os.environ | {"PYTHONPATH": str(ROOT), "TMPDIR": str(tmp_path)}
    for end in ("os.kill(os.getpid(), 9)", "print(os.listdir(os.environ['TMPDIR']))"):
        said = subprocess.run(
            [sys.executable, "-c", killed + end],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
    assert len(ast.literal_eval(said.stdout)) == 1  # its own, and not that of the killed one
    assert list(tmp_path.iterdir()) == []


def test_the_environment_opens_no_door(tmp_path: Path) -> None:
    (tmp_path / "config.ini").write_text("[modules]\ninspector =\n[kivy]\nexit_on_escape = 1\n")
    doors = {
        "KIVY_HOME": str(tmp_path),
        "KCFG_MODULES_INSPECTOR": "",
        "KCFG_KIVY_EXIT_ON_ESCAPE": "1",
        "KIVY_WINDOW": "x11",
    }
    said = subprocess.run(
        [sys.executable, "-c", LOOK, "-m", "inspector"],
        env=os.environ | doors | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()[-1]
    modules, escape, home, names = json.loads(said)
    assert (modules, escape) == ([], "0")
    assert home != str(tmp_path)
    assert "KIVY_WINDOW" not in names
