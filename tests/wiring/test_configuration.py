"""Which settings a start uses, what is taken, and what a technician reads of it."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

import main
from drivers.commands.cures import cure
from kiosk.config.active import read_in_force
from kiosk.config.bundle import Bundle
from kiosk.config.layers import layers_of, read_layers
from kiosk.config.rollout import ENDED, UNUSABLE, RolloutState
from kiosk.config.schema import ConfigError
from kiosk.config.settings_store import SettingsStore
from kiosk.failures import Failure
from kiosk.log import LogEvent, say
from kiosk.visit.reference_data import read_handbook
from tests.drivers.central.bundles import CITY, NAMES
from tests.kiosk.config.phone_approvers import (
    NEW_PHONE,
    ONE,
    TWO,
    phone_list_text,
    write_approvers,
)
from tests.kiosk.invented_people import CONFIG, handbook
from tests.wiring.configured import (
    DEMO,
    GOOD,
    NEWER,
    OF_A_NEWER_PROGRAM,
    ConfiguredMachine,
    taken,
    used,
)
from wiring.configuration import abort_rollout, select_settings
from wiring.logs import end_log, keep_log
from wiring.places import DEFAULTS
from wiring.settings_sync import source_of


@pytest.fixture
def machine(tmp_path: Path) -> ConfiguredMachine:
    return ConfiguredMachine(tmp_path)


# what a start uses


def test_without_a_folder_only_the_machines_own_files_count(tmp_path):
    site = select_settings([DEMO])
    assert (site.site, site.layers, site.settings_ids()) == (
        None,
        layers_of(DEFAULTS, [DEMO]),
        ("", ""),
    )
    assert not abort_rollout(site, ValueError())


def test_a_new_machine_has_none_yet(machine):
    site = machine.start()
    assert used(site) == []
    assert {one.standing for one in site.slots} == {RolloutState()}


def test_what_is_good_is_used_and_a_candidate_is_tried(machine):
    for bundle in (GOOD, NEWER):
        machine.settings_store.put(bundle)
    machine.settings_store.keep(RolloutState(good=GOOD.id, candidate=NEWER.id))
    site = machine.start()
    assert used(site) == [NEWER.layers[0][1]]
    assert site.settings_ids() == (NEWER.id, "")
    assert machine.settings_store.standing().begun
    site = machine.start()  # it ended in between
    assert used(site) == [CITY]
    assert site.settings_ids() == (GOOD.id, NEWER.id)
    assert machine.settings_store.standing().lacking == (ENDED,)


def test_a_candidate_that_this_program_can_not_read(machine):
    for bundle in (GOOD, OF_A_NEWER_PROGRAM):
        machine.settings_store.put(bundle)
    machine.settings_store.keep(RolloutState(good=GOOD.id, candidate=OF_A_NEWER_PROGRAM.id))
    site = machine.start()
    assert used(site) == [CITY]
    assert machine.settings_store.standing().lacking == (UNUSABLE,)


OF_AN_OLDER_PROGRAM = Bundle(
    4,
    (
        (
            "city.toml",
            b'[face]\ntries = 1000\n[visit]\ndraft_hours = 5\n[terminal]\nphone = "139"\n',
        ),
    ),
)


def test_good_ones_of_an_older_program_count_as_far_as_a_site_may_say_it(machine, caplog, capsys):
    """A terminal that is upgraded keeps running, and says what it does not use any more."""
    machine.settings_store.put(OF_AN_OLDER_PROGRAM)
    machine.settings_store.keep(RolloutState(good=OF_AN_OLDER_PROGRAM.id))
    site = machine.start()
    assert site.settings_ids() == (OF_AN_OLDER_PROGRAM.id, "")
    found = read_layers(site.layers)
    assert (found.face.tries, found.visit.draft_hours) == (3, 5)
    assert found.terminal.phone == read_layers(site.base).terminal.phone
    assert read_in_force(DEFAULTS, machine.files) == found
    assert caplog.text.count("不能由中心定，没有用") == 2
    machine.run("show")
    said = capsys.readouterr().out
    assert said.count("没有用\t") == 2
    assert "face.tries" in said


def test_good_ones_that_are_damaged_are_done_without(machine, caplog):
    (path,) = machine.settings_store.put(GOOD)
    path.write_bytes(b"\0" * 10)
    machine.settings_store.keep(RolloutState(good=GOOD.id))
    assert used(machine.start()) == []
    assert "先用本机自己的" in caplog.text


def test_where_nothing_can_be_written_nothing_is_tried(machine, monkeypatch):
    machine.settings_store.put(NEWER)
    machine.settings_store.keep(RolloutState(candidate=NEWER.id))

    def full(*_rest: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(SettingsStore, "keep", full)
    assert used(machine.start()) == []
    monkeypatch.undo()
    assert used(machine.start()) == [NEWER.layers[0][1]]


def test_a_try_that_can_not_be_begun_ends_it_also_on_a_full_disk(machine, monkeypatch):
    machine.settings_store.put(OF_A_NEWER_PROGRAM)
    machine.settings_store.keep(RolloutState(candidate=OF_A_NEWER_PROGRAM.id))
    kept, real = [], SettingsStore.keep

    def full(self: SettingsStore, standing: RolloutState) -> None:
        kept.append(standing)
        if len(kept) > 1:
            raise OSError(28, "No space left on device")
        real(self, standing)

    monkeypatch.setattr(SettingsStore, "keep", full)
    assert used(machine.start()) == []
    monkeypatch.undo()
    assert machine.start().settings_ids() == ("", OF_A_NEWER_PROGRAM.id)


def test_whatever_ends_the_program_ends_the_try(machine, caplog):
    machine.settings_store.put(NEWER)
    machine.settings_store.keep(RolloutState(candidate=NEWER.id))
    site = machine.start()
    assert abort_rollout(site, ValueError("刘长青"))
    assert machine.settings_store.standing().refused == NEWER.id
    assert "刘长青" not in caplog.text
    assert not abort_rollout(site, ValueError())


# what is taken


def test_each_terminal_asks_for_its_own_layers():
    assert source_of(handbook().settings).names == NAMES
    lost = replace(handbook().settings.terminal, point="NONE")
    found = source_of(replace(handbook().settings, terminal=lost))
    assert found.names == (
        "phones.toml",
        "employers.csv",
        "city.toml",
        "district/.toml",
        "point/NONE.toml",
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"[visit]\nidle_secs = 1\n", "idle_seconds"),
        (b'[terminal]\npoint = "BZ-DEMO"\n', "只能写在本机"),
        (b'[configuration]\nroot = "/tmp/mine"\n', "只能写在本机"),
        (b'profile = "demo"\n', "只能写在本机"),
        (b"[face]\ntries = 1000\n", "只能写在本机"),
        (b'[central]\nurl = "https://203.0.113.7"\n', "只能写在本机"),
        (b"[visit]\nidle_most_seconds = 86400.0\n", "90 到 300"),
        (b'[terminal]\nphone = "139-0000-0000"\n', "电话单"),
        (b"\xff", "不是正确的 TOML"),
        (b"\0" * 50, "不是正确的 TOML"),
    ],
)
def test_signed_and_yet_no_settings(text, words, machine):
    trouble, detail = taken(machine, text)
    assert trouble is Failure.SETTINGS_WRONG
    assert words in detail
    assert machine.settings_store.standing() == RolloutState()
    assert list((machine.settings_store.folder / "sets").iterdir()) == []


def test_a_number_that_two_people_approved_comes_to_the_terminal(machine):
    """With the list of one of them the terminal takes neither number nor the rest of that set."""
    approvers = write_approvers(machine.folder / "approvers.toml", ONE, TWO)
    said = machine.local.read_text("utf-8")
    line = f"[configuration]\napprovers = {json.dumps(str(approvers))}\n"
    machine.local.write_text(said.replace("[configuration]\n", line), "utf-8")
    city = f'[terminal]\nphone = "{NEW_PHONE}"\n'.encode()
    for signers, expected in (((ONE,), Failure.SETTINGS_WRONG), ((ONE, TWO), None)):
        machine.desk.repository.publish({"phones.toml": phone_list_text(*signers).encode()})
        machine.desk.publish(city=city)
        machine.run("import", str(machine.desk.copy()), status=0 if expected is None else 1)
    assert read_layers(machine.start().layers).terminal.phone == NEW_PHONE


def test_a_signed_list_of_employers_comes_to_the_terminal(machine):
    """A wrong list is refused with its line, and what was good stays."""
    head = "code,name,short_name,initials\n"
    good = f"{head}91340000MA99999999,亳州市示范新厂,新厂,xc\n".encode()
    for text, status in ((good, 0), (f"{head}91340000MA99999998,甲厂,甲厂,jc\n".encode(), 1)):
        machine.desk.repository.publish({"employers.csv": text})
        machine.desk.publish(city=CITY)
        machine.run("import", str(machine.desk.copy()), status=status)
    site = machine.start()
    assert used(site) == [CITY]
    layers = site.layers
    book = read_handbook(CONFIG, read_layers(layers), layers.employers)
    assert [one.name for one in book.employers] == ["亳州市示范新厂"]


def test_a_full_disk_is_told(machine, monkeypatch):
    machine.settings_store.folder.mkdir()
    (machine.settings_store.folder / "sets").write_text("a file where a folder should be")
    assert taken(machine, CITY)[0] is Failure.SETTINGS_DISK


# by hand


def test_from_a_stick_and_what_is_shown(machine, capsys):
    machine.desk.publish(city=CITY)
    machine.run("import", str(machine.desk.copy()))
    standing = machine.settings_store.standing()
    assert standing.candidate in capsys.readouterr().out
    machine.run("show")
    assert f"等着试用\t{standing.candidate}" in capsys.readouterr().out
    machine.start()
    machine.run("show")
    said = capsys.readouterr().out
    assert f"正在试用\t{standing.candidate}" in said
    assert "站点\t" in said
    machine.run("import", str(machine.desk.stick.parent / "stick"), status=1)
    assert "正在试用" in capsys.readouterr().err
    machine.start()
    machine.run("show")
    assert f"试过不行\t{standing.candidate} ended" in capsys.readouterr().out
    machine.run("import", str(machine.desk.stick))  # a person may insist
    assert machine.settings_store.standing().candidate == standing.candidate
    machine.settings_store.keep(RolloutState(good=standing.candidate))
    machine.run("import", str(machine.desk.stick))
    assert "没有变化" in capsys.readouterr().out


@pytest.mark.parametrize("trouble", ["none", "empty", "half", "unsigned", "wrong"])
def test_a_bad_stick_is_named_with_its_cure(trouble, machine, capsys):
    machine.desk.publish(city=CITY if trouble != "wrong" else b"[visit]\nidle = 1\n")
    stick = machine.desk.copy()
    expected = Failure.SETTINGS_WRONG
    match trouble:
        case "none":
            stick, expected = machine.folder / "nothing", Failure.SETTINGS_UNREADABLE
        case "empty":
            stick, expected = machine.folder / "nothing", Failure.SETTINGS_ABSENT
            stick.mkdir()
        case "half":
            expected = Failure.SETTINGS_INCOMPLETE
            next(stick.glob("targets/*")).unlink()
        case "unsigned":
            expected = Failure.SETTINGS_UNSIGNED
            path = stick / "timestamp.json"
            path.write_text(path.read_text("utf-8").replace("2027", "2029"), "utf-8")
    machine.run("import", str(stick), status=1)
    said = capsys.readouterr().err
    assert cure(expected) in said
    assert "原来的设置没有动" in said
    assert machine.settings_store.standing() == RolloutState()


def test_without_a_folder_the_command_says_so(capsys):
    assert main.main(["config", "show", "--settings", str(DEMO)]) == 1
    assert "[configuration]" in capsys.readouterr().err
    assert main.main(["config", "show", "--settings", "/nowhere.toml"]) == 2
    assert "no such file" in capsys.readouterr().err


def test_a_folder_without_a_root_is_refused(tmp_path):
    local = tmp_path / "local.toml"
    local.write_text('[configuration]\nfolder = "/x"\n', "utf-8")
    with pytest.raises(ConfigError, match=r"configuration\.root"):
        select_settings([DEMO, local])


# a disk that is really full


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    disk = tmp_path / "disk"
    disk.mkdir()
    options = ["-t", "tmpfs", "-o", "size=2m", "kiosk-test", str(disk)]
    done = subprocess.run(["mount", *options], check=False, capture_output=True, text=True)
    if done.returncode:
        pytest.skip(f"no small disk without rights to mount one: {done.stderr.strip()}")
    yield disk
    subprocess.run(["umount", "--lazy", str(disk)], check=True)


def fill_up(disk: Path) -> Path:
    filler = disk / "filler"
    with suppress(OSError), filler.open("wb", buffering=0) as file:
        while True:
            file.write(b"\0" * 4096)
    return filler


def test_on_a_full_disk_what_was_good_stays_and_the_log_goes_on(tmp_path, small_disk, capsys):
    machine = ConfiguredMachine(tmp_path)
    machine.settle(small_disk)
    machine.desk.publish(city=CITY)
    machine.run("import", str(machine.desk.copy()))
    first, _ = machine.start().settings_ids()
    machine.settings_store.keep(RolloutState(good=first))
    log = keep_log(read_layers(layers_of(DEFAULTS, machine.files)))
    machine.desk.publish(city=b"[visit]\ndraft_hours = 7\n" + b"#" * 9000)
    filler = fill_up(small_disk)
    capsys.readouterr()
    machine.run("import", str(machine.desk.copy()), status=1)
    assert cure(Failure.SETTINGS_DISK) in capsys.readouterr().err
    say(LogEvent.STARTED, "lost on a full disk", version="1.0")
    assert machine.start().settings_ids() == (first, "")
    assert used(machine.start()) == [CITY]
    filler.unlink()
    say(LogEvent.ENDED, "kept")
    machine.run("import", str(machine.desk.stick))
    assert machine.settings_store.standing().candidate not in ("", first)
    end_log(log)
    assert "ended" in (small_disk / "log.jsonl").read_text("utf-8")
