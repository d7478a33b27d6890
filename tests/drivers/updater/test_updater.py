"""The updater does in order what was decided, and reads the machine right.

The machine's programs are one small object with dpkg's and systemd's answers; the folder system of
`script/bench update` has the real ones.
"""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from drivers.updater.commands import run
from drivers.updater.machine import KEEP_SETTINGS, LOCK, ONLY_NEEDED, PACKAGES
from kiosk.fleet.update import GATE_SECONDS, Update, UpdateStage
from tests.drivers.updater.updated_terminal import WAITS, UpdatedTerminal, terminal
from wiring import places as own
from wiring.fleet.telemetry import failed_update

__all__ = ["terminal"]


def test_a_fit_version_is_installed_and_stays(terminal: UpdatedTerminal) -> None:
    terminal.keep("0.8")
    assert terminal.update() == 0
    assert (terminal.version, terminal.kept.stage) == ("2.0", UpdateStage.RESTING)
    kept = sorted(path.name.split("_")[1] for path in terminal.places.packages.iterdir())
    assert kept == ["1.0", "2.0"]
    options = " ".join((*ONLY_NEEDED, *LOCK, *KEEP_SETTINGS))
    assert "--no-install-recommends" in options
    assert [one.split("/")[0].strip() for one in terminal.said] == [
        "systemctl daemon-reload",
        "systemctl stop kiosk.service",
        f"apt-get install -y {options}",
        "systemctl start kiosk.service",
        "systemctl daemon-reload",
    ]


def test_a_package_without_a_version_in_its_name_ends_no_update(terminal: UpdatedTerminal) -> None:
    (terminal.places.packages / "renamed.deb").write_text("somebody copied it here by hand")
    assert terminal.update() == 0
    assert terminal.version == "2.0"
    kept = sorted(path.name.split("_")[1] for path in terminal.places.packages.iterdir())
    assert kept == ["1.0", "2.0"]


def test_one_that_ends_at_once_reboots_nothing(terminal: UpdatedTerminal) -> None:
    terminal.fit = ("1.0",)
    over, seen = terminal.places.over_unit, []
    wait = terminal._sleep
    terminal._sleep = lambda seconds: seen.append(over.read_text()) or wait(seconds)  # type: ignore[method-assign]
    assert terminal.update() == 0
    assert "StartLimitAction=none" in seen[0]
    assert not over.exists()


def test_the_training_package_goes_with_it(tmp_path: Path) -> None:
    terminal = UpdatedTerminal(tmp_path, training=True)
    terminal.keep("1.0", "2.0")
    terminal.want("2.0")
    assert terminal.update() == 0
    (installed,) = (one for one in terminal.said if one.startswith("apt-get"))
    assert installed.count(".deb") == len(PACKAGES)


def test_who_is_here_is_not_interrupted(
    terminal: UpdatedTerminal, capsys: pytest.CaptureFixture[str]
) -> None:
    terminal.status = "busy"
    assert terminal.update() == 0
    assert (terminal.version, terminal.said) == ("1.0", [])
    assert "有人在办事" in capsys.readouterr().out


def test_one_that_never_becomes_ready_goes_back(
    terminal: UpdatedTerminal, capsys: pytest.CaptureFixture[str]
) -> None:
    """And what waits is there as before; the version is not tried again."""
    terminal.fit = ("1.0",)
    began = terminal.now
    assert terminal.update() == 0
    assert terminal.version == "1.0"
    assert terminal.now - began > GATE_SECONDS
    assert "试过不好使的：2.0" in capsys.readouterr().out
    kept = [path.name for path in terminal.places.packages.iterdir()]
    assert kept == ["retirement-kiosk_1.0_all.deb"]
    terminal.said.clear()
    assert terminal.update() == 0
    assert terminal.said == []  # and it is not fetched once more, either
    assert terminal.machine.waiting() == {"0b1c"}


def test_the_kiosk_may_read_what_failed(terminal: UpdatedTerminal) -> None:
    note = terminal.places.note
    terminal.fit = ("1.0",)
    for _ in range(2):
        assert terminal.update() == 0
        assert note.stat().st_mode & 0o777 == 0o644
        assert failed_update(note) == {"version": "2.0", "reason": "not_ready"}
    terminal.fit = ("1.0", "3.0")
    terminal.keep("3.0")
    terminal.want("3.0")
    assert terminal.update() == 0
    assert failed_update(note) == {}
    assert failed_update(note.with_name("no-updater-here")) == {}


def test_a_database_that_only_the_new_one_reads_is_put_back(terminal: UpdatedTerminal) -> None:
    terminal.fit, terminal.eats_store = ("1.0",), ("2.0",)
    assert terminal.update() == 0
    assert (terminal.version, terminal.kept.stage) == ("1.0", UpdateStage.RESTING)
    assert terminal.places.store.read_text() == "of 1.0"


def test_what_came_in_meanwhile_is_not_put_away(terminal: UpdatedTerminal) -> None:
    """The new one took applications and then fell ill: nothing may be lost, somebody must come."""
    terminal.fit, terminal.eats_store = ("1.0",), ("2.0",)
    terminal.machine.install(Update(UpdateStage.TRYING, "1.0", "2.0"))
    (terminal.places.copy / "kiosk.db").write_text("of 1.0")
    listed = terminal._answer

    def answer(words: list[str]) -> tuple[str, int]:
        more = terminal.places.store.read_text() == "of 2.0"
        if words[:2] == ["retirement-kiosk", "outbox"] and terminal.version == "2.0" and more:
            return WAITS + WAITS.replace("0b1c", "77aa"), 0
        return listed(words)

    terminal._answer = answer  # type: ignore[method-assign]
    terminal.machine.go_back(Update(UpdateStage.RETURNING, "1.0", "2.0"))
    assert terminal.places.store.read_text() == "of 2.0"


def test_a_database_that_nobody_can_read_any_more_is_left(terminal: UpdatedTerminal) -> None:
    """The new one was ready for a while: what it took may lie in there."""
    terminal.fit, terminal.eats_store = ("1.0",), ("2.0", "nobody")
    going = Update(UpdateStage.RETURNING, "1.0", "2.0", served=True)
    terminal.machine.install(going)
    terminal.places.store.write_text("of nobody")
    terminal.machine.go_back(going)
    assert terminal.places.store.read_text() == "of nobody"
    terminal.machine.go_back(replace(going, served=False))
    assert terminal.places.store.read_text() == "of 1.0"


@pytest.mark.parametrize(("fit", "version"), [(("1.0", "2.0"), "2.0"), (("1.0",), "1.0")])
def test_a_package_that_takes_long_to_unpack_takes_nothing_of_the_two_minutes(
    terminal: UpdatedTerminal, fit: tuple[str, ...], version: str
) -> None:
    """Neither the new program is taken back for it, nor somebody called to the old one."""
    terminal.fit, terminal.unpacking, terminal.dumb_looks = fit, GATE_SECONDS + 60, 2
    assert terminal.update() == 0
    assert (terminal.version, terminal.kept.stage) == (version, UpdateStage.RESTING)


def test_an_install_that_breaks_off_goes_back(terminal: UpdatedTerminal) -> None:
    terminal.dpkg_breaks = True
    assert terminal.update() == 0
    assert terminal.version == "1.0"
    assert terminal.kept.refused == ("2.0",)


def test_who_cannot_go_back_calls_for_somebody(
    terminal: UpdatedTerminal, capsys: pytest.CaptureFixture[str]
) -> None:
    terminal.fit = ()
    terminal.status = ""
    assert terminal.update() == 1
    assert terminal.update("status") == 1
    assert "要有人来看" in capsys.readouterr().out


def test_a_power_cut_in_the_middle_is_ended_at_the_next_start(terminal: UpdatedTerminal) -> None:
    trying = Update(UpdateStage.TRYING, "1.0", "2.0", began=terminal.now)
    terminal.machine.write_state(trying)  # and no package was installed any more
    assert terminal.update("resume") == 0
    assert (terminal.version, terminal.kept.stage) == ("1.0", UpdateStage.RESTING)
    terminal.said.clear()
    assert terminal.update("resume") == 0  # nothing is begun by day
    assert terminal.said == []


def test_no_way_back_no_update(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    terminal = UpdatedTerminal(tmp_path)
    terminal.want("2.0")
    assert terminal.update() == 0
    words = "apt-get install -y --download-only --no-remove --no-install-recommends"
    assert any(words in one for one in terminal.said)
    terminal.keep("2.0")
    assert terminal.update() == 0
    assert terminal.version == "1.0"
    assert "回不来" in capsys.readouterr().out


def test_nothing_is_installed_while_something_of_the_account_runs(
    terminal: UpdatedTerminal, capsys: pytest.CaptureFixture[str]
) -> None:
    terminal.stops = False
    assert terminal.update() == 1
    assert (terminal.version, terminal.runs, terminal.kept.stage) == (
        "1.0",
        True,
        UpdateStage.RESTING,
    )
    assert not any("apt-get" in one for one in terminal.said)
    assert not terminal.places.copy.exists()
    assert "关不掉" in capsys.readouterr().out
    terminal.stops = True
    assert terminal.update() == 0  # the version was not given up
    assert terminal.version == "2.0"


def test_nothing_is_put_back_while_something_of_the_account_runs(terminal: UpdatedTerminal) -> None:
    terminal.fit, terminal.eats_store = ("1.0",), ("2.0",)
    terminal.machine.install(Update(UpdateStage.TRYING, "1.0", "2.0"))
    terminal.stops = False
    terminal.machine.go_back(Update(UpdateStage.RETURNING, "1.0", "2.0"))
    assert (terminal.version, terminal.places.store.read_text()) == ("1.0", "of 2.0")


def test_a_link_in_place_of_the_database_log_stops_the_update(
    terminal: UpdatedTerminal, capsys: pytest.CaptureFixture[str]
) -> None:
    secret = terminal.folder / "secret"
    secret.write_text("root's")
    terminal.places.store.with_name("kiosk.db-wal").symlink_to(secret)
    assert terminal.update() == 1
    assert (terminal.version, terminal.runs) == ("1.0", True)
    assert "不是普通文件" in capsys.readouterr().out
    assert not any(b"root's" in one.read_bytes() for one in terminal.places.copy.iterdir())


def test_the_simulated_devices_of_the_account_are_stopped_too(tmp_path: Path) -> None:
    terminal = UpdatedTerminal(tmp_path, training=True, devices=True)
    terminal.keep("1.0", "2.0")
    terminal.want("2.0")
    assert terminal.update() == 0
    of_devices = [one for one in terminal.said if "training-devices" in one]
    assert of_devices == [
        f"systemctl {verb} kiosk-training-devices.service" for verb in ("stop", "start")
    ]


@pytest.mark.parametrize("said", ["0.9", "1.0", "", "2.0; reboot", "9" * 80, "2.0-", "2.0+"])
def test_only_a_newer_version_is_a_wish(terminal: UpdatedTerminal, said: str) -> None:
    terminal.want(said)
    assert terminal.machine.wish() == ""


def test_a_link_or_pipe_is_no_wish(terminal: UpdatedTerminal) -> None:
    """The kiosk's account writes there; root reads it."""
    terminal.places.wish.rename(terminal.folder / "elsewhere")
    terminal.places.wish.symlink_to(terminal.folder / "elsewhere")
    assert terminal.machine.wish() == ""
    terminal.places.wish.unlink()
    os.mkfifo(terminal.places.wish)
    assert terminal.machine.wish() == ""


def test_a_terminal_without_a_database_has_nothing_waiting(terminal: UpdatedTerminal) -> None:
    terminal.version = "other"
    terminal.places.store.write_text("of nobody")
    assert terminal.machine.waiting() is None
    terminal.answer = lambda words: subprocess.CompletedProcess(list(words), 1, "", "")  # type: ignore[method-assign]
    bare = replace(terminal.machine, run=terminal.answer)
    terminal.places.store.unlink()
    assert bare.waiting() == frozenset()
    terminal.places.store.symlink_to(terminal.folder / "nowhere")
    assert bare.waiting() is None
    assert bare.look(Update(), "2.0").faults is None


def test_the_copy_that_it_runs_from_needs_nothing_else(tmp_path: Path) -> None:
    """Only the files that its command copies, and Python's own library."""
    command = (own.ROOT / "deploy" / "bin" / "retirement-kiosk-update").read_text()
    listed = command.split("for file in ")[1].split("; do")[0].replace("\\", "").split()
    for name in listed:
        target = tmp_path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes((own.ROOT / name).read_bytes())
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", RUN_ALONE, str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "usage: retirement-kiosk-update" in done.stdout


RUN_ALONE = """
import sys
sys.path.insert(0, sys.argv.pop())
from drivers.updater.account import SystemAccount
from drivers.updater.commands import run
try:
    run(["--help"])
except SystemExit as ended:
    sys.exit(ended.code)
"""


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "required: command"),
        (["fly"], "'fly'"),
        (["keep"], "required: packages"),
        (["keep", "/nowhere/x_1.0_all.deb"], "没有这个 .deb 文件"),
        (["keep", __file__], "没有这个 .deb 文件"),
        (["run", "now"], "unrecognized arguments: now"),
    ],
)
def test_wrong_use_ends_with_a_sentence(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        run(words)
    assert left.value.code == 2
    assert said in capsys.readouterr().err
