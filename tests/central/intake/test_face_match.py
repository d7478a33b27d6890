"""A face record counts by the threshold of its own engine."""

from __future__ import annotations

import pytest

from central.intake.visitor import is_face_match
from central.policy import read_policy
from kiosk.config.schema import read_table
from tests.central.standing import CONFIG, face

LOOSEST = read_policy(CONFIG / "central.toml").visits.loosest_face
RULES = CONFIG / "face.toml"


@pytest.mark.parametrize(
    ("engine", "score", "threshold", "counts"),
    [
        ("sface-0ba9fbfa", 0.6, 0.61, True),
        ("sface-0ba9fbfa", 0.62, 0.61, False),
        ("sface-0ba9fbfa", 0.6, 0.66, False),
        ("dlib128", 0.31, 0.42, True),
        ("dlib128", 0.31, 0.61, False),
        ("another", 0.31, 0.42, False),
    ],
)
def test_a_face_counts_by_its_engine(
    engine: str, score: float, threshold: float, counts: bool
) -> None:
    proof = face(engine=engine, score=score, threshold=threshold)
    assert is_face_match(proof, LOOSEST) is counts


def test_every_shipped_threshold_counts() -> None:
    """What the terminals of this version accept, the service accepts, too."""
    shipped = read_table(RULES)["thresholds"]
    assert shipped
    for one in shipped:
        engine = f"{one['engine']}-{one['model'][:8]}"
        proof = face(engine=engine, score=0.1, threshold=one["accept"])
        assert is_face_match(proof, LOOSEST), engine
