"""A sheet is found under the document camera, and what is wrong with it is said."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import cv2
import numpy as np
import pytest

from drivers.devices import paper_camera
from drivers.devices.camera import open_video
from drivers.devices.paper_camera import OUTLINE, DocumentCamera, PaperLimits
from drivers.simulated.bench import first_font
from drivers.simulated.camera import SimulatedCamera
from drivers.simulated.scenes.paper_scene import PaperFilm, PaperScene
from kiosk.failures import Failure
from kiosk.ports import PaperPicture
from wiring import places

FILM = PaperFilm(first_font(places.ASSETS / "fonts"))
EXPECTED = {
    PaperScene.EMPTY: Failure.PAPER_NOT_SEEN,
    PaperScene.CUT_OFF: Failure.PAPER_CUT_OFF,
    PaperScene.BLURRED: Failure.PAPER_BLURRED,
    PaperScene.DARK: Failure.PAPER_DARK,
    PaperScene.GLARE: Failure.PAPER_GLARE,
    PaperScene.BLANK: Failure.PAPER_BLANK,
    PaperScene.TWO_SHEETS: Failure.PAPER_SEVERAL,
    PaperScene.TORN: Failure.PAPER_TORN,
}
GOOD = (
    PaperScene.WHITE_DESK,
    PaperScene.WOODEN_DESK,
    PaperScene.TILTED,
    PaperScene.CURLED,
    PaperScene.FINGER,
    PaperScene.GLARE_BESIDE,
)


def frame_of(scene: PaperScene) -> Any:
    return cv2.imdecode(np.frombuffer(FILM.jpeg(scene, 0), np.uint8), cv2.IMREAD_COLOR)


@dataclass
class Frames:
    """A capture that gives these frames again and again; False ends it."""

    frames: list[Any]
    number: int = 0
    released: list[bool] = field(default_factory=list)

    def read(self) -> tuple[bool, Any]:
        frame = self.frames[self.number % len(self.frames)]
        self.number += 1
        return frame is not None, frame

    def release(self) -> None:
        self.released.append(True)


def taken(*frames: Any, limits: PaperLimits | None = None) -> PaperPicture | Failure | None:
    capture = Frames(list(frames))
    found = DocumentCamera(lambda: capture, limits).capture(lambda: False)
    assert capture.released == [True]
    return found


def doubt_of(frame: Any) -> Failure | None:
    found = taken(frame)
    assert isinstance(found, PaperPicture)
    return found.doubt


def size_of(picture: PaperPicture) -> tuple[int, int]:
    decoded = cv2.imdecode(np.frombuffer(picture.jpeg, np.uint8), cv2.IMREAD_COLOR)
    return decoded.shape[1], decoded.shape[0]


def test_a_sheet_is_cut_out_of_its_table_over_the_wire():
    camera = SimulatedCamera(FILM, scene=PaperScene.SHEET)
    try:
        found = DocumentCamera(lambda: open_video(camera.url)).capture(lambda: False)
    finally:
        camera.close()
    assert isinstance(found, PaperPicture)
    assert size_of(found) == (found.width, found.height)
    assert (found.width, found.height) == pytest.approx((620, 820), abs=12)
    assert "jpeg" not in repr(found)


@pytest.mark.parametrize("scene", EXPECTED)
def test_a_doubted_picture_is_returned_with_its_doubt(scene: PaperScene):
    found = taken(frame_of(scene))
    assert isinstance(found, PaperPicture)
    assert found.doubt is EXPECTED[scene]
    assert size_of(found) == (found.width, found.height)


@pytest.mark.parametrize("scene", GOOD)
def test_a_paper_on_a_real_desk_is_straightened_and_not_doubted(scene: PaperScene):
    found = taken(frame_of(scene))
    assert isinstance(found, PaperPicture)
    assert found.doubt is None
    assert (found.width, found.height) == pytest.approx((619, 821), abs=24)


def test_a_paper_on_a_light_desk_is_cut_out():
    """The first version took none: nothing there is so much brighter than the rest."""
    desk = np.full((960, 1280, 3), 215, np.uint8)
    desk[70:890, 330:950] = frame_of(PaperScene.SHEET)[70:890, 330:950]
    found = taken(desk)
    assert isinstance(found, PaperPicture)
    assert found.doubt is None
    assert size_of(found) == pytest.approx((620, 820), abs=12)


def test_the_outline_follows_the_sheet_while_the_camera_looks():
    sheet = frame_of(PaperScene.SHEET)
    empty = np.full_like(sheet, sheet[5, 5])
    moved = np.roll(sheet, 120, axis=1)
    seen: list[Any] = []

    def look() -> bool:
        frame = camera.latest()
        if frame is not None:
            pixels = np.frombuffer(frame.pixels, np.uint8).reshape(frame.height, frame.width, 3)
            seen.append((frame.sequence, np.argwhere((pixels == OUTLINE[1][0]).all(axis=2))))
        return False

    capture = Frames([empty, sheet, moved, moved, moved])
    camera = DocumentCamera(lambda: capture, PaperLimits(skipped=0))
    assert isinstance(camera.capture(look), PaperPicture)
    assert camera.latest() is None, "nothing of it stays"
    numbers, outlines = zip(*seen, strict=True)
    assert list(numbers) == sorted(set(numbers))
    without, first, second = outlines[0], outlines[1], outlines[2]
    assert not len(without), "there is no sheet yet"
    scale = 640 / sheet.shape[1]
    assert second[:, 1].min() - first[:, 1].min() == pytest.approx(120 * scale, abs=3)


def test_what_is_shown_is_what_is_kept():
    found = taken(frame_of(PaperScene.SHEET))
    assert isinstance(found, PaperPicture)
    shown = found.preview
    assert shown is not None
    assert (shown.width, shown.height) == (found.width, found.height)
    kept = cv2.imdecode(np.frombuffer(found.jpeg, np.uint8), cv2.IMREAD_COLOR)
    pixels = np.frombuffer(shown.pixels, np.uint8).reshape(shown.height, shown.width, 3)
    assert np.abs(kept.astype(int) - pixels).mean() < 4
    assert "pixels" not in repr(found)


def test_a_large_picture_is_shown_smaller():
    large = cv2.resize(frame_of(PaperScene.CUT_OFF), (2592, 1944))
    found = taken(large)
    assert isinstance(found, PaperPicture)
    assert (found.width, found.height) == (2592, 1944)
    assert found.preview is not None
    assert (found.preview.width, found.preview.height) == (1280, 960)


def test_the_sharpest_frame_is_taken_once_the_light_has_settled():
    good, bad = frame_of(PaperScene.SHEET), frame_of(PaperScene.BLURRED)
    assert isinstance(taken(*[bad] * 6, good, *[bad] * 3), PaperPicture)
    found = taken(*[good] * 5, *[bad] * 5)
    assert isinstance(found, PaperPicture)
    assert found.doubt is Failure.PAPER_BLURRED


def shifted(frame: Any, pixels: int) -> Any:
    grid = np.array([[1, 0, pixels], [0, 1, 0]], np.float32)
    return cv2.warpAffine(frame, grid, (1280, 960), borderMode=cv2.BORDER_REPLICATE)


def test_the_picture_waits_until_the_sheet_lies_still():
    """The fourth place is where it stays; the frames before are as sharp, and are not taken."""
    lying = frame_of(PaperScene.WOODEN_DESK)
    moving = [shifted(lying, pixels) for pixels in (-240, -160, -80)]
    capture = Frames([lying] * 5 + moving + [lying] * 12)
    limits = PaperLimits()
    found = DocumentCamera(lambda: capture, limits).capture(lambda: False)
    assert isinstance(found, PaperPicture)
    assert found.doubt is None
    assert capture.number == limits.skipped + len(moving) + limits.still


def test_a_sheet_that_is_never_still_is_taken_all_the_same():
    lying = frame_of(PaperScene.WOODEN_DESK)
    found = taken(lying, shifted(lying, -120))
    assert isinstance(found, PaperPicture)


def test_a_sheet_that_lies_askew_is_taken_and_a_heap_is_not():
    grid = cv2.getRotationMatrix2D((640, 480), 25, 0.7)
    askew = cv2.warpAffine(frame_of(PaperScene.SHEET), grid, (1280, 960), borderValue=(60, 60, 60))
    assert doubt_of(askew) is None
    heap = np.full((960, 1280, 3), 50, np.uint8)
    cv2.line(heap, (200, 200), (1000, 800), (240, 240, 240), 60)
    cv2.line(heap, (1000, 200), (200, 800), (240, 240, 240), 60)
    assert doubt_of(heap) is Failure.PAPER_NOT_SEEN


def test_a_covered_camera_sees_no_paper():
    assert doubt_of(np.zeros((960, 1280, 3), np.uint8)) is Failure.PAPER_NOT_SEEN


def test_a_camera_that_is_not_there_or_goes():
    assert DocumentCamera(lambda: None).capture(lambda: False) is Failure.PAPER_CAMERA_LOST
    assert taken(None) is Failure.PAPER_CAMERA_LOST


def test_a_camera_that_is_pulled_before_a_sheet_lay_still():
    frame = frame_of(PaperScene.SHEET)
    capture = Frames([*[frame] * 4, None])
    found = DocumentCamera(lambda: capture).capture(lambda: False)
    assert found is Failure.PAPER_CAMERA_LOST, "the light has not settled in any of the frames"
    assert capture.released == [True]


def test_who_left_meanwhile_gets_nothing():
    capture = Frames([frame_of(PaperScene.SHEET)])
    assert DocumentCamera(lambda: capture).capture(lambda: True) is None
    assert capture.released == [True]


def test_a_picture_that_would_be_too_large_is_taken_coarser(monkeypatch):
    fine = taken(frame_of(PaperScene.SHEET))
    assert isinstance(fine, PaperPicture)
    monkeypatch.setattr(paper_camera, "LARGEST", len(fine.jpeg) - 1)
    coarse = taken(frame_of(PaperScene.SHEET))
    assert isinstance(coarse, PaperPicture)
    assert len(coarse.jpeg) < len(fine.jpeg)
