"""The models of terminals are sound, also for real service, and their names are udev's."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kiosk.config.settings import Profile
from kiosk.config.settings_reader import read_settings
from tests.kiosk.invented_people import CONFIG, ROOT

MODELS = ("upright", "desk", "tablet")
RULES = "".join(
    one.read_text("utf-8") for one in sorted((ROOT / "deploy" / "udev").glob("*.rules"))
)


def path_of(name: str) -> Path:
    return CONFIG / "profiles" / f"{name}.toml"


@pytest.mark.parametrize("name", MODELS)
def test_a_model_is_sound_in_production(name):
    settings = read_settings(CONFIG / "kiosk.toml", path_of(name))
    assert settings.profile is Profile.PRODUCTION


@pytest.mark.parametrize("name", MODELS)
def test_a_model_says_nothing_of_one_terminal(name):
    said = path_of(name).read_text("utf-8")
    assert not re.search(r"^\[(terminal|central|store|device_key|help)\]", said, re.MULTILINE)


@pytest.mark.parametrize("name", MODELS)
def test_names_of_devices_are_made_by_udev(name):
    for found in re.findall(r"/dev/kiosk/([\w-]+)", path_of(name).read_text("utf-8")):
        assert re.search(rf"(?<![\w-]){re.escape(found)}(?![\w-])", RULES), found


def test_the_desk_is_in_reach_of_a_wheelchair_and_the_upright_one_is_lowered():
    desk, upright = (
        read_settings(CONFIG / "kiosk.toml", path_of(one)).panel for one in ("desk", "upright")
    )
    assert desk.too_high_mm == 0
    assert upright.too_high_mm > 0
