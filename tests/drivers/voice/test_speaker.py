"""A sentence is heard, cut by the next one, and without sound there is only silence."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from drivers.voice import speaker as speaker_module
from drivers.voice.programs import RATE, SAMPLE, decode, player_for
from drivers.voice.speaker import SILENCE, NoSpeaker, ProgramSpeaker, open_speaker
from kiosk.clips import clip_id, read_clips
from kiosk.failures import Failure
from kiosk.operator_texts import text_of
from kiosk.ports import Manner

ROOT = Path(__file__).parents[3]
CLIPS = ROOT / "assets" / "voice"
CARD, CAMERA = clip_id("请放身份证"), clip_id("请看着镜头")
LIMIT = 30  # seconds that only a bug reaches


def loudspeaker(recording: Path, *options: str) -> list[str]:
    return [sys.executable, "-m", "drivers.simulated.loudspeaker", str(recording), *options]


@dataclass
class Room:
    """The loudspeaker's side: what arrived there, and when it says so."""

    folder: Path
    options: tuple[str, ...] = ()
    players: list[subprocess.Popen[bytes]] = field(default_factory=list)
    arrived: threading.Condition = field(default_factory=threading.Condition)
    changes: int = 0

    @property
    def recording(self) -> Path:
        return self.folder / "recording"

    def start(self) -> subprocess.Popen[bytes]:
        pipe = subprocess.PIPE
        command = loudspeaker(self.recording, *self.options)
        player = subprocess.Popen(command, stdin=pipe, stderr=pipe, cwd=ROOT)
        with self.arrived:
            self.players.append(player)
            self.arrived.notify_all()
        return player

    def changed(self) -> None:
        with self.arrived:
            self.changes += 1
            self.arrived.notify_all()

    def until(self, wanted) -> None:
        with self.arrived:
            assert self.arrived.wait_for(wanted, LIMIT)

    def events(self) -> list[tuple[str, int]]:
        if not self.recording.exists():
            return []
        lines = map(json.loads, self.recording.read_text("utf-8").splitlines())
        return [(line["event"], line["bytes"]) for line in lines]

    def hear_out(self) -> None:
        """Wait until the players have ended."""
        for player in self.players:
            player.wait(LIMIT)

    def await_event(self, event: str) -> None:
        """Wait until the simulated loudspeaker has noted it."""
        tail = subprocess.Popen(
            ["tail", "-n", "+1", "-F", "--quiet", str(self.recording)],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        assert tail.stdout is not None
        for line in tail.stdout:
            if json.loads(line)["event"] == event:
                break
        tail.kill()
        tail.stdout.close()
        tail.wait(LIMIT)


@pytest.fixture
def room(tmp_path):
    return Room(tmp_path)


def samples_of(*clips: str, gain: int = -6) -> bytes:
    return b"".join(decode(CLIPS / f"{clip}.opus", gain) for clip in clips)


def test_phrases_are_played_whole_with_silence_between(room):
    speaker = ProgramSpeaker(CLIPS, decode, room.start, room.changed)
    speaker.say(((CARD,), (CAMERA,)), Manner(1))
    room.await_event("played")
    speaker.close()
    wanted = len(samples_of(CARD)) + len(SILENCE) + len(samples_of(CAMERA))
    assert room.events() == [("began", 0), ("played", wanted)]
    assert (speaker.failure(), room.changes) == (None, 0)


def test_a_new_sentence_cuts_the_old_one(room):
    room.options = ("--drinks", "4096")
    speaker = ProgramSpeaker(CLIPS, decode, room.start, room.changed)
    speaker.say(((CARD,),), Manner(1))
    room.await_event("began")
    room.options = ()
    speaker.say(((CAMERA,),), Manner(1))
    room.await_event("played")
    speaker.close()
    assert [event for event, _ in room.events()] == ["began", "cut", "began", "played"]
    assert room.events()[-1][1] == len(samples_of(CAMERA))
    assert (speaker.failure(), room.changes) == (None, 0), "being cut is no failure"


def test_private_sentences_go_to_the_headphones_alone(room, tmp_path):
    (tmp_path / "ear").mkdir()
    ear = Room(tmp_path / "ear")
    speaker = ProgramSpeaker(CLIPS, decode, room.start, room.changed, ear.start)
    speaker.say(((CARD,),), Manner(1, private=True))
    ear.until(lambda: bool(ear.players))
    ear.hear_out()
    speaker.say(((CAMERA,),), Manner(1))
    room.until(lambda: bool(room.players))
    room.hear_out()
    speaker.close()
    assert ear.events() == [("began", 0), ("played", len(samples_of(CARD)))]
    assert room.events() == [("began", 0), ("played", len(samples_of(CAMERA)))]


def test_without_headphones_nothing_private_is_played(room):
    speaker = ProgramSpeaker(CLIPS, decode, room.start, room.changed)
    speaker.say(((CARD,),), Manner(1, private=True))
    speaker.say(((CAMERA,),), Manner(1))
    room.until(lambda: bool(room.players))
    room.hear_out()
    speaker.close()
    assert room.events() == [("began", 0), ("played", len(samples_of(CAMERA)))]


def test_a_slow_sentence_is_longer(room):
    speaker = ProgramSpeaker(CLIPS, decode, room.start, room.changed)
    speaker.say(((CARD,),), Manner(1, pace=1.35))
    room.await_event("played")
    speaker.close()
    assert room.events()[-1][1] == pytest.approx(1.35 * len(samples_of(CARD)), abs=SAMPLE)


def test_silence_cuts_too(room):
    room.options = ("--drinks", "4096")
    speaker = ProgramSpeaker(CLIPS, decode, room.start, room.changed)
    speaker.say(((CARD,),), Manner(1))
    room.await_event("began")
    speaker.close()
    assert [event for event, _ in room.events()] == ["began", "cut"]


def test_what_is_replaced_before_it_began_is_never_heard(room):
    decoding, go_on = threading.Event(), threading.Event()

    def slow(clip: Path, gain: int) -> bytes:
        decoding.set()
        go_on.wait(LIMIT)
        return decode(clip, gain)

    speaker = ProgramSpeaker(CLIPS, slow, room.start, room.changed)
    speaker.say(((CARD,),), Manner(1))
    assert decoding.wait(LIMIT)
    speaker.say(((CARD,), (CARD,)), Manner(1))
    speaker.say(((CAMERA,),), Manner(1))
    go_on.set()
    room.await_event("played")
    speaker.close()
    assert room.events() == [("began", 0), ("played", len(samples_of(CAMERA)))]


def test_three_volumes_differ_by_six_decibels():
    def loudest(gain: int) -> int:
        samples = memoryview(samples_of(CARD, gain=gain)).cast("h")
        return max(map(abs, samples))

    quiet, middle, loud = (loudest(gain) for gain in speaker_module.GAINS)
    assert loud / middle == pytest.approx(2, rel=0.02)
    assert middle / quiet == pytest.approx(2, rel=0.02)
    assert loud < 32767, "nothing is clipped"


def test_a_clip_lasts_as_long_as_the_manifest_says():
    for clip in list(read_clips(CLIPS))[:5]:
        seconds = len(samples_of(clip.id)) / SAMPLE / RATE
        assert seconds == pytest.approx(clip.seconds, abs=0.02)


# trouble


def broken(kind: str, room: Room, tmp_path: Path) -> ProgramSpeaker:
    start, folder, decoder = room.start, CLIPS, decode
    match kind:
        case "no sound card":
            room.options = ("--fails", "audio open error: No such file or directory")
        case "dies without a word":
            room.options = ("--fails", " ")
        case "no player":
            start = lambda: subprocess.Popen([tmp_path / "aplay"])  # noqa: E731
        case "no clip":
            folder = tmp_path
        case "no decoder":
            decoder = lambda *_: subprocess.run([tmp_path / "opusdec"], check=True).stdout  # noqa: E731
        case "decoder hangs":

            def decoder(*_):
                raise subprocess.TimeoutExpired("opusdec", 5)

    return ProgramSpeaker(folder, decoder, start, room.changed)


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("no sound card", "audio open error: No such file or directory"),
        ("dies without a word", "exit"),
        ("no player", "FileNotFoundError"),
        ("no clip", "CalledProcessError"),
        ("no decoder", "FileNotFoundError"),
        ("decoder hangs", "TimeoutExpired"),
    ],
)
def test_without_sound_one_line_for_the_technician(room, tmp_path, caplog, kind, words):
    speaker = broken(kind, room, tmp_path)
    with caplog.at_level(logging.WARNING):
        speaker.say(((CARD,),), Manner(1))
        room.until(lambda: room.changes == 1)
        speaker.say(((CARD,),), Manner(1))
        speaker._orders.put(None)
        speaker._thread.join()
    assert speaker.failure() is Failure.SPEAKER_LOST
    assert [one.getMessage() for one in caplog.records] == [text_of("devices.no_sound", why=words)]
    assert room.changes == 1


def test_sound_that_comes_back_is_told(room):
    room.options = ("--fails", "busy")
    speaker = ProgramSpeaker(CLIPS, decode, room.start, room.changed)
    speaker.say(((CARD,),), Manner(1))
    room.until(lambda: room.changes == 1)
    room.options = ()
    speaker.say(((CARD,),), Manner(1))
    room.until(lambda: room.changes == 2)
    assert speaker.failure() is None
    speaker.close()


def test_a_sentence_that_was_cut_brings_no_sound_back(room):
    room.options = ("--fails", "busy")
    speaker = ProgramSpeaker(CLIPS, decode, room.start, room.changed)
    speaker.say(((CARD,),), Manner(1))
    room.until(lambda: room.changes == 1)
    room.options = ("--drinks", "4096")
    speaker.say(((CARD,),), Manner(1))
    room.await_event("began")
    speaker.close()
    assert speaker.failure() is Failure.SPEAKER_LOST
    assert room.changes == 1


def test_a_player_that_hangs_is_killed_at_its_deadline(room, monkeypatch):
    monkeypatch.setattr(speaker_module, "PATIENCE", -60.0)
    room.options = ("--drinks", "0")
    speaker = ProgramSpeaker(CLIPS, decode, room.start, room.changed)
    speaker.say(((CARD,),), Manner(1))
    room.until(lambda: room.changes == 1)
    assert speaker.failure() is Failure.SPEAKER_LOST
    room.hear_out()
    speaker.close()


def test_a_terminal_may_have_no_loudspeaker():
    none = open_speaker("", CLIPS, lambda: None)
    assert isinstance(none, NoSpeaker)
    none.say(((CARD,),), Manner(1))
    assert none.failure() is None
    none.close()


def test_the_player_gets_the_device(tmp_path, monkeypatch):
    program = tmp_path / "aplay"
    program.write_text('#!/bin/sh\ncat >/dev/null\necho "$@" >&2\n', "utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    speaker = open_speaker("alsa:plughw:1,0", CLIPS, lambda: None)
    with player_for("alsa:plughw:1,0")() as player:
        _, said = player.communicate(b"")
    assert said.decode().split() == [
        "-q", "-t", "raw", "-f", "S16_LE", "-r", "24000", "-c", "1", "-D", "plughw:1,0",
    ]  # fmt: skip
    speaker.close()
