"""The installed command adds the terminal's settings where none are named, and nowhere else."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from wiring.places import ROOT

SITE = "/etc/retirement-kiosk/site.toml"


@pytest.fixture
def command(tmp_path: Path) -> Path:
    """Return the command, with the program replaced by one that prints its arguments."""
    said = (ROOT / "deploy/bin/retirement-kiosk").read_text("utf-8")
    program = tmp_path / "program"
    program.write_text('#!/bin/sh\nshift\nprintf "%s\\n" "$*"\n')
    nobody = tmp_path / "id"
    nobody.write_text("#!/bin/sh\necho 4711\n")
    (tmp_path / "memory.env").touch()
    said = said.replace("/usr/bin/python3.13", str(program))
    said = said.replace("home=/usr/lib/retirement-kiosk", f"home={tmp_path}")
    said = said.replace("/etc/retirement-kiosk/session.env", str(tmp_path / "session.env"))
    for one in (program, nobody):
        one.chmod(0o755)
    found = tmp_path / "retirement-kiosk"
    found.write_text(said)
    return found


@pytest.mark.parametrize(
    ("words", "passed"),
    [
        ("", ""),
        ("--help", "--help"),
        ("run", f"run {SITE}"),
        ("doctor --json", f"doctor --json {SITE}"),
        ("check-config other.toml", "check-config other.toml"),
        ("outbox list", f"outbox list --settings {SITE}"),
        ("outbox retry all", f"outbox retry all --settings {SITE}"),
        ("config import /media/usb", f"config import /media/usb --settings {SITE}"),
        ("logs show --settings other.toml", "logs show --settings other.toml"),
        ("outbox", "outbox"),
        ("outbox --help", "outbox --help"),
        ("config", "config"),
        ("rules age --help", "rules age --help"),
        ("audit export --to x.ndjson", f"audit export --to x.ndjson {SITE}"),
        ("audit verify x.ndjson", "audit verify x.ndjson"),
        ("devices list", f"devices list --config {SITE}"),
        ("devices test printer", f"devices test printer --config {SITE}"),
        ("devices test printer --config other.toml", "devices test printer --config other.toml"),
        ("devices read-id --url /dev/null", "devices read-id --url /dev/null"),
    ],
)
def test_settings_are_added(command: Path, words: str, passed: str) -> None:
    done = subprocess.run(
        ["/bin/sh", str(command), *words.split()],
        env={"PATH": f"{command.parent}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == passed


@pytest.mark.parametrize(
    ("locale", "kept"),
    [
        ({}, "zh_CN.UTF-8"),
        ({"LANG": ""}, "zh_CN.UTF-8"),
        ({"LANG": "en_GB.UTF-8"}, ""),
        ({"LC_ALL": "C"}, ""),
        ({"LC_MESSAGES": "de_DE.UTF-8"}, "de_DE.UTF-8"),
    ],
)
def test_without_a_locale_the_command_speaks_chinese(
    command: Path, locale: dict[str, str], kept: str
) -> None:
    (command.parent / "program").write_text('#!/bin/sh\nprintf "%s" "${LC_MESSAGES:-}"\n')
    done = subprocess.run(
        ["/bin/sh", str(command), "--help"],
        env={"PATH": f"{command.parent}:{os.environ['PATH']}", **locale},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == kept


STICK_PROGRAM = """#!/bin/sh
shift
echo "$*"
for word in "$@"; do
    case "$taken" in
    yes) if [ -d "$word" ]; then echo whole >"$word/sheet.txt"; else echo whole >"$word"; fi ;;
    esac
    taken=no
    case "$word" in --to | --out) taken=yes ;; esac
done
"""


@pytest.fixture
def as_root(command: Path, tmp_path: Path) -> Path:
    """Return the command as root calls it; the terminal's account is this one, with a home."""
    said = command.read_text().replace("/var/lib/retirement-kiosk", str(tmp_path / "state"))
    command.write_text(said.replace("/run/", f"{tmp_path}/run/"))
    for name in ("state", "run"):
        (tmp_path / name).mkdir()
    for name, script in {
        "id": "echo 0",
        "runuser": 'shift 3; exec "$@"',
        "chown": "",
        "findmnt": 'cat "$(dirname "$0")/mounted"',
    }.items():
        path = tmp_path / name
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)
    (tmp_path / "mounted").write_text("rw,relatime\n")
    (tmp_path / "program").write_text(STICK_PROGRAM)
    return command


def call(command: Path, *words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["/bin/sh", str(command), *words],
        env={"PATH": f"{command.parent}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
        cwd=cwd,
    )


@pytest.mark.parametrize(
    ("words", "option", "target", "file"),
    [
        ("logs export", "--to", "stick", "stick/sheet.txt"),
        ("readiness", "--out", "stick/new", "stick/new/sheet.txt"),
        ("audit export", "--to", "stick/chain.ndjson", "stick/chain.ndjson"),
    ],
)
@pytest.mark.parametrize("joined", [False, True])
def test_what_root_exports_is_copied_to_the_stick(
    as_root: Path, tmp_path: Path, words: str, option: str, target: str, file: str, *, joined: bool
) -> None:
    (tmp_path / "stick").mkdir()
    asked = [f"{option}={target}"] if joined else [option, target]
    done = call(as_root, *words.split(), *asked, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"{words} {option} {target}")
    assert (tmp_path / file).read_text() == "whole\n"
    assert [path.name for path in (tmp_path / file).parent.iterdir()] == [Path(file).name]
    assert list((tmp_path / "state").iterdir()) + list((tmp_path / "run").iterdir()) == []


@pytest.mark.parametrize(("mounted", "cure"), [("ro,nosuid", "remount,rw"), ("rw", "有没有插好")])
def test_a_stick_that_takes_nothing_is_said_before_the_work(
    as_root: Path, tmp_path: Path, mounted: str, cure: str
) -> None:
    (tmp_path / "mounted").write_text(f"{mounted}\n")
    (tmp_path / "stick").write_text("a file stands where the folder should be")
    done = call(as_root, "logs", "export", "--to", "stick", cwd=tmp_path)
    assert done.returncode == 1
    assert cure in done.stderr
    assert done.stdout == ""


def test_settings_in_a_folder_of_root_are_checked_all_the_same(
    as_root: Path, tmp_path: Path
) -> None:
    (tmp_path / "runuser").write_text(
        '#!/bin/sh\nshift 3\n[ "$1 $3" = "test ." ] && exit 1\n'
        'case "$*" in test\\ -r*own.toml) exit 1 ;; esac\nexec "$@"\n'
    )
    home = tmp_path / "home"
    home.mkdir()
    (home / "own.toml").write_text("what = 1\n")
    (tmp_path / "program").write_text('#!/bin/sh\ncat "$3"\necho "$3: wrong"\nexit 1\n')
    done = call(as_root, "check-config", "own.toml", cwd=home)
    assert (done.returncode, done.stdout) == (1, "what = 1\nown.toml: wrong\n")
    assert list((tmp_path / "run").iterdir()) == []
