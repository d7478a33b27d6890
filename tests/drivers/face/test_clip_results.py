"""A campaign of clips goes on where it ended, by the verdicts that it kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from drivers.face.liveness.rules import LivenessStep
from drivers.simulated.scenes.clip import ATTACKS, Species
from drivers.simulated.scenes.groups import GROUPS, Group
from script.benches.face import face_clips
from script.benches.face.clip_results import (
    TURN_ONLY_EACH,
    ClipCampaign,
    ClipResults,
    Share,
    share_named,
    version_of,
)
from script.benches.face.face import campaign
from script.benches.face.face_clips import EACH_ATTACK, clips, in_rounds
from script.benches.face.face_flow import ClipVerdict

YES = ClipVerdict(True, True, "accept", 9.5)
NO = ClipVerdict(False, True, "face_not_live/late", 12.0)


def test_verdicts_are_kept_and_read_again(tmp_path: Path) -> None:
    path = tmp_path / "clips.jsonl"
    first = ClipResults("1", path)
    first.add("puppet", 3, YES)
    first.add("puppet", 4, NO)
    again = ClipResults("1", path)
    assert again.of("puppet") == [YES, NO]
    assert again.has("puppet", 4)
    assert not again.has("puppet", 5)
    assert not again.has("frozen", 4)
    assert ClipResults("2", path).of("puppet") == [], "of another version: to be played again"


def test_a_line_that_was_torn_is_played_again(tmp_path: Path) -> None:
    path = tmp_path / "clips.jsonl"
    ClipResults("1", path).add("puppet", 3, YES)
    whole = path.read_bytes()
    path.write_bytes(whole + whole[:20])
    torn = ClipResults("1", path)
    torn.add("puppet", 4, NO)
    assert ClipResults("1", path).verdicts == {"puppet": {3: YES, 4: NO}}


def test_shares_divide_the_seeds() -> None:
    shares = [share_named(f"{number}/3") for number in (1, 2, 3)]
    assert [sum(one.holds(seed) for one in shares) for seed in range(24)] == [1] * 24
    turns_alone = [seed for seed in range(24) if seed % TURN_ONLY_EACH == TURN_ONLY_EACH - 1]
    assert [sum(map(one.holds, turns_alone)) for one in shares] == [2, 2, 2]
    for wrong in ("0/3", "4/3", "1", "a/b"):
        with pytest.raises(ValueError, match=r".*"):
            share_named(wrong)


def test_other_movements_have_verdicts_of_their_own() -> None:
    shipped, nodding = campaign(None, "1/1", 9.0, ""), campaign(None, "1/2", 9.0, "turn_left,nod")
    assert shipped.version == version_of()
    assert shipped.rules is None
    assert nodding.version == f"{version_of()}+turn_left+nod"
    assert nodding.rules is not None
    assert nodding.rules.actions == (LivenessStep.TURN_LEFT, LivenessStep.NOD)
    assert nodding.share == Share(1, 2)


def test_what_decides_a_verdict_makes_its_version(tmp_path: Path) -> None:
    (tmp_path / "drivers/face/liveness").mkdir(parents=True)
    for name in ("decision.py", "policy.py", "trial.py"):
        (tmp_path / "drivers/face" / name).write_text("", "utf-8")
    (tmp_path / "config").mkdir()
    numbers = tmp_path / "config/face.toml"
    numbers.write_text("steps = 3", "utf-8")
    before = version_of(tmp_path)
    numbers.write_text("steps = 4", "utf-8")
    assert version_of(tmp_path) != before
    numbers.write_text("steps = 3", "utf-8")
    assert version_of(tmp_path) == before
    numbers.write_text("steps = 3  # of the actions", "utf-8")
    assert version_of(tmp_path) == before, "words change nothing"
    rules = tmp_path / "drivers/face/liveness/rules.py"
    rules.write_text('"""One."""', "utf-8")
    other = version_of(tmp_path)
    assert other != before
    rules.write_text('"""Another one."""', "utf-8")
    assert version_of(tmp_path) == other


def test_the_campaign_is_as_large_as_the_policy_asks_for() -> None:
    wanted = list(in_rounds(quick=False))
    assert len(set(wanted)) == len(wanted)
    counts = {kind: sum(one is kind for one, _ in wanted) for kind in (*Group, *ATTACKS)}
    assert len(ATTACKS) >= 15
    assert sum(counts[one] for one in ATTACKS) >= 1500
    assert all(counts[one] == EACH_ATTACK for one in ATTACKS)
    assert sum(counts[one] for one in Group) >= 500
    assert all(counts[one] >= 30 for one in GROUPS)
    early = wanted[: len(wanted) // 10]
    assert {kind for kind, _ in early} == {*Group, *ATTACKS}, "ended early, it tells of all"


def test_only_what_is_missing_of_the_share_is_played(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    played: list[tuple[object, int]] = []

    class NoEngine:
        def __init__(self, *_given: object) -> None:
            pass

        def prepare(self, _portrait: bytes) -> None:
            pass

    def one_clip(_engine: object, kind: object, seed: int, _rules: object) -> ClipVerdict:
        played.append((kind, seed))
        return NO if isinstance(kind, Species) else YES

    monkeypatch.setattr(face_clips, "FaceEngine", NoEngine)
    monkeypatch.setattr(face_clips, "one_clip", one_clip)
    path = tmp_path / "clips.jsonl"
    report = clips(quick=True, campaign=ClipCampaign(path, seconds=0.0))
    assert (played, report.figures["attack_clips"].value) == ([], 0)
    clips(quick=True, campaign=ClipCampaign(path, Share(2, 2)))
    assert played == [], "the first four seeds are the other's"
    report = clips(quick=True, campaign=ClipCampaign(path))
    assert len(played) == len(set(played)) == 2 + len(GROUPS) + len(ATTACKS)
    assert report.holds
    assert report.figures["attack_clips"].value == len(ATTACKS)
    clips(quick=True, campaign=ClipCampaign(path))
    assert len(played) == 2 + len(GROUPS) + len(ATTACKS), "nothing is played twice"
