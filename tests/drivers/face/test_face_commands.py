"""A technician gets an answer, or words with a cure, for whatever the face engine is given."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest

import main
from drivers.face import commands
from drivers.opencv_log import silence_opencv
from drivers.simulated.scenes.clip import FrameClip, Species
from drivers.simulated.scenes.face_scene import FaceScene, SceneFilm
from kiosk.cli.dispatch import parse
from kiosk.config.schema import read_table
from kiosk.ports import ReferenceKind
from script.benches.face.face_flow import cast
from tests.drivers.face.conftest import EMBEDDER, MODELS, ROOT, THRESHOLDS
from wiring.command_line import make_parser

NUMBERS = ROOT / "config" / "face.toml"
PORTRAIT = ROOT / "assets" / "portraits" / "collins.jpg"
ORDER = ("turn_left", "close_eyes", "turn_right")
RATE = 8.0

Ask = Callable[..., tuple[int, dict, str]]


@pytest.fixture
def ask(capsys: pytest.CaptureFixture[str]) -> Ask:
    def ask(*arguments: object, models: Path = MODELS) -> tuple[int, dict, str]:
        chosen = parse(make_parser(), ["face", *map(str, arguments)])
        if isinstance(chosen, int):
            return chosen, {}, capsys.readouterr().err
        command = getattr(commands, str(arguments[0]))
        code = commands.print_result(
            command, chosen.options, models, NUMBERS, iter(range(99)).__next__
        )
        said = capsys.readouterr()
        return code, json.loads(said.out) if said.out else {}, said.err

    return ask


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory, film: SceneFilm) -> Path:
    folder = tmp_path_factory.mktemp("pictures")
    for scene in (
        FaceScene.PERSON,
        FaceScene.WRONG_PERSON,
        FaceScene.NOBODY,
        FaceScene.TWO_FACES,
        FaceScene.DARK,
    ):
        for number in (1, 20, 40):
            cv2.imwrite(str(folder / f"{scene.value}{number}.jpg"), film.frame(scene, number))
    large = cv2.resize(film.frame(FaceScene.PERSON, 5), (2880, 2160), interpolation=cv2.INTER_CUBIC)
    cv2.imwrite(
        str(folder / "four_k.jpg"), cv2.copyMakeBorder(large, 0, 0, 480, 480, cv2.BORDER_REPLICATE)
    )
    for name, value in (("black", 0), ("white", 255)):
        cv2.imwrite(str(folder / f"{name}.png"), np.full((480, 640, 3), value, np.uint8))
    (folder / "corrupt.jpg").write_bytes(PORTRAIT.read_bytes()[:99])
    return folder


def write_film(path: Path, frames: Iterator[np.ndarray], rate: float = RATE) -> Path:
    silence_opencv()  # the level of the first film in a process counts for all
    film = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), rate, (640, 480))
    for frame in frames:
        film.write(frame)
    film.release()
    return path


@pytest.fixture(scope="module")
def acted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Film somebody who turns left, closes the eyes, turns right."""
    clip = FrameClip(cast(), Species.GENUINE, 3, RATE)

    def frames() -> Iterator[np.ndarray]:
        for number in range(120):
            at = number / RATE
            if number % 36 == 12 and number // 36 < len(ORDER):
                clip.prompt(ORDER[number // 36], at)
            yield clip.frame(number)

    return write_film(tmp_path_factory.mktemp("films") / "acted.avi", frames())


# verify


def test_the_same_person_is_accepted(ask: Ask, pictures: Path) -> None:
    probes = [pictures / f"person{number}.jpg" for number in (1, 20, 40)]
    code, said, _ = ask("verify", "--reference", PORTRAIT, "--probe", *probes)
    assert code == 0
    assert said["decision"] == "accept"
    assert 0 < said["score"] < 0.25
    assert said["threshold"] == THRESHOLDS[ReferenceKind.PORTRAIT].accept
    assert said["engine"] == "sface-0ba9fbfa"
    assert said["quality"] == ["good"] * 3
    assert said["milliseconds"] == pytest.approx(1000 / 3, abs=0.1)


def test_a_stranger_is_referred_elsewhere(ask: Ask, pictures: Path) -> None:
    probe = pictures / "wrong_person1.jpg"
    code, said, _ = ask("verify", "--reference", PORTRAIT, "--probe", probe)
    assert (code, said["decision"], said["supports"]) == (0, "other", False)


def test_a_chip_photo_supports_and_never_proves(ask: Ask, pictures: Path) -> None:
    chip = ("--reference", PORTRAIT, "--reference-kind", "chip")
    code, said, _ = ask("verify", *chip, "--probe", pictures / "person1.jpg")
    assert (code, said["decision"], said["supports"]) == (0, "other", True)
    assert said["threshold"] == THRESHOLDS[ReferenceKind.CHIP].accept


@pytest.mark.parametrize(
    ("probe", "quality"),
    [
        ("nobody1.jpg", "no_face"),
        ("two_faces1.jpg", "two_faces"),
        ("dark1.jpg", "more_light"),
        ("black.png", "more_light"),
        ("white.png", "less_light"),
    ],
)
def test_a_probe_that_is_not_good_is_named(
    ask: Ask, pictures: Path, probe: str, quality: str
) -> None:
    code, said, _ = ask("verify", "--reference", PORTRAIT, "--probe", pictures / probe)
    assert (code, said["decision"], said["quality"]) == (0, "retry", [quality])
    assert said["score"] is None


def test_a_picture_of_four_thousand_pixels_is_no_trouble(ask: Ask, pictures: Path) -> None:
    code, said, _ = ask("verify", "--reference", PORTRAIT, "--probe", pictures / "four_k.jpg")
    assert code == 0
    assert said["score"] < 0.3


@pytest.mark.parametrize(
    ("reference", "probe", "words"),
    [
        ("absent.jpg", "person1.jpg", "no such file"),
        ("person1.jpg", "absent.jpg", "no such file"),
        ("person1.jpg", "corrupt.jpg", "这不是照片"),
        ("corrupt.jpg", "person1.jpg", "应正好有一张清楚的脸"),
        ("nobody1.jpg", "person1.jpg", "应正好有一张清楚的脸"),
        ("two_faces1.jpg", "person1.jpg", "应正好有一张清楚的脸"),
    ],
)
def test_what_can_not_be_compared_has_words(
    ask: Ask, pictures: Path, reference: str, probe: str, words: str
) -> None:
    code, said, error = ask(
        "verify", "--reference", pictures / reference, "--probe", pictures / probe
    )
    assert (code, said) == (2 if "absent.jpg" in (reference, probe) else 1, {})
    assert words in error
    assert "Traceback" not in error


def test_a_corrupt_model_has_words(ask: Ask, pictures: Path, tmp_path: Path) -> None:
    for file in MODELS.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    (tmp_path / "iris_landmark.tflite").write_bytes(b"not it")
    probe = pictures / "person1.jpg"
    code, _, error = ask("verify", "--reference", PORTRAIT, "--probe", probe, models=tmp_path)
    assert code == 1
    assert "模型文件不对：iris_landmark.tflite" in error
    (tmp_path / "iris_landmark.tflite").unlink()
    code, _, error = ask("verify", "--reference", PORTRAIT, "--probe", probe, models=tmp_path)
    assert (code, "模型文件不对" in error) == (1, True)


def test_another_model_needs_digest_and_thresholds(ask: Ask, pictures: Path) -> None:
    start = ("verify", "--reference", PORTRAIT, "--probe", pictures / "person1.jpg")
    model = pictures / "corrupt.jpg"
    code, _, error = ask(*start, "--model", model)
    assert (code, f"sha256sum {model}" in error) == (2, True)
    code, _, error = ask(*start, "--model", model, "--sha256", "0" * 64)
    assert (code, "face calibrate" in error) == (1, True)


# liveness


def test_a_film_of_the_asked_order_passes(ask: Ask, acted: Path) -> None:
    code, said, _ = ask("liveness", "--video", acted, "--challenge", "turn_left,blink,turn_right")
    assert code == 0
    assert said["passed"] is True, said
    assert [step["seen"] for step in said["steps"]] == [True] * 3
    seconds = [step["at"] for step in said["steps"]]
    assert seconds == sorted(seconds)
    assert said["kind"] == "challenge-based, not certified"


def test_a_film_of_another_order_does_not(ask: Ask, acted: Path) -> None:
    code, said, _ = ask("liveness", "--video", acted, "--challenge", "turn_right,blink,turn_left")
    assert (code, said["passed"], said["doubt"]) == (0, False, "wrong")
    assert [step["seen"] for step in said["steps"]] == [False] * 3


def test_films_that_can_not_be_judged(
    ask: Ask, tmp_path: Path, film: SceneFilm, acted: Path
) -> None:
    empty = write_film(
        tmp_path / "nobody.avi", (film.frame(FaceScene.NOBODY, number) for number in range(4))
    )
    nonsense = tmp_path / "nonsense.avi"
    nonsense.write_bytes(b"RIFF and so on")
    for video, challenge, status, words in (
        (tmp_path / "absent.avi", "blink", 2, "no such file"),
        (nonsense, "blink", 1, "这不是录像"),
        (empty, "blink", 1, "录像里没有看到脸"),
        (acted, "blink,jump", 2, "turn_left,turn_right,blink,mouth"),
    ):
        code, said, error = ask("liveness", "--video", video, "--challenge", challenge)
        assert (code, said) == (status, {})
        assert words in error


@pytest.mark.parametrize(
    ("rate", "frames", "doubt"), [(1.0, [1, 2, 3, 4], "slow"), (8.0, [1] * 14, "frozen")]
)
def test_films_of_a_poor_camera(
    ask: Ask, tmp_path: Path, film: SceneFilm, rate: float, frames: list[int], doubt: str
) -> None:
    shown = (film.frame(FaceScene.PERSON, number) for number in frames)
    video = write_film(tmp_path / "poor.avi", shown, rate)
    code, said, _ = ask("liveness", "--video", video, "--challenge", "turn_left")
    assert (code, said["passed"], said["doubt"]) == (0, False, doubt)


# calibrate


def test_a_calibration_writes_thresholds_and_a_plot(
    ask: Ask, tmp_path: Path, film: SceneFilm
) -> None:
    for person, scene in (("one", FaceScene.PERSON), ("two", FaceScene.WRONG_PERSON)):
        (tmp_path / "people" / person).mkdir(parents=True)
        for number in (1, 20):
            path = tmp_path / "people" / person / f"{number}.png"
            cv2.imwrite(str(path), film.frame(scene, number))
    (tmp_path / "people" / "one" / "notes.txt").write_text("not a picture")
    cv2.imwrite(str(tmp_path / "people" / "two" / "empty.png"), film.frame(FaceScene.NOBODY, 1))
    out = tmp_path / "out"
    code, said, error = ask("calibrate", "--data", tmp_path / "people", "--out", out)
    assert code == 0
    assert (said["persons"], said["pictures"], said["unusable"]) == (2, 5, 1)
    assert (said["genuine"], said["impostors"]) == (4, 8)
    assert said["provisional"] is True
    assert "少于 60 人" in error
    assert "two/empty.png" in error
    (one,) = read_table(Path(said["thresholds"]))["thresholds"]
    assert one["model"] == EMBEDDER.sha256
    assert Path(said["plot"]).read_bytes().startswith(b"\x89PNG")
    probe = tmp_path / "people" / "one" / "1.png"
    start = ("verify", "--reference", PORTRAIT, "--probe", probe)
    code, compared, _ = ask(*start, "--thresholds", said["thresholds"])
    assert (code, compared["decision"]) == (0, "accept")
    assert compared["threshold"] == pytest.approx(said["accept"], abs=1e-4)


def test_folders_that_can_not_be_measured(ask: Ask, tmp_path: Path) -> None:
    code, _, error = ask("calibrate", "--data", tmp_path / "absent", "--out", tmp_path)
    assert (code, "no such folder" in error) == (2, True)
    code, _, error = ask("calibrate", "--data", tmp_path, "--out", tmp_path)
    assert (code, "至少要有两个人" in error) == (1, True)


def test_the_command_is_found(capsys: pytest.CaptureFixture[str]) -> None:
    assert main.main(["face", "verify", "--reference", "nothing.jpg", "--probe", "x.jpg"]) == 2
    assert "no such file" in capsys.readouterr().err
