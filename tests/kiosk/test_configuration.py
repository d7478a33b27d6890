"""Which settings a start uses, what is taken, and what a technician reads of it."""

from __future__ import annotations

import json
import logging
import subprocess
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

import main
from drivers.commands.cures import cure
from kiosk.failures import Failure
from kiosk.filing.audit_events import AuditEvent
from kiosk.layers import layers_of, read_layers
from kiosk.log import LogEvent, say
from kiosk.ports import Answer, Trouble
from kiosk.schema import ConfigError
from kiosk.upkeep.bundle import Bundle
from kiosk.upkeep.shelf import Shelf
from kiosk.upkeep.trial import ENDED, UNUSABLE, Standing
from tests.drivers.central.bundles import CITY, NAMES, Desk
from tests.drivers.central.test_bundle import Served
from tests.kiosk.people import CONFIG, handbook
from wiring import configuration
from wiring.configuration import Steward, Trial, begin_site, give_up, source_of, take
from wiring.logs import end_log, keep_log
from wiring.places import DEFAULTS

DEMO = CONFIG / "profiles" / "demo.toml"
GOOD = Bundle(1, (("city.toml", CITY),))
NEWER = Bundle(2, (("city.toml", b"[visit]\ndraft_hours = 7\n"),))
OF_A_NEWER_PROGRAM = Bundle(3, (("city.toml", b"[visit]\nunknown = 7\n"),))


@dataclass
class Machine:
    folder: Path

    def __post_init__(self) -> None:
        self.desk = Desk(self.folder)
        self.shelf = Shelf(self.folder / "configuration")
        self.local = self.folder / "local.toml"
        said = {"folder": str(self.shelf.folder), "root": str(self.desk.root)}
        lines = [f"{name} = {json.dumps(value)}" for name, value in said.items()]
        self.local.write_text("\n".join(["[configuration]", *lines]) + "\n", "utf-8")

    @property
    def files(self) -> list[Path]:
        return [DEMO, self.local]

    def start(self) -> configuration.Site:
        return begin_site(self.files)

    def run(self, *words: str, status: int = 0) -> None:
        files = ["--settings", str(DEMO), str(self.local)]
        assert main.main(["config", *words, *files]) == status


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def used(site: configuration.Site) -> list[bytes]:
    return [path.read_bytes() for path in site.layers.site]


# what a start uses


def test_without_a_folder_only_the_machines_own_files_count(tmp_path):
    site = begin_site([DEMO])
    assert (site.shelf, site.layers, site.told()) == (None, layers_of(DEFAULTS, [DEMO]), ("", ""))
    assert not give_up(site, ValueError())


def test_a_new_machine_has_none_yet(machine):
    site = machine.start()
    assert (used(site), site.standing) == ([], Standing())


def test_what_is_good_is_used_and_a_candidate_is_tried(machine):
    for bundle in (GOOD, NEWER):
        machine.shelf.put(bundle)
    machine.shelf.keep(Standing(good=GOOD.id, candidate=NEWER.id))
    site = machine.start()
    assert used(site) == [NEWER.layers[0][1]]
    assert site.told() == (NEWER.id, "")
    assert machine.shelf.standing().begun
    site = machine.start()  # it ended in between
    assert used(site) == [CITY]
    assert site.told() == (GOOD.id, NEWER.id)
    assert machine.shelf.standing().lacking == (ENDED,)


def test_a_candidate_that_this_program_can_not_read(machine):
    for bundle in (GOOD, OF_A_NEWER_PROGRAM):
        machine.shelf.put(bundle)
    machine.shelf.keep(Standing(good=GOOD.id, candidate=OF_A_NEWER_PROGRAM.id))
    site = machine.start()
    assert used(site) == [CITY]
    assert machine.shelf.standing().lacking == (UNUSABLE,)


def test_good_ones_that_are_damaged_are_done_without(machine, caplog):
    (path,) = machine.shelf.put(GOOD)
    path.write_bytes(b"\0" * 10)
    machine.shelf.keep(Standing(good=GOOD.id))
    assert used(machine.start()) == []
    assert "先用本机自己的" in caplog.text


def test_where_nothing_can_be_written_nothing_is_tried(machine, monkeypatch):
    machine.shelf.put(NEWER)
    machine.shelf.keep(Standing(candidate=NEWER.id))

    def full(*_rest: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Shelf, "keep", full)
    assert used(machine.start()) == []
    monkeypatch.undo()
    assert used(machine.start()) == [NEWER.layers[0][1]]


def test_a_try_that_can_not_be_begun_ends_it_also_on_a_full_disk(machine, monkeypatch):
    machine.shelf.put(OF_A_NEWER_PROGRAM)
    machine.shelf.keep(Standing(candidate=OF_A_NEWER_PROGRAM.id))
    kept, real = [], Shelf.keep

    def full(self: Shelf, standing: Standing) -> None:
        kept.append(standing)
        if len(kept) > 1:
            raise OSError(28, "No space left on device")
        real(self, standing)

    monkeypatch.setattr(Shelf, "keep", full)
    assert used(machine.start()) == []
    monkeypatch.undo()
    assert machine.start().told() == ("", OF_A_NEWER_PROGRAM.id)


def test_whatever_ends_the_program_ends_the_try(machine, caplog):
    machine.shelf.put(NEWER)
    machine.shelf.keep(Standing(candidate=NEWER.id))
    site = machine.start()
    assert give_up(site, ValueError("刘长青"))
    assert machine.shelf.standing().refused == NEWER.id
    assert "刘长青" not in caplog.text
    assert not give_up(site, ValueError())


# what is taken


def test_each_terminal_asks_for_its_own_layers():
    assert source_of(handbook().settings).names == NAMES
    lost = replace(handbook().settings.terminal, point="NONE")
    found = source_of(replace(handbook().settings, terminal=lost))
    assert found.names == ("city.toml", "district/.toml", "point/NONE.toml")


def taken(machine: Machine, text: bytes) -> tuple[Failure | None, str]:
    found = Bundle(1, (("city.toml", text),))
    return take(machine.shelf, layers_of(DEFAULTS, machine.files), found, again=False)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"[visit]\nidle_secs = 1\n", "idle_seconds"),
        (b'[terminal]\npoint = "BZ-DEMO"\n', "只能写在本机"),
        (b'[configuration]\nroot = "/tmp/mine"\n', "只能写在本机"),
        (b'profile = "demo"\n', "只能写在本机"),
        (b"\xff", "不是正确的 TOML"),
        (b"\0" * 50, "不是正确的 TOML"),
    ],
)
def test_signed_and_yet_no_settings(text, words, machine):
    trouble, detail = taken(machine, text)
    assert trouble is Failure.SETTINGS_WRONG
    assert words in detail
    assert machine.shelf.standing() == Standing()
    assert list((machine.shelf.folder / "sets").iterdir()) == []


def test_a_full_disk_is_told(machine, monkeypatch):
    machine.shelf.folder.mkdir()
    (machine.shelf.folder / "sets").write_text("a file where a folder should be")
    assert taken(machine, CITY)[0] is Failure.SETTINGS_DISK


# by hand


def test_from_a_stick_and_what_is_shown(machine, capsys):
    machine.desk.publish(city=CITY)
    machine.run("import", str(machine.desk.copy()))
    standing = machine.shelf.standing()
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
    assert machine.shelf.standing().candidate == standing.candidate
    machine.shelf.keep(Standing(good=standing.candidate))
    machine.run("import", str(machine.desk.stick))
    assert "没有变化" in capsys.readouterr().out


@pytest.mark.parametrize("trouble", ["empty", "half", "unsigned", "wrong"])
def test_a_bad_stick_is_named_with_its_cure(trouble, machine, capsys):
    machine.desk.publish(city=CITY if trouble != "wrong" else b"[visit]\nidle = 1\n")
    stick = machine.desk.copy()
    expected = Failure.SETTINGS_WRONG
    match trouble:
        case "empty":
            stick, expected = machine.folder / "nothing", Failure.SETTINGS_ABSENT
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
    assert machine.shelf.standing() == Standing()


def test_without_a_folder_the_command_says_so(capsys):
    assert main.main(["config", "show", "--settings", str(DEMO)]) == 1
    assert "[configuration]" in capsys.readouterr().err
    assert main.main(["config", "show", "--settings", "/nowhere.toml"]) == 1
    assert "没有这个文件" in capsys.readouterr().err


def test_a_folder_without_a_root_is_refused(tmp_path):
    local = tmp_path / "local.toml"
    local.write_text('[configuration]\nfolder = "/x"\n', "utf-8")
    with pytest.raises(ConfigError, match=r"configuration\.root"):
        begin_site([DEMO, local])


# the steward


@dataclass
class Heart:
    published: str = ""


@dataclass
class World:
    machine: Machine
    now: float = 0.0
    refused: list[Failure] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.heart = Heart()
        self.served = Served(self.machine.desk.served)
        self.site = self.machine.start()
        source = source_of(handbook().settings)
        source = replace(
            source, folder=self.machine.shelf.folder / "trust", root=self.machine.desk.root
        )
        self.steward = Steward(
            self.site,
            source,
            self.served,
            self.heart,  # type: ignore[arg-type]
            6.0,
            self.refused.append,
            lambda: self.now,
        )

    def look(self) -> int:
        """Look; return how often the central service was asked."""
        self.served.asked.clear()
        self.steward.look_when_due()
        return len(self.served.asked)


@pytest.fixture
def world(machine: Machine) -> World:
    machine.desk.publish(city=CITY)
    return World(machine)


def test_news_are_fetched_at_once_and_otherwise_seldom(world):
    assert world.look() == 0  # nothing is published, as far as the heartbeat knows
    world.heart.published = "a"
    assert world.look() > 0
    assert world.site.shelf.standing().candidate
    assert world.look() == 0
    world.now += 6 * 3600 - 1
    assert world.look() == 0
    world.now += 1
    assert world.look() > 0
    world.now -= 9e9  # the clock was set back
    assert world.look() > 0
    world.heart.published = "b"
    assert world.look() > 0


def test_during_a_try_nothing_is_fetched(world):
    world.heart.published = "a"
    world.site.standing = Standing(candidate="x", begun=True)
    assert world.look() == 0


def test_a_line_that_breaks_is_tried_again(world):
    world.heart.published = "a"
    world.served.answers["timestamp.json"] = Answer(trouble=Trouble.UNREACHABLE)
    assert world.look() > 0
    assert world.look() > 0
    world.served.answers.clear()
    world.look()
    assert world.site.shelf.standing().candidate
    assert world.refused == []


def test_what_is_refused_is_told_once(world, caplog):
    caplog.set_level(logging.WARNING)
    world.machine.desk.publish(city=b"[visit]\nidle = 1\n")
    for news in "abc":
        world.heart.published = news
        world.look()
    assert world.refused == [Failure.SETTINGS_WRONG]
    assert caplog.text.count("visit.idle：") == 1
    world.machine.desk.publish(city=CITY)
    world.heart.published = "d"
    world.look()
    assert world.site.shelf.standing().candidate


# a try, second by second


@dataclass
class Loop:
    """The main thread and the kiosk around it, as far as a try looks at them."""

    calls: list[Callable[[], None]] = field(default_factory=list)
    stopped: bool = False
    free: bool = True
    answers: set[str] = field(default_factory=set)
    notes: list[tuple[AuditEvent, str]] = field(default_factory=list)
    made: bool = True
    now: float = 1000.0

    @property
    def runner(self) -> Loop:
        return self

    def is_free(self) -> bool:
        return self.free

    def ready(self) -> frozenset[str]:
        return frozenset(self.answers)

    def note_settings(self, event: AuditEvent, standing: Standing) -> bool:
        if self.made:
            self.notes.append((event, standing.refused or standing.good))
        return self.made

    def later(self, seconds: float, call: Callable[[], None]) -> None:
        self.calls.append(call)

    def stop(self) -> None:
        self.stopped = True

    def turn(self, seconds: float = 1.0) -> None:
        self.now += seconds
        calls, self.calls = self.calls, []
        for call in calls:
            call()


def tried(machine: Machine, loop: Loop) -> Trial:
    found = Trial(machine.start(), loop, loop, 120.0, lambda: loop.now)  # type: ignore[arg-type]
    found.look()
    return found


@pytest.fixture
def waiting(machine: Machine) -> Machine:
    for bundle in (GOOD, NEWER):
        machine.shelf.put(bundle)
    machine.shelf.keep(Standing(good=GOOD.id, candidate=NEWER.id, needed=("idcard", "printer")))
    return machine


def test_a_try_is_kept_when_all_is_ready_and_drawn(waiting):
    loop = Loop(answers={"idcard"})
    trial = tried(waiting, loop)
    trial.saw_page()
    loop.turn(60.0)
    assert waiting.shelf.standing().begun
    loop.answers.add("printer")
    loop.turn()
    assert waiting.shelf.standing() == Standing(good=NEWER.id)
    assert loop.notes == [(AuditEvent.SETTINGS_KEPT, NEWER.id)]
    assert not loop.stopped
    trial.end()
    assert waiting.shelf.standing() == Standing(good=NEWER.id)


@pytest.mark.parametrize(("drawn", "lost"), [(True, ("printer",)), (False, ("printer",))])
def test_a_try_is_given_up_at_its_end_and_not_before(drawn, lost, waiting):
    loop = Loop(answers={"idcard"})
    trial = tried(waiting, loop)
    trial.drawn = drawn
    loop.turn(119.0)
    assert not loop.stopped
    loop.turn(1.0)
    assert loop.stopped
    assert trial.again
    assert loop.calls == []
    found = waiting.shelf.standing()
    assert (found.good, found.refused, found.lacking) == (GOOD.id, NEWER.id, lost)


def test_a_page_that_is_never_drawn_is_a_reason(waiting):
    loop = Loop(answers={"idcard", "printer"})
    tried(waiting, loop)
    loop.turn(120.0)
    assert waiting.shelf.standing().lacking == ("screen",)


def test_nobody_is_interrupted(waiting):
    loop = Loop(free=False)
    tried(waiting, loop).saw_page()
    loop.turn(500.0)
    assert not loop.stopped
    loop.free = True
    loop.turn()
    assert loop.stopped


def test_who_ends_the_program_in_good_order_lets_the_try_begin_anew(waiting):
    trial = tried(waiting, Loop())
    trial.end()
    found = waiting.shelf.standing()
    assert (found.candidate, found.begun) == (NEWER.id, False)


def test_what_was_given_up_is_noted_once_it_can_be(waiting):
    waiting.start()
    loop = Loop(made=False)
    tried(waiting, loop)  # finds that it broke off
    assert not waiting.shelf.standing().noted
    loop.made = True
    loop.turn()
    loop.turn()
    assert loop.notes == [(AuditEvent.SETTINGS_RETURNED, NEWER.id)]
    assert waiting.shelf.standing().noted


def test_settings_that_came_meanwhile_are_tried_when_nobody_is_here(machine):
    loop = Loop(answers={"idcard"}, free=False)
    trial = tried(machine, loop)
    loop.turn()
    assert machine.shelf.ready() == {"idcard"}
    assert taken(machine, CITY) == (None, "")
    loop.turn()
    assert not trial.again
    loop.free = True
    loop.turn()
    assert trial.again
    assert machine.shelf.standing().needed == ("idcard",)


def test_a_disk_that_is_full_is_looked_at_again(waiting, monkeypatch):
    loop = Loop(answers={"idcard", "printer"})
    trial = tried(waiting, loop)
    trial.saw_page()

    def full(*_rest: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Shelf, "keep", full)
    loop.turn()
    assert waiting.shelf.standing().begun
    monkeypatch.undo()
    loop.turn()
    assert waiting.shelf.standing().good == NEWER.id


def test_without_a_shelf_nothing_is_looked_at():
    loop = Loop()
    trial = Trial(begin_site([DEMO]), loop, loop, 120.0)  # type: ignore[arg-type]
    trial.look()
    trial.end()
    assert loop.calls == []


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
    machine = Machine(tmp_path)
    machine.shelf = Shelf(small_disk / "configuration")
    text = machine.local.read_text("utf-8").replace(str(tmp_path / "configuration"), "FOLDER")
    text = text.replace("FOLDER", str(machine.shelf.folder))
    machine.local.write_text(f'{text}[store]\npath = "{small_disk}/kiosk.db"\n', "utf-8")
    machine.desk.publish(city=CITY)
    machine.run("import", str(machine.desk.copy()))
    first = machine.start().standing.candidate
    machine.shelf.keep(Standing(good=first))
    log = keep_log(read_layers(layers_of(DEFAULTS, machine.files)))
    machine.desk.publish(city=b"[visit]\ndraft_hours = 7\n" + b"#" * 9000)
    filler = fill_up(small_disk)
    capsys.readouterr()
    machine.run("import", str(machine.desk.copy()), status=1)
    assert cure(Failure.SETTINGS_DISK) in capsys.readouterr().err
    say(LogEvent.STARTED, "lost on a full disk", version="1.0")
    assert machine.start().told() == (first, "")
    assert used(machine.start()) == [CITY]
    filler.unlink()
    say(LogEvent.ENDED, "kept")
    machine.run("import", str(machine.desk.stick))
    assert machine.shelf.standing().candidate not in ("", first)
    end_log(log)
    assert "ended" in (small_disk / "log.jsonl").read_text("utf-8")
