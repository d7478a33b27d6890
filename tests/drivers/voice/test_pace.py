"""A slow sentence is longer, as loud, and at the same pitch."""

from __future__ import annotations

import numpy as np
import pytest

from drivers.voice.pace import PIECE, stretched
from drivers.voice.programs import RATE, SAMPLE

SECONDS = 2


def tone(hertz: float) -> bytes:
    at = np.arange(RATE * SECONDS) / RATE
    return (8000 * np.sin(2 * np.pi * hertz * at)).astype("<i2").tobytes()


def pitch_of(samples: bytes) -> float:
    sound = np.frombuffer(samples, "<i2").astype(float)
    loudest = np.abs(np.fft.rfft(sound)).argmax()
    return float(np.fft.rfftfreq(len(sound), 1 / RATE)[loudest])


@pytest.mark.parametrize("pace", [0.8, 1.2, 1.35, 2.0])
@pytest.mark.parametrize("hertz", [110.0, 220.0, 440.0])
def test_it_lasts_longer_at_the_same_pitch(pace, hertz):
    slow = stretched(tone(hertz), pace)
    assert len(slow) // SAMPLE == round(RATE * SECONDS * pace)
    assert pitch_of(slow) == pytest.approx(hertz, rel=0.01)


def test_it_is_as_loud_in_the_middle():
    plain, slow = tone(200.0), stretched(tone(200.0), 1.35)
    middle = np.frombuffer(slow, "<i2").astype(float)[RATE // 2 : -RATE // 2]
    wanted = float(np.sqrt(np.mean(np.frombuffer(plain, "<i2").astype(float) ** 2)))
    assert float(np.sqrt(np.mean(middle**2))) == pytest.approx(wanted, rel=0.1)


def test_the_end_is_not_cut_off():
    quiet_then_loud = bytes(SAMPLE * RATE) + tone(300.0)[: SAMPLE * RATE]
    slow = np.frombuffer(stretched(quiet_then_loud, 1.5), "<i2").astype(float)
    last = slow[-round(RATE * 0.05) :]
    assert np.abs(last).max() > 2000


@pytest.mark.parametrize("samples", [b"", bytes(SAMPLE * PIECE)])
def test_what_is_too_short_stays_as_it_is(samples):
    assert stretched(samples, 1.35) == samples


def test_the_usual_pace_changes_nothing():
    assert stretched(tone(200.0), 1.0) == tone(200.0)


def test_the_loudest_sound_is_not_turned_over():
    full = (np.ones(RATE) * 32767).astype("<i2").tobytes()
    assert np.frombuffer(stretched(full, 1.35), "<i2").min() >= 0
