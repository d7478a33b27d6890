"""Whether anybody would see a window: by SDL's choice, else by the display."""

from __future__ import annotations

import pytest

from screens.kivy_start import has_no_screen


@pytest.mark.parametrize(
    ("environment", "hidden"),
    [
        ({}, True),
        ({"DISPLAY": ":0"}, False),
        ({"WAYLAND_DISPLAY": "wayland-0"}, False),
        ({"SDL_VIDEODRIVER": "offscreen", "DISPLAY": ":0"}, True),
        ({"SDL_VIDEODRIVER": "x11"}, False),
    ],
)
def test_a_demo_that_nobody_sees_says_so(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], *, hidden: bool
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "SDL_VIDEODRIVER"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert has_no_screen() is hidden
