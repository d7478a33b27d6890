"""The network that OpenCV runs is the one that dlib runs."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import dlib
import numpy as np
import pytest

from drivers.face.detection.yunet import FoundFace, YuNet
from drivers.face.embedding.alignment import align_face
from drivers.face.embedding.dlib128 import TEMPLATE, Dlib128, _box, _network
from drivers.face.embedding.dlib_layers import LayerKind, layers_of
from drivers.face.embedding.embedder import DLIB_WEIGHTS, dlib_folder
from drivers.face.embedding.residual import SIDE, ResidualNetwork, as_onnx
from drivers.face.models import UnknownModelError
from drivers.simulated.scenes.face_scene import FaceScene
from kiosk.ports import Frame
from tests.drivers.face.conftest import POLICY

SAME = 1e-5  # of numbers that lie between -0.4 and 0.4
WEIGHTS = dlib_folder() / DLIB_WEIGHTS
PEOPLE = (FaceScene.PERSON, FaceScene.WRONG_PERSON, FaceScene.DARK, FaceScene.TOO_FAR)


@pytest.fixture(scope="module")
def data() -> bytes:
    return WEIGHTS.read_bytes()


@pytest.fixture(scope="module")
def engine128() -> Dlib128:
    return Dlib128(WEIGHTS, POLICY.models.embed.sha256, POLICY.models.align)


@pytest.fixture(scope="module")
def pictures(
    portrait: bytes, yunet: YuNet, shoot: Callable[[FaceScene, int], Frame]
) -> list[tuple[np.ndarray, FoundFace]]:
    frames = [shoot(scene, number) for scene in PEOPLE for number in (0, 9, 17)]
    rows = [np.frombuffer(one.pixels, np.uint8).reshape(480, 640, 3).copy() for one in frames]
    rows.append(cv2.imdecode(np.frombuffer(portrait, np.uint8), cv2.IMREAD_COLOR))
    found = [(one, yunet.find(one)) for one in rows]
    known = [(one, faces[0]) for one, faces in found if faces]
    assert len(known) > 9
    return known


def test_the_numbers_are_dlibs_own(
    engine128: Dlib128, pictures: list[tuple[np.ndarray, FoundFace]]
) -> None:
    align = dlib.shape_predictor(str(dlib_folder() / POLICY.models.align.file))
    peer = dlib.face_recognition_model_v1(str(WEIGHTS))
    network = ResidualNetwork(WEIGHTS.read_bytes())
    for picture, face in pictures:
        rgb = np.ascontiguousarray(picture[..., ::-1])
        theirs = peer.compute_face_descriptor(rgb, align(rgb, dlib.rectangle(*_box(face))), 1)
        ours = network.numbers(engine128.chip(rgb, face, padding=0.25))
        assert np.abs(ours - np.asarray(theirs)).max() < SAME


def test_both_alignments_show_the_same_face(
    engine128: Dlib128, pictures: list[tuple[np.ndarray, FoundFace]]
) -> None:
    network, apart = ResidualNetwork(WEIGHTS.read_bytes()), []
    for picture, face in pictures:
        rgb = np.ascontiguousarray(picture[..., ::-1])
        both = (engine128.chip(rgb, face), align_face(rgb, face, TEMPLATE, SIDE))
        one, other = (network.numbers(chip) for chip in both)
        apart.append(engine128.distance(one, other))
    assert max(apart) < 0.35, apart


def test_a_mirrored_face_is_the_same(
    engine128: Dlib128, yunet: YuNet, pictures: list[tuple[np.ndarray, FoundFace]]
) -> None:
    picture, face = pictures[-1]
    mirrored = np.ascontiguousarray(picture[:, ::-1])
    (other,) = yunet.find(mirrored)
    one, two = engine128.embed(picture, face), engine128.embed(mirrored, other)
    assert engine128.distance(one, two) < 0.15


def test_a_network_of_another_build_runs_in_dlib(
    data: bytes, engine128: Dlib128, pictures: list[tuple[np.ndarray, FoundFace]]
) -> None:
    picture, face = pictures[-1]
    chip = engine128.chip(np.ascontiguousarray(picture[..., ::-1]), face)
    with_dlib = _network(WEIGHTS, data.replace(b"add_prev_1", b"mult_prev1"))
    assert with_dlib.__qualname__.startswith("own_network")
    assert with_dlib(chip) == pytest.approx(_network(WEIGHTS, data)(chip), abs=SAME)


def test_the_layers_are_read_whole(data: bytes) -> None:
    found = list(layers_of(data))
    kinds = [one.kind for one in found]
    assert kinds.count(LayerKind.CONVOLUTION) == kinds.count(LayerKind.AFFINE) == 29
    assert kinds.count(LayerKind.SUM) == 14
    weights = sum(one.weights.size for one in found)
    assert weights * 4 == pytest.approx(len(data), rel=0.001)
    assert found[0].sizes == (32, 7, 7, 2, 2, 0, 0)
    assert found[-1].sizes == (128, 256)


@pytest.mark.parametrize("share", [0.0, 0.001, 0.3, 0.9999])
def test_half_a_file_is_no_network(data: bytes, share: float) -> None:
    with pytest.raises(UnknownModelError):
        as_onnx(data[: int(share * len(data))])


@pytest.mark.parametrize("known", [b"affine_", b"max_pool_2", b"fc_2", b"add_prev_1", b"relu_1"])
def test_another_layer_makes_another_network(data: bytes, known: bytes) -> None:
    with pytest.raises(UnknownModelError):
        ResidualNetwork(data.replace(known, b"x" * len(known), 1))


def test_weights_of_another_size_are_another_network(data: bytes) -> None:
    at = data.index(b"affine_") + len(b"affine_")
    assert data[at : at + 4] == b"\x01\x02\x01\x40"  # a tensor's version, and its first size
    half = data[: at + 3] + b"\x20" + data[at + 4 :]
    with pytest.raises(UnknownModelError):
        ResidualNetwork(half)
