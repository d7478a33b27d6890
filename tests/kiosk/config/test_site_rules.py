"""What signed settings may say of a production terminal: each key, and each value's bounds."""

from __future__ import annotations

import dataclasses
import json
from datetime import date
from pathlib import Path
from typing import get_type_hints

import pytest

from kiosk.config.layers import (
    Layers,
    check_site,
    read_layers,
    refused_in,
    refused_now,
)
from kiosk.config.schema import ConfigError, load
from kiosk.config.settings import Settings
from kiosk.config.site_rules import (
    BOUNDS,
    DEVICES,
    FILE,
    RULED,
    SiteKeys,
    read_site_keys,
)
from kiosk.operator_texts import text_of
from tests.kiosk.config.phone_approvers import (
    NEW_PHONE,
    ONE,
    TWO,
    phone_list_text,
    write_approvers,
)
from tests.kiosk.invented_people import CONFIG

DEFAULTS, DEMO = CONFIG / "kiosk.toml", CONFIG / "profiles" / "demo.toml"
TODAY = date(2026, 11, 29)
VALUES = {"bool": "false", "int": "7", "float": "7.0", "str": '"x"'}
ATTACKS = {
    "id_card_reader.url": '"tcp://203.0.113.7:9000"',
    "id_card_reader.sam_number": '""',
    "camera.url": '"http://203.0.113.7/stream.mjpg"',
    "printer.url": '"tcp://203.0.113.7:9100"',
    "ss_card_reader.url": '"lib:/var/lib/retirement-kiosk/evil.so"',
    "help.bell": '"tcp://203.0.113.7:1"',
    "central.url": '"https://203.0.113.7"',
    "face.tries": "1000",
    "face.seconds_for_all_tries": "86400.0",
    "face.lockout_minutes": "0.01",
    "face.engine": '"onnx112"',
    "face.model": '"/var/lib/retirement-kiosk/mine.onnx"',
    "face.model_sha256": f'"{"a" * 64}"',
    "face.thresholds": '"/var/lib/retirement-kiosk/mine.toml"',
    "face.infrared": '"http://203.0.113.7/"',
    "staff.lock_after": "1000000",
    "staff.free_tries": "1000000",
    "staff.first_wait_seconds": "0.001",
    "maintenance.stick": '"/tmp"',
    "chip_photo.path": '"/var/lib/retirement-kiosk/evil.so"',
    "configuration.approvers": '"/var/lib/retirement-kiosk/mine.toml"',
    "visit.idle_seconds": "86400.0",
    "visit.idle_max_seconds": "86400.0",
    "visit.draft_hours": "100000",
    "staff.poll_interval_hours": "8760.0",
    "maintenance.idle_minutes": "1440.0",
    "terminal.phone": '"139-0000-0000"',
    "help.maintainer_phone": '"139-0000-0000"',
    "terminal.maintainer": '"请打 139 0000 0000"',
    "help.hours": '"全天，请打 13900000000"',
}
"""What an attacker with the keys of signed settings would have a production terminal do."""


def layer_text(key: str, value: str) -> str:
    section, _, name = key.rpartition(".")
    return f"[{section}]\n{name} = {value}\n" if section else f"{name} = {value}\n"


def site_of(folder: Path, text: str, *signers, local: str = "", until=None) -> Layers:
    """Return a production terminal's layers over which a site says `text`."""
    path, own = folder / "00-city.toml", folder / "local.toml"
    path.write_text(text, "utf-8")
    own.write_text(local, "utf-8")
    layers = Layers(DEFAULTS, (), (path,), own)
    if not signers:
        return layers
    phones = folder / "00-phones.toml"
    phones.write_text(phone_list_text(*signers), "utf-8")
    return layers.with_site((phones, path))


def approving(folder: Path) -> str:
    path = write_approvers(folder / "approvers.toml", ONE, TWO)
    return f"[configuration]\napprovers = {json.dumps(str(path))}\n"


def all_keys() -> list[str]:
    """Return every setting there is."""
    kinds = get_type_hints(Settings)
    found = []
    for section, kind in kinds.items():
        inner = get_type_hints(kind) if dataclasses.is_dataclass(kind) else {"": None}
        found += [f"{section}.{name}".rstrip(".") for name in inner]
    return found


@pytest.mark.parametrize("key", ATTACKS)
def test_whoever_signs_settings_weakens_no_production_terminal(key, tmp_path):
    layers = site_of(tmp_path, layer_text(key, ATTACKS[key]))
    with pytest.raises(ConfigError) as caught:
        check_site(layers, TODAY)
    (problem,) = caught.value.problems
    assert (problem.file, problem.line, problem.key) == (str(layers.site[0]), 2, key)
    assert read_layers(layers) == read_layers(layers.with_site(()))


@pytest.mark.parametrize("key", [key for key in all_keys() if key not in RULED])
def test_every_other_setting_is_local(key, tmp_path):
    """Also one that somebody adds tomorrow."""
    layers = site_of(tmp_path, layer_text(key, '"x"'))
    assert [one.expected for one in refused_in(layers)] == [text_of("config.local_only")]
    assert read_layers(layers) == read_layers(layers.with_site(()))


def test_a_whole_section_or_a_wrong_kind_of_one_opens_no_door(tmp_path):
    for text in ('profile.x = "demo"\n', "face = 3\n", '[[camera]]\nurl = "http://203.0.113.7/"\n'):
        layers = site_of(tmp_path, text)
        assert [one.expected for one in refused_in(layers)] == [text_of("config.local_only")]
        assert read_layers(layers) == read_layers(layers.with_site(()))


def test_the_list_can_not_open_what_the_program_has_no_bounds_for(tmp_path):
    """Data that was changed in a package, or by hand, gains nothing."""
    listed = [*all_keys()]
    (tmp_path / FILE).write_text(f"allowed = {json.dumps(listed)}\nallowed_in_training = []\n")
    assert read_site_keys(tmp_path / FILE, is_production=True) == RULED


def test_the_packaged_list_names_what_the_program_bounds():
    found = load(SiteKeys, CONFIG / FILE)
    assert set(found.allowed) == RULED
    assert set(found.allowed_in_training) == DEVICES
    assert set(all_keys()) >= RULED | DEVICES


@pytest.mark.parametrize("key", BOUNDS)
def test_bounds_hold_at_both_ends(key, tmp_path):
    least, most = BOUNDS[key]
    kind = type(_value(read_layers(Layers(DEFAULTS)), key))
    for number in (least, most):
        said = layer_text(key, repr(kind(number)))
        layers = site_of(tmp_path, said)
        if kind(number) == number:
            assert _value(check_site(layers, TODAY), key) == number
    for number in (least - 1, most + 1):
        assert [
            one.key for one in refused_in(site_of(tmp_path, layer_text(key, repr(number))))
        ] == [key]


@pytest.mark.parametrize("number", ["nan", "inf", "-inf"])
def test_numbers_that_are_none(number, tmp_path):
    layers = site_of(tmp_path, layer_text("visit.idle_seconds", number))
    assert [one.key for one in refused_in(layers)] == ["visit.idle_seconds"]


def _value(settings: Settings, key: str):
    section, name = key.split(".")
    return getattr(getattr(settings, section), name)


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        ("help.hours", "", ""),
        ("help.hours", "每天 8 点到 18 点", ""),
        ("help.maintainer_hours", "工作日 8:30-12:00，14:00-17:30，周六 9点半到12点", ""),
        ("help.hours", "139-0000-0000", text_of("config.hours_only")),
        ("help.hours", "全天 99 点", text_of("config.hours_only")),
        ("terminal.maintainer", "亳州市第三运维中心", ""),
        ("terminal.maintainer", "一三九零零零零零零零零", text_of("config.name_only")),
        ("terminal.maintainer", "１３９", text_of("config.name_only")),
        ("terminal.maintainer", "运" * 31, text_of("config.name_only")),
        ("terminal.maintainer", "运\\u0007维", text_of("config.name_only")),
        ("terminal.phone", "0558-12333", ""),
        ("help.maintainer_phone", NEW_PHONE, text_of("config.phone_not_listed")),
    ],
)
def test_texts_hide_no_number(key, value, expected, tmp_path):
    layers = site_of(tmp_path, layer_text(key, f'"{value}"'))
    assert [one.expected for one in refused_in(layers)] == ([expected] if expected else [])


def test_unknown_keys_and_other_types_are_the_schemas_to_refuse(tmp_path):
    unknown = (("unknown", "3"), ("visit.idle_secs", "3.0"))
    for key, value in (("terminal.phone", "3"), ("visit.idle_seconds", '"x"'), *unknown):
        layers = site_of(tmp_path, layer_text(key, value))
        assert refused_in(layers) == ()
        with pytest.raises(ConfigError, match=key):
            check_site(layers, TODAY)


# telephone numbers


def test_a_number_changes_to_one_that_two_people_approved(tmp_path):
    said = layer_text("terminal.phone", f'"{NEW_PHONE}"')
    layers = site_of(tmp_path, said, ONE, TWO, local=approving(tmp_path))
    assert check_site(layers, TODAY).terminal.phone == NEW_PHONE
    assert layers.with_site(()).phones is None


@pytest.mark.parametrize("signers", [(ONE,), (ONE, ONE)])
def test_one_persons_list_changes_no_number(signers, tmp_path):
    said = layer_text("terminal.phone", f'"{NEW_PHONE}"')
    layers = site_of(tmp_path, said, *signers, local=approving(tmp_path))
    with pytest.raises(ConfigError, match="要 2 个人签"):
        check_site(layers, TODAY)
    assert read_layers(layers).terminal.phone == "0558-12333"


def test_a_list_that_ended_is_not_taken_and_one_that_was_taken_stays(tmp_path):
    said = layer_text("terminal.phone", f'"{NEW_PHONE}"')
    layers = site_of(tmp_path, said, ONE, TWO, local=approving(tmp_path))
    with pytest.raises(ConfigError, match="过期"):
        check_site(layers, date(2028, 1, 1))
    assert read_layers(layers).terminal.phone == NEW_PHONE


def test_without_approvers_no_number_changes_and_the_rest_does(tmp_path):
    said = layer_text("terminal.phone", f'"{NEW_PHONE}"')
    layers = site_of(tmp_path, said, ONE, TWO)
    with pytest.raises(ConfigError) as caught:
        check_site(layers, TODAY)
    assert text_of("config.no_approvers") in str(caught.value)
    other = site_of(tmp_path, layer_text("visit.draft_hours", "5"), ONE, TWO)
    assert check_site(other, TODAY).visit.draft_hours == 5


def test_who_has_only_the_settings_in_force_names_the_same(tmp_path):
    said = layer_text("terminal.phone", f'"{NEW_PHONE}"') + layer_text("face.tries", "1000")
    layers = site_of(tmp_path, said, ONE, TWO, local=approving(tmp_path))
    files = (layers.phones, *layers.site)
    found = refused_now(files, read_layers(layers), DEFAULTS)
    assert [one.key for one in found] == ["face.tries"]
    assert found == refused_in(layers)
    bare = refused_now(layers.site, read_layers(layers.with_site(())), DEFAULTS)
    assert [one.key for one in bare] == ["terminal.phone", "face.tries"]


def test_simulated_devices_of_a_training_room_may_be_signed(tmp_path):
    said = layer_text("printer.url", '"tcp://127.0.0.1:9100"')
    layers = dataclasses.replace(site_of(tmp_path, said), model=(DEMO,))
    assert check_site(layers, TODAY).printer.url == "tcp://127.0.0.1:9100"
    said += layer_text("face.tries", "1000")
    layers = dataclasses.replace(site_of(tmp_path, said), model=(DEMO,))
    assert [one.key for one in refused_in(layers)] == ["face.tries"]
