"""The speaker of sentences: one thread; a new sentence ends the player of the one before."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Callable
from pathlib import Path
from queue import SimpleQueue

from drivers.voice.pace import stretched
from drivers.voice.programs import RATE, SAMPLE, Start, decode, player_for
from kiosk.clips import PHRASE_GAP, Phrases
from kiosk.failures import Failure
from kiosk.log import LogEvent, say
from kiosk.operator_texts import text_of
from kiosk.ports import Manner

SILENCE = bytes(SAMPLE * round(RATE * PHRASE_GAP))
GAINS = (-12, -6, 0)  # dB of the three steps
PATIENCE = 5.0  # seconds that a player may take longer than the sentence

Decode = Callable[[Path, int], bytes]


def open_speaker(
    url: str, clips: Path, changed: Callable[[], None], headphones: str = ""
) -> ProgramSpeaker | NoSpeaker:
    """Return the speaker at `url`, alsa:DEVICE; one that says nothing for "".

    `clips` is the folder of recordings, `headphones` the address of the private sound, `changed` is
    called when sound was lost or came back. Not in the registry, which takes long to import.
    """
    if not url:
        return NoSpeaker()
    ear = player_for(headphones) if headphones else None
    return ProgramSpeaker(clips, decode, player_for(url), changed, ear)


class ProgramSpeaker:
    """Loudspeaker and headphones behind a player program. `say` and `failure` return at once.

    `folder` holds the recordings; `decode` and `start` run the programs. `changed` is called on the
    speaker's thread when sound was lost or came back. `start_private` plays through the headphones;
    without it nothing private is ever played.
    """

    def __init__(
        self,
        folder: Path,
        decode: Decode,
        start: Start,
        changed: Callable[[], None],
        start_private: Start | None = None,
    ) -> None:
        """Start the thread."""
        self._folder, self._decode = folder, decode
        self._start, self._start_private = start, start_private
        self._changed = changed
        self._orders: SimpleQueue[int | None] = SimpleQueue()
        self._lock = threading.Lock()
        self._order = 0
        self._said: Phrases = ()
        self._manner = Manner(1)
        self._player: subprocess.Popen[bytes] | None = None
        self._failure: Failure | None = None
        self._thread = threading.Thread(target=self._work, name="voice", daemon=True)
        self._thread.start()

    def say(self, phrases: Phrases, manner: Manner) -> None:
        """Say phrases instead of what is being said; () ends that and is silent."""
        # In one lock: a player that is about to start sees the new order and does not.
        with self._lock:
            self._order += 1
            self._said, self._manner = phrases, manner
            self._end_player()
        self._orders.put(self._order)

    def failure(self) -> Failure | None:
        """Return why the last sentence was not heard, None when it was."""
        return self._failure

    def close(self) -> None:
        """Be silent and wait until the thread has ended."""
        self.say((), Manner(0))
        self._orders.put(None)
        self._thread.join()

    def _end_player(self) -> None:
        if self._player is not None:
            self._player.terminate()

    def _work(self) -> None:
        while (order := self._orders.get()) is not None:
            with self._lock:
                phrases, manner = self._said, self._manner
                late = order != self._order
            start = self._start_private if manner.private else self._start
            if phrases and start is not None and not late:
                self._note(self._utter(order, phrases, manner, start))

    def _utter(self, order: int, phrases: Phrases, manner: Manner, start: Start) -> str | None:
        """Play the phrases and return what went wrong.

        "" when they were heard, None when another order cut them.
        """
        try:
            gain = GAINS[manner.volume]
            samples = SILENCE.join(
                b"".join(self._decode(self._folder / f"{clip}.opus", gain) for clip in phrase)
                for phrase in phrases
            )
            samples = stretched(samples, manner.pace)
            with self._lock:
                if order != self._order:
                    return None
                self._player = start()
        except (OSError, subprocess.SubprocessError) as why:
            return type(why).__name__
        with self._player as player:
            trouble = _play(player, samples)
        with self._lock:
            self._player = None
            return trouble if order == self._order else None

    def _note(self, trouble: str | None) -> None:
        if trouble is None:
            return
        failure = Failure.SPEAKER_LOST if trouble else None
        if failure is self._failure:
            return
        self._failure = failure
        if trouble:
            say(LogEvent.SPEAKER, text_of("devices.no_sound", why=trouble), failure=failure)
        self._changed()


def _play(player: subprocess.Popen[bytes], samples: bytes) -> str:
    """Give all samples to the player; return what it printed when it fails, "" otherwise."""
    seconds = len(samples) / SAMPLE / RATE
    try:
        _, errors = player.communicate(samples, timeout=seconds + PATIENCE)
    except subprocess.TimeoutExpired:
        player.kill()
        return "timeout"
    if player.returncode == 0:
        return ""
    return errors.decode("utf-8", "replace").strip().splitlines()[0] if errors.strip() else "exit"


class NoSpeaker:
    """A terminal without a loudspeaker."""

    def say(self, phrases: Phrases, manner: Manner) -> None:
        """Play nothing."""

    def failure(self) -> Failure | None:
        """Return None: no sound is expected."""
        return None

    def close(self) -> None:
        """Do nothing."""
