"""What a card assigned is laid over the own file: code, point and a model, never an address."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.config.assignment import CardAssignment, is_sound, write_assignment
from kiosk.config.hardware_profiles import profile_file, read_hardware
from kiosk.config.layers import Layer, layers_of, read_layers
from kiosk.config.schema import ConfigError
from kiosk.config.settings_reader import read_settings
from tests.kiosk.invented_people import CONFIG

DEFAULTS = CONFIG / "kiosk.toml"


def own(folder: Path, text: str = "") -> Path:
    path = folder / "site.toml"
    path.write_text(text or f'[terminal]\nassigned = "{folder}/assigned.toml"\n', "utf-8")
    return path


def test_code_point_and_model_come_from_the_card(tmp_path: Path) -> None:
    write_assignment(tmp_path / "assigned.toml", CardAssignment("BZ-0007", "BZ-QC-01", "tablet"))
    layers = layers_of(DEFAULTS, [own(tmp_path)])
    assert [layer for layer, _ in layers][1:] == [Layer.MODEL, Layer.LOCAL, Layer.LOCAL]
    settings = read_layers(layers)
    said = settings.terminal
    assert (said.code, said.point, said.hardware) == ("BZ-0007", "BZ-QC-01", "tablet")
    tablet = read_settings(DEFAULTS, CONFIG / "profiles" / "tablet.toml")
    assert settings.panel == tablet.panel


def test_the_own_file_is_stronger_than_the_model(tmp_path: Path) -> None:
    write_assignment(tmp_path / "assigned.toml", CardAssignment("BZ-0007", "BZ-QC-01", "tablet"))
    words = f'[terminal]\nassigned = "{tmp_path}/assigned.toml"\n[panel]\nwidth_px = 800\n'
    assert read_layers(layers_of(DEFAULTS, [own(tmp_path, words)])).panel.width_px == 800


def test_without_a_model_there_is_none(tmp_path: Path) -> None:
    write_assignment(tmp_path / "assigned.toml", CardAssignment("BZ-0007", "BZ-QC-01"))
    layers = layers_of(DEFAULTS, [own(tmp_path)])
    assert layers.model == ()
    assert read_layers(layers).terminal.hardware == ""


@pytest.mark.parametrize(
    "text", ["", "terminal = 1\n", "[terminal]\nassigned = 1\n", "[terminal\n", "[panel]\n"]
)
def test_before_a_card_or_without_a_place_for_it_nothing_is_assigned(
    tmp_path: Path, text: str
) -> None:
    assert layers_of(DEFAULTS, [own(tmp_path, text)]).assigned is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[central]\nurl = "https://a.b"\n', "central"),
        ('[terminal]\ncode = "A"\npoint = "B"\nphone = "110"\n', "terminal.phone"),
        ('[terminal]\ncode = "A"\npoint = "B"\nhardware = "../../etc/x"\n', "机型"),
        ('[terminal]\ncode = "A"\npoint = "B"\nhardware = "demo"\n', "机型"),
        ('[terminal]\ncode = "A B"\npoint = "B"\n', "机型"),
        ("terminal = 1\n", "机型"),
        ("[terminal\n", "assigned.toml"),
    ],
)
def test_whatever_else_it_says_is_refused(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "assigned.toml").write_text(text, "utf-8")
    layers = layers_of(DEFAULTS, [own(tmp_path)])
    assert layers.model == ()
    with pytest.raises(ConfigError) as caught:
        read_layers(layers)
    assert said in str(caught.value)


def test_a_card_whose_list_names_no_model_is_for_the_usual_one() -> None:
    hardware = read_hardware(CONFIG)
    assert hardware.usual == "upright"
    assert all(profile_file(CONFIG, name).is_file() for name in hardware.profiles)


@pytest.mark.parametrize(
    ("said", "sound"),
    [
        (CardAssignment("BZ-1", "BZ-2", "desk"), True),
        (CardAssignment("BZ-1", "BZ-2"), True),
        (CardAssignment("", "BZ-2"), False),
        (CardAssignment("BZ-1", 'x"\n[central]\nurl = "'), False),
        (CardAssignment("BZ-1", "BZ-2", "training"), False),
    ],
)
def test_words_of_the_service_are_codes_and_a_model(said: CardAssignment, *, sound: bool) -> None:
    assert is_sound(said, CONFIG) is sound
