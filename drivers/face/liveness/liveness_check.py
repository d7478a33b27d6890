"""The liveness check: a pure state machine over frames.

Challenge-based, not certified: it asks for turns of the head and a blink in an order drawn at
random, and believes only what begins after the prompt. It has no camera, clock or chance.
"""

from __future__ import annotations

from dataclasses import replace
from statistics import median
from typing import TYPE_CHECKING

from drivers.face.liveness.continuity import (
    count_strange,
    has_jumped,
    is_behind,
    is_bowed,
    is_continuous,
    is_slow,
    keep_lattices,
)
from drivers.face.liveness.motion import Baseline, turned
from drivers.face.liveness.rise import RISES, rise_of
from drivers.face.liveness.rules import TURNS, LivenessRules, LivenessStep
from drivers.face.liveness.state import ENDED, Doubt, Liveness, Phase

if TYPE_CHECKING:
    from drivers.face.detection.cues import FaceCues, Sighting


def advance(state: Liveness, now: Sighting, rules: LivenessRules, *, may_ask: bool) -> Liveness:
    """Return the state of the try after the frame `now`.

    Nothing new is asked while `may_ask` is false.
    """
    if state.phase in ENDED:
        return state
    if now.vendor is False or now.infrared is False:
        return _failed(state, Doubt.SENSOR)
    state = replace(state, first=state.first or now)
    if now.fingerprint in state.seen:
        return _same_picture(state, now, rules)
    state = replace(
        state, seen=state.seen | {now.fingerprint}, newest=now.fingerprint, fresh_at=now.at
    )
    if is_slow(state, now, rules):
        return _failed(state, Doubt.SLOW)
    if now.face is None or is_behind(state, now, rules):
        gone = state.last is not None and now.at - state.last.at > rules.lost_seconds
        return _restarted(state, rules) if gone else state
    if not is_continuous(state, now, rules):
        return _restarted(state, rules)
    if has_jumped(state, now, rules):
        moving = state.phase in (Phase.ASKED, Phase.RETURN)
        return _failed(state, Doubt.JUMPED) if moving else _restarted(state, rules)
    state = replace(
        state,
        last=now,
        strange=count_strange(state, now, rules),
        lattices=keep_lattices(state, now, rules),
    )
    if state.strange >= rules.strange_frames:
        return _failed(state, Doubt.SWAPPED)
    if len(state.lattices) == rules.lattice_frames and median(state.lattices) > rules.lattice:
        return _failed(state, Doubt.SCREEN)
    return _PHASES[state.phase](state, now, now.face, rules, may_ask)


def _same_picture(state: Liveness, now: Sighting, rules: LivenessRules) -> Liveness:
    """Ignore a picture that came before; too many of them, or no other for long, end the try."""
    if now.fingerprint == state.newest:
        frozen = now.at - state.fresh_at >= rules.frozen_seconds
        return _failed(state, Doubt.FROZEN) if frozen else state
    state = replace(state, repeated=state.repeated + 1)
    return _failed(state, Doubt.REPEATED) if state.repeated >= rules.repeats else state


def _restarted(state: Liveness, rules: LivenessRules) -> Liveness:
    """Begin anew with another challenge: what was done before proves nothing any more.

    A person who still looks for the right place loses nothing by it.
    """
    if state.phase is Phase.SETTLE:
        return replace(state, part=state.part + 1, samples=(), last=None)
    if state.restarted >= rules.restarts:
        return _failed(state, Doubt.LOST)
    return Liveness(
        challenges=state.challenges,
        part=state.part + 1,
        restarted=state.restarted + 1,
        first=state.first,
        fresh_at=state.fresh_at,
        seen=state.seen,  # a picture of an earlier part is a repetition, too
        newest=state.newest,
        repeated=state.repeated,
    )


def _failed(state: Liveness, doubt: Doubt) -> Liveness:
    return replace(state, phase=Phase.FAILED, doubt=doubt)


def _settle(
    state: Liveness, now: Sighting, face: FaceCues, rules: LivenessRules, _may_ask: bool
) -> Liveness:
    needs_eyes = LivenessStep.BLINK in state.challenge.steps
    if not now.good or (needs_eyes and not (face.openness or 0) > _least_openness(rules)):
        return state
    samples = (*state.samples, face)[-rules.settle_frames :]
    noses = [one.nose for one in samples]
    if len(samples) < rules.settle_frames or max(noses) - min(noses) > rules.steady:
        return replace(state, samples=samples)
    baseline = Baseline(
        nose=median(one.nose for one in samples),
        span=median(one.span for one in samples),
        openness=median(one.openness or 0.0 for one in samples),
        mouth=median(one.mouth for one in samples),
        drop=median(one.drop for one in samples),
        height=median(one.box.height for one in samples),
    )
    return replace(state, phase=Phase.PAUSE, since=now.at, baseline=baseline, samples=samples)


def _pause(
    state: Liveness, now: Sighting, face: FaceCues, rules: LivenessRules, may_ask: bool
) -> Liveness:
    baseline = state.baseline
    assert baseline is not None
    nose = face.nose - baseline.nose
    state = _with_lids(state, now, face, rules)
    if abs(nose) >= rules.turn_ratio or _is_shut_long(state, now, rules):
        return _failed(state, Doubt.EARLY)
    rested = now.at - state.since >= state.challenge.pauses[len(state.done)]
    still = abs(nose) <= rules.front_ratio
    if not (may_ask and rested and still and _is_at_rest(state.undone, baseline, face, rules)):
        return state
    state = _with_room(state, face, rules)
    near = replace(baseline, height=face.box.height)  # coming closer is measured from now on
    return replace(
        state,
        phase=Phase.ASKED,
        since=now.at,
        baseline=near,
        moved_at=None,
        held=0,
        reach=0.0,
        short=False,
        more_at=None,
    )


def _with_room(state: Liveness, face: FaceCues, rules: LivenessRules) -> Liveness:
    """Ask for a turn in place of coming closer, of who would leave the picture by it."""
    if state.undone is not LivenessStep.CLOSER or face.room >= rules.closer_room:
        return state
    steps = list(state.challenge.steps)
    turn = next((one for one in TURNS if one not in steps), TURNS[0])
    steps[len(state.done)] = turn
    challenges = list(state.challenges)
    challenges[state.restarted] = replace(state.challenge, steps=tuple(steps))
    return replace(state, challenges=tuple(challenges))


def _asked(
    state: Liveness, now: Sighting, face: FaceCues, rules: LivenessRules, _may_ask: bool
) -> Liveness:
    baseline = state.baseline
    assert baseline is not None
    said_at = state.since if state.more_at is None else state.more_at  # the hint takes time, too
    if now.at - said_at > rules.answer_seconds:
        return _failed(state, Doubt.LATE)
    step, nose = state.undone, face.nose - baseline.nose
    shut_at = state.shut_at
    state = _with_lids(state, now, face, rules)
    if step not in TURNS and abs(nose) >= rules.turn_ratio:
        return _failed(state, Doubt.WRONG)
    if step is LivenessStep.BLINK:
        return _blink(state, shut_at, now, rules)
    if _is_shut_long(state, now, rules):
        return _failed(state, Doubt.WRONG)
    if step in RISES:
        return _risen(state, now, face, rules)
    return _turn(state, now, face, rules)


def _turn(state: Liveness, now: Sighting, face: FaceCues, rules: LivenessRules) -> Liveness:
    """Follow the nose to the asked side; done when it stayed there for some frames."""
    baseline = state.baseline
    assert baseline is not None
    step, nose = state.undone, face.nose - baseline.nose
    towards = nose if step is LivenessStep.TURN_LEFT else -nose
    if towards <= -rules.turn_ratio:
        return _failed(state, Doubt.WRONG)
    if towards <= (rules.front_ratio if state.moved_at is None else rules.back_ratio):
        came_back = state.moved_at is not None and not state.short
        state = _short(state, now) if came_back else state
        return replace(state, moved_at=None, held=0, reach=0.0)
    moved_at = now.at if state.moved_at is None else state.moved_at
    if moved_at - state.since < rules.first_moment:
        return _failed(state, Doubt.EARLY)
    state = _reaching(state, now, towards, rules)
    # Time to follow the hint first, then as far as the own neck goes.
    may_stay_short = state.short and state.challenge.may_stay_short
    farthest = may_stay_short and now.at - state.reached_at >= rules.reach_seconds / 2
    least = rules.least_reach if farthest else rules.turn_ratio
    if state.held:  # who turns fast is in few frames so far; then a nose is hard to follow
        least = min(least, rules.near_front)
    flat = farthest and state.challenge.guarded and towards >= least  # a head, by what guards it
    held = state.held + 1 if flat or turned(baseline, face, rules, least) else 0
    phase = Phase.RETURN if held >= rules.turn_frames else state.phase
    return replace(state, phase=phase, moved_at=moved_at, held=held)


def _reaching(state: Liveness, now: Sighting, towards: float, rules: LivenessRules) -> Liveness:
    """Follow how far the turn comes: who stays short of the usual angle is told to go on.

    Who then stays as far as she can has turned: stiff necks reach 15 to 20 degrees.
    """
    if towards > state.reach + rules.reach_step:
        return replace(state, reach=towards, reached_at=now.at)
    if not state.short and now.at - state.reached_at >= rules.reach_seconds:
        return replace(_short(state, now), reached_at=now.at)
    return state


def _short(state: Liveness, now: Sighting) -> Liveness:
    """Return the state of who is told to turn a little more."""
    return replace(state, short=True, more_at=now.at)


def _risen(state: Liveness, now: Sighting, face: FaceCues, rules: LivenessRules) -> Liveness:
    """Wait until a measure rises as far as it only does on purpose, and not too soon."""
    assert state.baseline is not None
    rise = rise_of(state.undone, state.baseline, face, rules)
    if rise.rests and not rise.is_enough:
        return replace(state, moved_at=None, held=0)
    moved_at = now.at if state.moved_at is None else state.moved_at
    if moved_at - state.since < rules.first_moment:
        return _failed(state, Doubt.EARLY)
    held = state.held + 1 if rise.is_enough else 0
    phase = Phase.RETURN if held >= rules.turn_frames else state.phase
    return replace(state, phase=phase, moved_at=moved_at, held=held)


def _blink(state: Liveness, shut_at: float | None, now: Sighting, rules: LivenessRules) -> Liveness:
    """Judge a closing of the eyes once they open again; done when it was long enough.

    People blink by themselves, for a fifth of a second or so: that counts for nothing. `shut_at` is
    when they closed, None when they were open in the frame before.
    """
    if shut_at is None or state.shut_at is not None:
        return state
    least, most = rules.closed_seconds
    asked_for = shut_at - state.since >= rules.first_moment
    if asked_for and least <= now.at - shut_at <= most:
        return replace(state, phase=Phase.RETURN)
    return state


def _with_lids(state: Liveness, now: Sighting, face: FaceCues, rules: LivenessRules) -> Liveness:
    """Keep since when the eyes are closed; half closed eyes change nothing."""
    assert state.baseline is not None
    turned_away = abs(face.nose - state.baseline.nose) > rules.front_ratio
    away = turned_away or is_bowed(state, face, rules)
    if face.openness is None or away or _opened(state.baseline, face, rules):
        return replace(state, shut_at=None)
    if state.shut_at is None and _closed(state, face, rules):
        return replace(state, shut_at=now.at)
    return state


def _is_shut_long(state: Liveness, now: Sighting, rules: LivenessRules) -> bool:
    """Tell whether the eyes were closed on purpose, although nobody asked for it."""
    return state.shut_at is not None and now.at - state.shut_at >= rules.closed_seconds[0]


def _return(
    state: Liveness, now: Sighting, face: FaceCues, rules: LivenessRules, _may_ask: bool
) -> Liveness:
    """Go on once the face is at the front again and was found to be the same."""
    assert state.baseline is not None
    nose = face.nose - state.baseline.nose
    expected = {LivenessStep.TURN_LEFT: 1, LivenessStep.TURN_RIGHT: -1}.get(state.undone, 0)
    # Still turned to the asked side is on the way back; to the other side is a new movement.
    if abs(nose) >= rules.turn_ratio and nose * expected <= 0:
        return _failed(state, Doubt.EARLY)
    same = now.apart is not None and now.apart <= rules.same_person
    at_rest = rise_of(state.undone, state.baseline, face, rules).rests
    rests = at_rest and abs(nose) <= rules.front_ratio
    if not now.good or not same or not rests:
        return state
    done = (*state.done, state.undone)
    phase = Phase.PASSED if len(done) == len(state.challenge.steps) else Phase.PAUSE
    return replace(state, phase=phase, since=now.at, done=done)


def _is_at_rest(
    step: LivenessStep, baseline: Baseline, face: FaceCues, rules: LivenessRules
) -> bool:
    """Tell whether the part of the face that moves next is as it was at first."""
    if step is LivenessStep.BLINK:
        return _opened(baseline, face, rules)
    return rise_of(step, baseline, face, rules).rests


def _closed(state: Liveness, face: FaceCues, rules: LivenessRules) -> bool:
    """Tell whether the eyes are closed; `state` is that before the frame of `face`."""
    baseline = state.baseline
    assert baseline is not None
    taller = face.box.height / max(baseline.height, 1.0) - 1
    asked = state.asked is LivenessStep.BLINK and abs(taller) <= rules.closed_height
    share = rules.closed_asked if asked else rules.closed_share
    limit = max(share * baseline.openness, rules.closed_openness)
    return face.openness is not None and face.openness <= limit


def _least_openness(rules: LivenessRules) -> float:
    """Return how far eyes have to be open to be seen closing."""
    return rules.closed_openness / rules.open_share


def _opened(baseline: Baseline, face: FaceCues, rules: LivenessRules) -> bool:
    return face.openness is not None and face.openness >= rules.open_share * baseline.openness


_PHASES = {
    Phase.SETTLE: _settle,
    Phase.PAUSE: _pause,
    Phase.ASKED: _asked,
    Phase.RETURN: _return,
}
