"""A set for points without a mirror is whole, signed, and installs from its folder alone."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

import main
from central.package_repository.packages import PackageFile, read_package
from script.packaging import offline
from wiring import places

pytestmark = pytest.mark.skipif(
    not all(map(shutil.which, offline.NEEDED)), reason="no apt-get, dpkg-deb or gpg here"
)
KIOSK = "retirement-kiosk"


def package(folder: Path, name: str, version: str, **fields: str) -> Path:
    tree = folder / f"tree-{name}"
    (tree / "DEBIAN").mkdir(parents=True)
    said = {"Package": name, "Version": version, "Architecture": "amd64"}
    said |= {"Maintainer": "N <n@e.x>", **fields, "Description": "one of this test"}
    control = "".join(f"{key}: {value}\n" for key, value in said.items())
    (tree / "DEBIAN/control").write_text(control)
    for path in (tree, *tree.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    made = folder / f"{name}.deb"
    words = ["dpkg-deb", "--root-owner-group", "-Znone", "--build", tree, made]
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL)
    return made


@pytest.fixture
def kiosk(tmp_path: Path) -> Path:
    """The terminal's package; its mirror has what it needs, what it recommends, and one more."""
    debs = tmp_path / "mirror-debs"
    debs.mkdir()
    package(debs, "needed", "1:2.0", Depends="deeper (>= 1)")
    package(debs, "deeper", "1.0")
    package(debs, "wished", "1.0", Depends="deeper")
    package(debs, "other-choice", "1.0")
    package(debs, "unrelated", "1.0")
    mirror = tmp_path / "mirror"
    words = (str(debs), "--to", str(mirror), "--keys", str(tmp_path / "k"))
    url = ("--url", f"file:{mirror}")
    assert main.main(["central", "releases", "repository", *words, *url]) == 0
    key = mirror / "retirement-kiosk-repository.gpg"
    (tmp_path / "mirror.sources").write_text(
        f"Types: deb\nURIs: file:{mirror}\nSuites: stable\nComponents: main\nSigned-By: {key}\n"
    )
    recommends = "wished | other-choice, needed (>= 1:1)"
    return package(tmp_path, KIOSK, "0.1.0", Depends="needed", Recommends=recommends)


def make(kiosk: Path, *more: str) -> int:
    folder = kiosk.parent
    to, keys = ("--to", str(folder / "set")), ("--keys", str(folder / "k"))
    source = ("--sources", str(folder / "mirror.sources"))
    return offline.main([str(kiosk), *to, *keys, *source, *more])


def names(folder: Path) -> set[str]:
    found = [read_package(path) for path in (folder / "pool").glob("*.deb")]
    return {one.name for one in found if isinstance(one, PackageFile)}


def test_everything_that_it_needs_is_in_it_and_nothing_else(kiosk: Path) -> None:
    assert make(kiosk) == 0
    made = kiosk.parent / "set"
    assert names(made) == {KIOSK, "needed", "deeper", "wished", "retirement-kiosk-repository"}
    assert (made / "packages.txt").read_text() == f"{KIOSK} wished needed\n"
    assert (made / "install").read_bytes() == offline.INSTALL.read_bytes()


def test_a_set_that_lacks_a_package_is_not_called_whole(
    kiosk: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = offline.download

    def forgets(wanted: offline.OfflineSet, folder: Path, archives: Path) -> None:
        whole(wanted, folder, archives)
        for path in archives.glob("deeper*.deb"):
            path.unlink()

    monkeypatch.setattr(offline, "download", forgets)
    assert make(kiosk) == 1
    assert "deeper" in capsys.readouterr().err


def test_what_the_mirror_lacks_is_named_and_nothing_is_made(
    kiosk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lacking = package(kiosk.parent, "lacking", "1.0", Depends="nowhere-to-be-found")
    assert make(lacking) == 1
    assert "nowhere-to-be-found" in capsys.readouterr().err
    assert not (kiosk.parent / "set").exists()


def test_a_package_of_another_machine_is_refused(
    kiosk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert make(kiosk, "--arch", "arm64") == 1
    assert "not for arm64" in capsys.readouterr().err


def run_install(
    made: Path, folder: Path, *, installed: bool = False, fails: str = "never"
) -> tuple[int, str, str]:
    """Run the set's script with a system that is a stand-in; return code, words, apt's calls.

    `fails` is the word of apt that does not succeed.
    """
    programs, calls = folder / "programs", folder / "calls"
    programs.mkdir()
    calls.touch()
    stand_ins = {
        "id": "echo 0",
        "dpkg-query": "echo installed" if installed else "exit 1",
        "apt-get": (
            f'echo "$@" >> {calls}; cat "${{5#*=}}"/*.sources >> {calls}\n'
            f'case " $* " in *" {fails} "*) exit 100 ;; esac'
        ),
    }
    for name, body in stand_ins.items():
        (programs / name).write_text(f"#!/bin/sh\n{body}\n")
        (programs / name).chmod(0o755)
    done = subprocess.run(
        ["sh", str(made / "install")],
        env={"PATH": f"{programs}:{os.environ['PATH']}", "TMPDIR": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stderr, calls.read_text()


def test_it_asks_its_own_folder_alone_and_leaves_nothing(kiosk: Path, tmp_path: Path) -> None:
    assert make(kiosk) == 0
    made, folder = kiosk.parent / "set", tmp_path / "machine"
    folder.mkdir()
    code, said, calls = run_install(made, folder)
    assert (code, said) == (0, "")
    assert f"URIs: file:{made}\n" in calls
    assert f"Signed-By: {made / 'retirement-kiosk-repository.gpg'}\n" in calls
    assert f"install -y --no-install-recommends {KIOSK} wished needed\n" in calls
    assert sorted(one.name for one in folder.iterdir()) == ["calls", "programs"]


@pytest.mark.parametrize(
    ("fails", "words"),
    [("update", "nothing was installed"), ("install", "a package here is damaged")],
)
def test_what_apt_refuses_has_words_and_a_cure(
    fails: str, words: str, kiosk: Path, tmp_path: Path
) -> None:
    assert make(kiosk) == 0
    folder = tmp_path / "machine"
    folder.mkdir()
    code, said, _calls = run_install(kiosk.parent / "set", folder, fails=fails)
    assert code == 1
    assert words in said
    assert sorted(one.name for one in folder.iterdir()) == ["calls", "programs"]


def test_a_terminal_that_is_one_is_left_as_it_is(kiosk: Path, tmp_path: Path) -> None:
    assert make(kiosk) == 0
    folder = tmp_path / "machine"
    folder.mkdir()
    code, said, calls = run_install(kiosk.parent / "set", folder, installed=True)
    assert (code, calls) == (1, "")
    assert "installed already" in said


def test_the_terminals_own_package_names_what_it_recommends() -> None:
    said = (places.ROOT / "deploy/packages/retirement-kiosk/package.toml").read_text("utf-8")
    line = next(one for one in said.splitlines() if one.startswith("Recommends = "))
    control = f"Recommends: {line.partition('= ')[2].strip(chr(34))}\n"
    assert offline.first_choices(control) == ["chrony", "unattended-upgrades", "usbguard"]
