"""Defaults, model, site, local: the stronger wins, and a site may not say everything."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.config.layers import (
    FOUND,
    Layer,
    Layers,
    layers_of,
    read_layers,
)
from kiosk.config.schema import ConfigError
from kiosk.operator_texts import text_of
from tests.kiosk.invented_people import CONFIG

DEFAULTS = CONFIG / "kiosk.toml"
DEMO = CONFIG / "profiles" / "demo.toml"
TABLET = CONFIG / "profiles" / "tablet.toml"


def write(path, text):
    path.write_text(text, "utf-8")
    return path


def test_each_layer_is_stronger_than_the_one_before(tmp_path):
    city = write(
        tmp_path / "city.toml",
        '[terminal]\nmaintainer = "city"\n[visit]\ndraft_hours = 1\nidle_pauses = 4\n',
    )
    point = write(
        tmp_path / "point.toml", '[terminal]\nmaintainer = "point"\n[visit]\ndraft_hours = 2\n'
    )
    local = write(tmp_path / "local.toml", "[visit]\ndraft_hours = 3\n")
    layers = layers_of(DEFAULTS, [DEMO, TABLET, local]).with_site([city, point])
    found = read_layers(layers)
    assert [layer for layer, _ in layers] == [
        Layer.DEFAULTS,
        Layer.MODEL,
        Layer.MODEL,
        Layer.SITE,
        Layer.SITE,
        Layer.LOCAL,
    ]
    assert (found.terminal.maintainer, found.visit.idle_pauses) == ("point", 4)
    assert (found.visit.draft_hours, found.panel.height_px) == (3, 1366)


def test_the_last_file_is_the_machines_own():
    assert layers_of(DEFAULTS, [DEFAULTS, DEMO]) == Layers(DEFAULTS, (), (), DEMO)
    assert layers_of(DEFAULTS, []) == Layers(DEFAULTS)
    assert Layers(DEFAULTS).paths == (DEFAULTS,)


def test_a_problem_names_the_strongest_file_that_says_so(tmp_path):
    city = write(tmp_path / "city.toml", "[printer]\ncolumns = 48\n")
    point = write(tmp_path / "point.toml", "\n[printer]\ncolumns = 400\n")
    with pytest.raises(ConfigError) as caught:
        read_layers(layers_of(DEFAULTS, [DEMO]).with_site([city, point]))
    assert f"{point} 第 3 行：printer.columns" in str(caught.value)


def found_beside(folder: Path, text: str) -> Layers:
    local = write(folder / "own.toml", f'[store]\npath = "{folder / "kiosk.db"}"\n')
    return layers_of(DEFAULTS, [DEMO, local]).with_found((write(folder / FOUND, text),))


def test_what_a_technician_found_lies_on_top(tmp_path):
    layers = found_beside(tmp_path, '[camera]\nurl = "/dev/video7"\n')
    assert read_layers(layers).camera.url == "/dev/video7"
    assert layers.paths[-1] == tmp_path / FOUND
    assert layers.with_found(()) == layers_of(DEFAULTS, [DEMO, tmp_path / "own.toml"])


@pytest.mark.parametrize(
    "text", ['profile = "demo"\n', '[central]\nurl = "https://a.b"\n', '[camera]\nname = "x"\n']
)
def test_what_the_program_may_write_says_nothing_but_addresses(tmp_path, text):
    with pytest.raises(ConfigError) as caught:
        read_layers(found_beside(tmp_path, text))
    assert text_of("config.found_only") in str(caught.value)
