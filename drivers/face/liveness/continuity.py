"""Continuity of one person from one frame to the next.

`state` is that of a try before the frame `now`, in all functions; the limits are in `rules`.
"""

from __future__ import annotations

from math import log
from typing import TYPE_CHECKING

from drivers.face.liveness.rise import rise_of
from drivers.face.liveness.rules import TURNS, LivenessStep
from drivers.face.liveness.state import Phase

if TYPE_CHECKING:
    from drivers.face.detection.cues import FaceCues, Sighting
    from drivers.face.liveness.rules import LivenessRules
    from drivers.face.liveness.state import Liveness


def is_slow(state: Liveness, now: Sighting, rules: LivenessRules) -> bool:
    """Tell whether the camera gives too few frames, whether or not they were all looked at.

    `state` is that before the frame `now`; the limits are in `rules`.
    """
    assert state.first is not None
    passed = now.at - state.first.at
    known = passed * rules.slowest_rate >= 2 * rules.slowest_rate  # two seconds tell
    return known and now.sequence - state.first.sequence < passed * rules.slowest_rate


def is_continuous(state: Liveness, now: Sighting, rules: LivenessRules) -> bool:
    """Tell whether the face can be the one of the last look, by its place and the time between.

    `state` is that before the frame `now`; the limits are in `rules`.
    """
    if state.last is None or state.last.face is None or now.face is None:
        return True
    near = now.at - state.last.at <= rules.unseen_seconds
    return near and state.last.face.box.overlap(now.face.box) > rules.overlap


def is_behind(state: Liveness, now: Sighting, rules: LivenessRules) -> bool:
    """Tell whether the face is a small one elsewhere, as on a poster: the person's was missed.

    `state` is that before the frame `now`; the limits are in `rules`.
    """
    if state.last is None or state.last.face is None or now.face is None:
        return False
    small = now.face.box.width < rules.behind * state.last.face.box.width
    return small and not is_continuous(state, now, rules)


def count_strange(state: Liveness, now: Sighting, rules: LivenessRules) -> int:
    """Return how many compared frames in a row were unlike the first one.

    A turned face is less like its own first look: it has a limit of its own, 0 for engines that
    can't tell turned faces apart.

    `state` is that before the frame `now`; the limits are in `rules`.
    """
    if now.apart is None or now.face is None or is_turned_as_asked(state, now.face, rules):
        return state.strange
    # Far to the side the mesh loses the nose's way, but such a face is no good one either.
    away = state.baseline and abs(now.face.nose - state.baseline.nose) > rules.near_front
    turned = away or not now.good or is_bowed(state, now.face, rules)
    limit = rules.turned_person if turned else rules.same_person
    if turned and not limit:
        return state.strange
    return 0 if now.apart <= limit else state.strange + 1


def is_turned_as_asked(state: Liveness, face: FaceCues, rules: LivenessRules) -> bool:
    """Tell whether the head is still turned after an asked turn was seen.

    So far to the side a face is neither like its own first look nor is its box steady, least of all
    with shut eyes. Whose it is is seen on the way there, and again at the front.

    `state` is that before the next frame; the limits are in `rules`.
    """
    if state.baseline is None or state.phase is not Phase.RETURN or state.undone not in TURNS:
        return False
    return abs(face.nose - state.baseline.nose) >= rules.near_front


def is_bowed(state: Liveness, face: FaceCues, rules: LivenessRules) -> bool:
    """Tell whether the head is bowed, as it was asked to be: lids seem shut then.

    `state` is that before the frame of `face`; the limits are in `rules`.
    """
    if state.baseline is None or state.undone is not LivenessStep.NOD:
        return False
    return not rise_of(LivenessStep.NOD, state.baseline, face, rules).rests


def has_jumped(state: Liveness, now: Sighting, rules: LivenessRules) -> bool:
    """Tell whether size or light of the face changed faster than a person's can.

    `state` is that before the frame `now`; the limits are in `rules`.
    """
    if state.last is None or state.last.face is None or now.face is None:
        return False
    before, face = state.last.face, now.face
    if now.at - state.last.at > rules.jump_seconds:
        return False
    most = rules.jump_turned if _turns(state, (before, face), rules) else rules.jump_size
    size = abs(log(max(face.box.height, 1.0) / max(before.box.height, 1.0)))
    light = abs(log(max(face.light, 1.0) / max(before.light, 1.0)))
    return size > most or light > rules.jump_light


def _turns(state: Liveness, both: tuple[FaceCues, FaceCues], rules: LivenessRules) -> bool:
    """Tell whether the head is turned, in one of two frames, while a turn is asked or ends."""
    asked = state.phase in (Phase.ASKED, Phase.RETURN) and state.undone in TURNS
    if state.baseline is None or not asked:
        return False
    return max(abs(one.nose - state.baseline.nose) for one in both) >= rules.near_front


def keep_lattices(state: Liveness, now: Sighting, rules: LivenessRules) -> tuple[float, ...]:
    """Return the last lattices that were measured, with that of this look.

    `state` is that before the frame `now`; the limits are in `rules`.
    """
    assert now.face is not None
    if now.face.lattice is None or not now.good:
        return state.lattices
    return (*state.lattices, now.face.lattice)[-rules.lattice_frames :]
