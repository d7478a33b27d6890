"""Utterances: words as recorded clips, and names, which nobody recorded, by syllables."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kiosk.clips import Clips, Phrases
from kiosk.pages.page import Said
from kiosk.speech.numerals import EDGES, pieces_of, spelled_pieces
from kiosk.speech.spoken_words import spoken_words
from kiosk.writing.pronunciation import Readings

GROUPS = re.compile(r"(?<=\d) (?=\d)")  # 139 0000 1234: a breath between the groups


@dataclass(frozen=True)
class Utterance:
    """What is to be said now; `missing` are the texts that nobody recorded."""

    phrases: Phrases
    seconds: float
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class Voice:
    """The recordings, and the readings by which a name is said without one."""

    clips: Clips
    readings: Readings = Readings()

    def utterance(self, said: Iterable[Said], *, private: bool = False) -> Utterance:
        """Return the clips of these phrases; private ones only if `private`.

        A phrase of which a piece is missing is left out whole.
        """
        phrases: list[tuple[str, ...]] = []
        missing: list[str] = []
        for one in said:
            if one.private and not private:
                continue
            for words in GROUPS.split(one.words) if one.private else (one.words,):
                pieces = self._pieces(words, one)
                lacking = [piece for piece in pieces if piece not in self.clips]
                missing += lacking
                if pieces and not lacking:
                    phrases.append(tuple(self.clips.id_of(piece) for piece in pieces))
        found = tuple(phrases)
        return Utterance(found, self.clips.seconds_of(found), tuple(missing))

    def _pieces(self, words: str, said: Said) -> tuple[str, ...]:
        if words in self.clips:
            return (words,)
        spell = said.private or said.proper
        cut = spelled_pieces(words) if spell else pieces_of(words)
        return tuple(piece for part in cut for piece in self._whole(part, spell=spell))

    def _whole(self, words: str, *, spell: bool) -> tuple[str, ...]:
        """Return the recordings that make up the words, or the words when some are missing."""
        pieces = tuple(self._joined(words, spell=spell))
        return pieces if all(piece in self.clips for piece in pieces) else (words,)

    def _joined(self, words: str, *, spell: bool) -> Iterator[str]:
        """Yield the longest recordings that make up the words, and syllables between them."""
        if words in self.clips:
            yield words
            return
        between, at = "", 0
        while at < len(words):
            found = self._longest(words[at:], spell=spell)
            if not found and words[at] not in EDGES:
                between, at = between + words[at], at + 1
                continue
            yield from self._spelled(between, spell=spell)
            between = ""
            if found:
                yield found
            at += len(found) or 1
        yield from self._spelled(between, spell=spell)

    def _longest(self, words: str, *, spell: bool) -> str:
        """Return the longest recording that begins the words; of names no single character."""
        lengths = range(min(len(words), self.clips.longest), int(spell), -1)
        return next((words[:length] for length in lengths if words[:length] in self.clips), "")

    def _spelled(self, words: str, *, spell: bool) -> Iterator[str]:
        if words and not spell:
            yield words
            return
        letters = spoken_words().letters
        for part in re.split("([A-Za-z])", words):
            if part.upper() in letters:
                yield letters[part.upper()]
            else:
                yield from self.readings.syllables(part)


def utterance(said: Iterable[Said], clips: Clips) -> Utterance:
    """Return the clips of what the loudspeaker may say."""
    return Voice(clips).utterance(said)
