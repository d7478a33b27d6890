"""Films in sign language that the terminal can show: config/signs.toml, a list that ships empty.

Signs are a language of their own, and nobody who does not speak it may invent one: the films come
from people who do.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from kiosk.config.schema import Problem, load
from kiosk.operator_texts import text_of
from kiosk.visit.stages import Stage


@dataclass(frozen=True)
class SignFilm:
    """One film of assets/signs.

    `stage` is the step of the visit that it is about, `words` what is signed, in Chinese; `signer`
    says who signs, and by what right the film is shown.
    """

    file: str
    sha256: str
    stage: Stage
    words: str
    signer: str


@dataclass(frozen=True)
class SignFilms:
    """All films that there are."""

    films: tuple[SignFilm, ...] = ()

    def beginning_at(self, stage: Stage) -> tuple[SignFilm, ...]:
        """Return all films, those about the stage first."""
        return tuple(sorted(self.films, key=lambda one: one.stage is not stage))

    @property
    def digests(self) -> dict[str, str]:
        """Return the SHA-256 of each file by its name."""
        return {one.file: one.sha256 for one in self.films}

    def problems(self, folder: Path) -> tuple[Problem, ...]:
        """Return each film that is not in the folder, or is another one than the list says."""
        wrong = (one.file for one in self.films if digest_of(folder / one.file) != one.sha256)
        expected = text_of("config.sign_film")
        return tuple(Problem(str(folder), 0, one, expected) for one in wrong)


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file, "" when it can't be read."""
    try:
        return sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""


def read_sign_films(path: Path) -> SignFilms:
    """Return the films that the file names. Raises ConfigError."""
    return load(SignFilms, path)
