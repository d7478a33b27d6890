"""The player of films: by the clock, over and over, and never a file that nobody listed."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import cv2
import numpy as np
import pytest

from drivers.film import REST_SECONDS, FilmPlayer

RATE, LIGHTS = 5.0, (0, 60, 120, 180, 240)


def write_film(path: Path, lights: tuple[int, ...] = LIGHTS) -> str:
    """Write a film of plain grey pictures; return its digest."""
    out = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), RATE, (64, 48))
    for light in lights:
        out.write(np.full((48, 64, 3), light, np.uint8))
    out.release()
    return sha256(path.read_bytes()).hexdigest()


class Films:
    """A folder with two films, and a clock."""

    def __init__(self, folder: Path) -> None:
        self.now = 100.0
        digests = {
            "up.avi": write_film(folder / "up.avi"),
            "dark.avi": write_film(folder / "dark.avi", (0,)),
        }
        write_film(folder / "unlisted.avi")
        (folder / "bad.avi").write_bytes(b"no film")
        digests |= {"bad.avi": sha256(b"no film").hexdigest(), "changed.avi": "0" * 64}
        write_film(folder / "changed.avi")
        self.player = FilmPlayer(folder, digests, lambda: self.now)

    def light(self, name: str, after: float = 0.0) -> float | None:
        self.now += after
        frame = self.player.frame(name)
        return frame and round(float(np.frombuffer(frame.pixels, np.uint8).mean()), -1)


@pytest.fixture
def films(tmp_path: Path) -> Films:
    return Films(tmp_path)


def test_each_picture_is_shown_when_it_is_due(films: Films) -> None:
    assert [films.light("up.avi", after) for after in (0.0, 0.1, 0.11, 0.4)] == [0, 0, 60, 180]


def test_it_rests_on_the_last_picture_and_begins_again(films: Films) -> None:
    films.light("up.avi")
    assert films.light("up.avi", 2.0) == 240
    assert films.light("up.avi", REST_SECONDS / 2) == 240
    films.light("up.avi", REST_SECONDS / 2)
    assert films.light("up.avi", 0.01) == 0


def test_another_film_begins_at_once_and_one_that_was_left_begins_anew(films: Films) -> None:
    films.light("up.avi")
    films.light("up.avi", 0.8)
    before = films.player.frame("up.avi")
    assert films.light("dark.avi") == 0
    after = films.player.frame("dark.avi")
    assert before
    assert after
    assert after.sequence > before.sequence, "or the window would think it is drawn already"
    assert films.light("") is None
    assert films.light("up.avi") == 0


@pytest.mark.parametrize("name", ["unlisted.avi", "changed.avi", "bad.avi", "../up.avi", "gone"])
def test_what_is_not_the_listed_film_is_not_shown(films: Films, name: str) -> None:
    assert films.light(name) is None
    assert films.light(name, 5.0) is None
