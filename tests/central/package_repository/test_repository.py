"""A signed repository as apt itself reads it, and everything that apt then refuses."""

from __future__ import annotations

import os
import shutil
import subprocess
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

import main
from central.package_repository.index import release_file
from central.package_repository.signer import RepositorySigner, opened
from drivers.updater.machine import Run
from kiosk.fleet.update import Reason, UpdateFailure, read_note
from tests.drivers.updater.updated_terminal import UpdatedTerminal

pytestmark = pytest.mark.skipif(
    not all(map(shutil.which, ("gpg", "dpkg-deb", "apt-get"))),
    reason="no gpg, dpkg-deb or apt-get here",
)
NAME = "retirement-kiosk"


def package(folder: Path, version: str, arch: str = "amd64", said: str = "") -> Path:
    """Build a small package of this version; `said` stands in its one file."""
    tree = folder / f"tree-{version}-{arch}"
    (tree / "DEBIAN").mkdir(parents=True, exist_ok=True)
    (tree / "usr/share/doc").mkdir(parents=True, exist_ok=True)
    (tree / f"usr/share/doc/{NAME}").write_text(said)
    control = f"Package: {NAME}\nVersion: {version}\nArchitecture: {arch}\nMaintainer: N <n@e.x>\n"
    (tree / "DEBIAN/control").write_text(control + "Description: kiosk\n of this test\n")
    for path in (tree, *tree.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    made = folder / "debs" / f"{NAME}_{version}_{arch}.deb"
    made.parent.mkdir(exist_ok=True)
    subprocess.run(
        ["dpkg-deb", "--root-owner-group", "-Znone", "--build", tree, made],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    return made


def publish(folder: Path, url: str = "", *more: str) -> int:
    url = url or f"file:{folder / 'repository'}"
    to, keys = str(folder / "repository"), str(folder / "keys")
    words = (str(folder / "debs"), "--to", to, "--keys", keys, "--url", url)
    return main.main(["central", "releases", "repository", *words, *more])


class Terminal:
    """A terminal's apt with lists and sources of its own."""

    def __init__(self, folder: Path, repository: Path) -> None:
        self.folder = folder / "terminal"
        for name in ("lists/partial", "cache/archives/partial", "etc/sources.list.d"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        (self.folder / "status").touch()
        told = {
            # Nothing of this machine's own settings.
            "Dir::Etc::Parts": self.folder / "cache",
            "Dir::Etc::Main": "/dev/null",
            "Dir::State::Lists": self.folder / "lists",
            "Dir::State::status": self.folder / "status",
            "Dir::Cache": self.folder / "cache",
            "Dir::Etc::SourceList": "/dev/null",
            "Dir::Etc::SourceParts": self.folder / "etc/sources.list.d",
            "APT::Architecture": "amd64",
            "APT::Sandbox::User": "",
            "APT::Update::Error-Mode": "any",
            "Debug::NoLocking": "1",
        }
        lines = "".join(f'{key} "{value}";\n' for key, value in told.items())
        (self.folder / "apt.conf").write_text(lines)
        (made,) = (repository / "pool").glob("retirement-kiosk-repository_*_all.deb")
        laid = self.folder / "laid"
        subprocess.run(["dpkg-deb", "--extract", made, laid], check=True)
        said = (laid / "etc/apt/sources.list.d/retirement-kiosk.sources").read_text()
        here = said.replace("Signed-By: /", f"Signed-By: {laid}/")
        (self.folder / "etc/sources.list.d/kiosk.sources").write_text(here)

    def apt(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            words,
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "LC_ALL": "C", "APT_CONFIG": str(self.folder / "apt.conf")},
        )

    def update(self) -> subprocess.CompletedProcess[str]:
        return self.apt("apt-get", "update")

    def versions(self) -> list[str]:
        told = self.apt("apt-cache", "madison", NAME).stdout
        return [line.split("|")[1].strip() for line in told.splitlines()]


def sign(repository: Path, signer: RepositorySigner, then: datetime) -> None:
    """Sign what is there as of another moment, for 30 days."""
    dists = repository / "dists/stable"
    files = {
        str(path.relative_to(dists)): path.read_bytes()
        for path in dists.rglob("Packages*")
        if path.is_file()
    }
    signed = signer.clear_sign(release_file(files, then, then + timedelta(days=30)))
    (dists / "InRelease").write_bytes(signed)


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve a folder, as a web server of the control room does; give its address."""

    class FolderHandler(SimpleHTTPRequestHandler):
        def __init__(self, *request: Any) -> None:
            super().__init__(*request, directory=str(folder))

        def log_message(self, *_said: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), FolderHandler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()


def by_apt(terminal: Terminal, kiosk: UpdatedTerminal) -> Run:
    """Let apt itself look for packages and download them; the rest is the machine's stand-in."""

    def run(words: Sequence[str]) -> subprocess.CompletedProcess[str]:
        asks = words[0] == "apt-get" and (words[1] == "update" or "--download-only" in words)
        return terminal.apt(*words) if asks else kiosk.answer(words)

    return run


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    package(tmp_path, "0.1.0")
    package(tmp_path, "0.1.0", "arm64")
    assert publish(tmp_path) == 0
    return tmp_path / "repository"


def test_apt_takes_what_is_signed_and_nothing_is_lost(tmp_path: Path, repository: Path) -> None:
    terminal = Terminal(tmp_path, repository)
    assert terminal.update().returncode == 0
    assert terminal.versions() == ["0.1.0"]
    shutil.rmtree(tmp_path / "debs")
    package(tmp_path, "0.2.0")
    assert publish(tmp_path) == 0
    assert terminal.update().returncode == 0
    assert terminal.versions() == ["0.2.0", "0.1.0"]
    fetched = terminal.apt("apt-get", "download", f"{NAME}=0.1.0", "--print-uris").stdout
    assert "SHA256:" in fetched
    policy = terminal.apt("apt-cache", "policy").stdout
    assert "o=retirement-kiosk" in policy


@pytest.mark.parametrize("broken", ["InRelease", "Packages"])
def test_apt_refuses_what_was_changed(tmp_path: Path, repository: Path, broken: str) -> None:
    terminal = Terminal(tmp_path, repository)
    for path in repository.rglob("*"):
        if path.is_file() and (
            broken == path.name or (broken == "Packages" and "main" in str(path))
        ):
            content = path.read_bytes().replace(b"0.1.0", b"0.1.9").replace(b"SHA256", b"SHA255")
            path.write_bytes(content + b"\n")
    said = terminal.update()
    assert said.returncode != 0, said.stderr


def test_apt_refuses_the_key_of_somebody_else(tmp_path: Path, repository: Path) -> None:
    terminal = Terminal(tmp_path, repository)
    shutil.rmtree(tmp_path / "keys")
    assert publish(tmp_path) == 0
    said = terminal.update()
    assert said.returncode != 0
    assert terminal.versions() == []


def test_apt_refuses_a_state_that_is_too_old(tmp_path: Path, repository: Path) -> None:
    terminal = Terminal(tmp_path, repository)
    with opened(tmp_path / "keys") as signer:
        sign(repository, signer, datetime(2026, 1, 1, tzinfo=UTC))
    said = terminal.update()
    assert said.returncode != 0
    assert "expired" in said.stderr


def test_apt_keeps_the_newer_of_two_signed_states(tmp_path: Path, repository: Path) -> None:
    """Who shows yesterday's state, whole and signed, takes no version away and brings none back."""
    terminal, older = Terminal(tmp_path, repository), tmp_path / "older"
    then = datetime.now(UTC) - timedelta(days=1)
    with opened(tmp_path / "keys") as signer:
        sign(repository, signer, then)
    shutil.copytree(repository, older)
    package(tmp_path, "0.2.0")
    assert publish(tmp_path) == 0
    assert terminal.update().returncode == 0
    shutil.rmtree(repository)
    older.rename(repository)
    terminal.update()
    assert terminal.versions() == ["0.2.0", "0.1.0"]


@pytest.mark.parametrize("whose", ["ours", "somebody else's"])
def test_the_updater_installs_nothing_whose_signature_is_wrong(tmp_path: Path, whose: str) -> None:
    """With the real apt: the kiosk goes on with what it has, and the heartbeat says why."""
    package(tmp_path, "2.0")
    with served(tmp_path / "repository") as url:
        assert publish(tmp_path, url) == 0
        apt = Terminal(tmp_path, tmp_path / "repository")
        if whose != "ours":
            shutil.rmtree(tmp_path / "keys")
            assert publish(tmp_path, url) == 0
        (tmp_path / "machine").mkdir()
        kiosk = UpdatedTerminal(tmp_path / "machine")
        kiosk.keep("1.0")
        kiosk.want("2.0")
        kiosk.machine = replace(kiosk.machine, run=by_apt(apt, kiosk))
        assert kiosk.update() == 0
    ours = whose == "ours"
    assert (kiosk.version, kiosk.runs) == ("2.0" if ours else "1.0", True)
    told = read_note(kiosk.places.note.read_text())
    assert told == (None if ours else UpdateFailure("2.0", Reason.NOT_HERE))


def test_the_same_again_changes_only_the_day(tmp_path: Path, repository: Path) -> None:
    def files() -> dict[Path, bytes]:
        found = (path for path in repository.rglob("*") if path.is_file())
        return {path: path.read_bytes() for path in found if path.name != "InRelease"}

    before = files()
    assert publish(tmp_path) == 0
    assert files() == before


def test_another_address_makes_another_package(tmp_path: Path, repository: Path) -> None:
    before = [path.name for path in (repository / "pool").glob("*repository*")]
    assert publish(tmp_path, "https://packages.example.invalid/kiosk") == 0
    (after,) = (repository / "pool").glob("*repository*")
    assert "packages.example.invalid" in (repository / "retirement-kiosk.sources").read_text()
    assert len(before) == 1
    assert after.stat().st_mode & 0o777 == 0o644


def test_a_version_keeps_its_content(
    tmp_path: Path, repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = (repository / f"pool/{NAME}_0.1.0_amd64.deb").read_bytes()
    package(tmp_path, "0.1.0", said="changed")
    assert publish(tmp_path) == 1
    assert "a version of its own" in capsys.readouterr().err
    assert (repository / f"pool/{NAME}_0.1.0_amd64.deb").read_bytes() == kept


def test_a_file_that_is_no_package_is_named(
    tmp_path: Path, repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = (repository / "dists/stable/InRelease").read_bytes()
    (tmp_path / "debs/broken.deb").write_bytes(b"not a package")
    assert publish(tmp_path) == 1
    assert "broken.deb" in capsys.readouterr().err
    assert (repository / "dists/stable/InRelease").read_bytes() == before


def test_the_key_is_for_its_owner_alone_and_no_agent_stays(
    tmp_path: Path, repository: Path
) -> None:
    assert repository.is_dir()
    assert (tmp_path / "keys").stat().st_mode & 0o777 == 0o700
    secret = list((tmp_path / "keys/private-keys-v1.d").iterdir())
    assert len(secret) == 1
    assert secret[0].stat().st_mode & 0o077 == 0
    running = [
        path.joinpath("cmdline").read_bytes()
        for path in Path("/proc").glob("[0-9]*")
        if path.joinpath("cmdline").exists()
    ]
    assert not [words for words in running if str(tmp_path).encode() in words]


def test_without_gpg_the_way_to_it_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    package(tmp_path, "0.1.0")
    for name in ("PROGRAM", "ENDING_PROGRAM"):
        monkeypatch.setattr(f"central.package_repository.signer.{name}", "gpg-that-is-not-here")
    assert publish(tmp_path) == 1
    assert "apt-get install -y gpg" in capsys.readouterr().err
