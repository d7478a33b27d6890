"""The camera serves decodable frames of the right scene, at its pace."""

from __future__ import annotations

from collections.abc import Iterator
from http.client import HTTPConnection, HTTPResponse
from itertools import islice
from pathlib import Path
from urllib.parse import urlsplit

import cv2
import numpy as np
import pytest

from drivers.simulated.camera import SimulatedCamera
from drivers.simulated.scenes.face_scene import LOOP, FaceScene, SceneFilm, load_figure


def parts(response: HTTPResponse) -> Iterator[bytes]:
    """Yield the JPEGs of a multipart stream."""
    while response.readline() == b"--frame\r\n":
        assert response.readline() == b"Content-Type: image/jpeg\r\n"
        length = int(response.readline().removeprefix(b"Content-Length:"))
        assert response.readline() == b"\r\n"
        yield response.read(length)
        assert response.readline() == b"\r\n"


def get(camera: SimulatedCamera, path: str) -> tuple[HTTPConnection, HTTPResponse]:
    where = urlsplit(camera.url)
    wire = HTTPConnection(where.hostname or "", where.port, timeout=10)
    wire.request("GET", path)
    return wire, wire.getresponse()


@pytest.fixture
def camera(film: SceneFilm) -> Iterator[SimulatedCamera]:
    camera = SimulatedCamera(film, sleep=lambda _: None)
    yield camera
    camera.close()


def test_frames_decode_to_640_by_480(camera: SimulatedCamera) -> None:
    camera.scene = FaceScene.PERSON
    wire, response = get(camera, urlsplit(camera.url).path)
    assert response.headers.get_content_type() == "multipart/x-mixed-replace"
    jpegs = list(islice(parts(response), 3))
    wire.close()
    for jpeg in jpegs:
        picture = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
        assert picture.shape == (480, 640, 3)
    assert len(set(jpegs)) == 3


def test_the_scene_can_change_under_a_viewer(camera: SimulatedCamera) -> None:
    wire, response = get(camera, urlsplit(camera.url).path)
    stream = parts(response)
    bright = cv2.imdecode(np.frombuffer(next(stream), np.uint8), cv2.IMREAD_GRAYSCALE)
    camera.scene = FaceScene.DARK
    assert bright.mean() > 150
    levels = (
        cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_GRAYSCALE).mean()
        for jpeg in islice(stream, 2000)
    )
    assert any(level < 60 for level in levels)
    wire.close()


def test_other_paths_are_not_found(camera: SimulatedCamera) -> None:
    wire, response = get(camera, "/")
    assert response.status == 404
    response.read()
    wire.close()


def test_the_pace_is_15_a_second_and_a_slow_viewer_misses_frames(film: SceneFilm) -> None:
    now, waits = [0.0], list[float]()

    def sleep(seconds: float) -> None:
        waits.append(seconds)
        now[0] += seconds

    camera = SimulatedCamera(film, sleep=sleep, monotonic=lambda: now[0])
    camera.scene = FaceScene.PERSON
    stream = camera._stream()
    assert next(stream) == film.jpeg(FaceScene.PERSON, 0)
    assert next(stream) == film.jpeg(FaceScene.PERSON, 1)
    assert waits == [pytest.approx(1 / 15)]
    now[0] += 1.0
    assert next(stream) == film.jpeg(FaceScene.PERSON, 16)
    camera.close()
    assert list(stream) == []


def test_the_same_seed_gives_the_same_film(root: Path, film: SceneFilm) -> None:
    figure = load_figure(root / "assets" / "portraits" / "collins_figure.webp")
    same, other = SceneFilm(figure, seed=7), SceneFilm(figure, seed=8)
    assert (same.frame(FaceScene.PERSON, 9) == film.frame(FaceScene.PERSON, 9)).all()
    assert (other.frame(FaceScene.PERSON, 9) != film.frame(FaceScene.PERSON, 9)).any()


def test_the_motion_is_small_and_its_loop_has_no_seam(film: SceneFilm) -> None:
    def step(one: int, other: int) -> float:
        frames = (film.frame(FaceScene.PERSON, at % LOOP).astype(int) for at in (one, other))
        first, second = frames
        return float(np.abs(first - second).mean())

    ordinary = max(step(at, at + 1) for at in (0, 20, 40))
    assert step(LOOP - 1, LOOP) < 2 * ordinary
    assert 0.5 < ordinary < 12


def test_a_frozen_camera_repeats_one_picture(film: SceneFilm) -> None:
    assert film.jpeg(FaceScene.FROZEN, 0) == film.jpeg(FaceScene.FROZEN, 31)
    assert film.jpeg(FaceScene.PERSON, 0) != film.jpeg(FaceScene.PERSON, LOOP), (
        "the noise never repeats"
    )


def test_the_person_does_what_she_is_told_and_only_then(film: SceneFilm) -> None:
    def moved(number: int) -> float:
        frame = cv2.imdecode(
            np.frombuffer(film.jpeg(FaceScene.PERSON, number), np.uint8), cv2.IMREAD_GRAYSCALE
        )
        still = cv2.cvtColor(film.frame(FaceScene.PERSON, number), cv2.COLOR_BGR2GRAY)
        return float(np.abs(frame.astype(int) - still)[150:290, 220:420].mean())

    assert moved(0) < 3
    film.tell("hold_still")
    assert moved(1) < 3
    film.tell("turn_left")
    assert moved(2) < 3, "nobody moves at once"
    assert moved(2 + 24) > 8
    assert moved(2 + 66) < 3, "and back again"
    film.tell("turn_left")
    assert moved(70) < 3
    assert moved(0) < 3, "another viewer sees nothing of it"
    assert moved(24) < 3
    film.tell("nod")
    assert moved(25) < 3
    assert moved(25 + 22) > 8
    assert moved(25 + 66) < 3
    film.tell("come_closer")
    assert moved(92) < 3
    assert moved(92 + 90) > 8, "who came nearer stays there"
    assert moved(0) < 3


def test_a_figure_needs_transparency(root: Path) -> None:
    with pytest.raises(ValueError, match="transparency"):
        load_figure(root / "assets" / "portraits" / "collins.jpg")
