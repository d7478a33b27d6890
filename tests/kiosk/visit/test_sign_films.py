"""Films in sign language: none as shipped, offered where help is called, the fitting one first."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from kiosk.config.schema import ConfigError
from kiosk.pages.press import Press
from kiosk.visit.sign_films import SignFilm, SignFilms, read_sign_films
from kiosk.visit.stages import Stage
from kiosk.visit.steps.catalogue import build_table
from tests.kiosk.invented_people import CONFIG, InventedVisitor, handbook


def film(file: str, stage: Stage, digest: str = "") -> SignFilm:
    return SignFilm(file, digest, stage, f"{file} 的话", "无人")


FILMS = (film("idle.webm", Stage.IDLE), film("card.webm", Stage.CARD))


def visitor(*films: SignFilm) -> InventedVisitor:
    return InventedVisitor(table=build_table(replace(handbook(), signs=SignFilms(films))))


def test_the_list_ships_empty_and_nothing_is_offered():
    assert read_sign_films(CONFIG / "signs.toml").films == ()
    page = visitor().press(Press.HELP).page
    assert Press.SIGNS not in [one.act for one in page.choices]


def test_the_film_about_the_page_comes_first_and_the_others_follow():
    person = visitor(*FILMS).press(Press.START_SELF).press(Press.AGREE)
    assert person.visit.stage is Stage.CARD
    page = person.press(Press.HELP).press(Press.SIGNS).page
    assert (page.name, page.film, page.pill) == ("signs", "card.webm", "card.webm 的话")
    assert person.press(Press.TURN).page.film == "idle.webm"
    assert person.press(Press.TURN).page.film == "card.webm", "round and round"
    assert person.press(Press.STAY).page.name == "card"


def test_a_single_film_has_nothing_that_follows():
    page = visitor(FILMS[0]).press(Press.HELP).press(Press.SIGNS).page
    assert [one.act for one in page.choices] == [Press.STAY]


def test_a_film_about_no_step_is_refused(tmp_path: Path):
    path = tmp_path / "signs.toml"
    path.write_text(
        '[[films]]\nfile = "a.webm"\nsha256 = ""\nstage = "nowhere"\nwords = ""\nsigner = ""\n'
    )
    with pytest.raises(ConfigError):
        read_sign_films(path)


def test_a_file_that_is_another_one_or_missing_is_named(tmp_path: Path):
    (tmp_path / "right.webm").write_bytes(b"right")
    (tmp_path / "other.webm").write_bytes(b"other")
    digest = sha256(b"right").hexdigest()
    listed = SignFilms(
        tuple(film(f"{one}.webm", Stage.CARD, digest) for one in ("right", "other", "gone"))
    )
    assert [one.key for one in listed.problems(tmp_path)] == ["other.webm", "gone.webm"]
    assert listed.digests["right.webm"] == digest
