"""`script/package offline`: a folder that makes a bare Debian 13 a terminal, without a network.

apt of this machine resolves and downloads, from its own sources and with its own checks, the
terminal's package with everything that it depends on, down to the C library: a system that was
installed long ago may need any of it. What came is put into a repository of its own, signed by the
key of `central releases repository`, and asked whether it is whole.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from central.package_repository.commands import KEY_FILE, make_repository
from central.package_repository.index import SUITE as OWN_SUITE
from central.package_repository.packages import PackageFile, read_package
from kiosk.progress import ProgressLine
from script.packaging.image import ROOT, SUITE, own_sources

INSTALL = ROOT / "deploy" / "offline" / "install"
NAMES = "packages.txt"
ARCHITECTURES = ("amd64", "arm64")
NEEDED = ("apt-get", "dpkg-deb", "gpg")
DAYS = 366
ADDRESS = "file:/media/usb/{name}"
MIB = 1024 * 1024


class OfflineTrouble(Exception):  # noqa: N818 - an outcome, with words for the operator
    """Why no set can be made; nothing that was there is changed."""


@dataclass(frozen=True)
class OfflineSet:
    """The packages that are wanted, for Debian's `arch`, and apt's source files of the system."""

    packages: tuple[PackageFile, ...]
    arch: str
    sources: tuple[Path, ...]

    def names(self) -> list[str]:
        """Return what is installed: the packages, and of what they recommend each first choice."""
        recommended = [name for one in self.packages for name in first_choices(one.control)]
        return list(dict.fromkeys([*(one.name for one in self.packages), *recommended]))


def first_choices(control: str) -> list[str]:
    """Return the first alternative of each entry of Recommends in a control paragraph."""
    found = re.search(r"^Recommends: (.*)$", control, re.MULTILINE)
    entries = found[1].split(",") if found else []
    return [re.split(r"[ |(:]", one.strip(), maxsplit=1)[0] for one in entries]


def main(words: list[str]) -> int:
    """Make a set; return the exit code."""
    options = _options(words)
    if lacking := [one for one in NEEDED if shutil.which(one) is None]:
        print(f"missing on this machine: {', '.join(lacking)}", file=sys.stderr)
        return 1
    try:
        with tempfile.TemporaryDirectory(prefix="kiosk-offline-") as name:
            count = make_set(options, Path(name))
    except OfflineTrouble as trouble:
        print(f"script/package offline: {trouble}", file=sys.stderr)
        return 1
    size = sum(one.stat().st_size for one in options.to.rglob("*") if one.is_file())
    print(options.to, f"{count} packages", f"{size / MIB:.0f} MiB", sep="\t")
    return 0


def make_set(options: argparse.Namespace, folder: Path) -> int:
    """Make the folder `options.to`; return how many packages it has.

    `folder` is for what is in the making. Raises OfflineTrouble.
    """
    with ProgressLine(str(options.to), 3) as line:
        line.begin("packages of the system")
        wanted = read_set(options, folder)
        archives = folder / "debs"
        archives.mkdir()
        download(wanted, folder, archives)
        line.step("packages of the system")
        line.begin("repository")
        if make_repository(_for_repository(options, archives)) != 0:
            raise OfflineTrouble("the repository was not made; its words stand above")
        (options.to / NAMES).write_text(" ".join(wanted.names()) + "\n", "utf-8")
        shutil.copy(INSTALL, options.to / "install")
        line.step("repository")
        line.begin("is it whole")
        check_whole(options.to, wanted, folder)
        line.step("is it whole")
    return len([*(options.to / "pool").glob("*.deb")])


def read_set(options: argparse.Namespace, folder: Path) -> OfflineSet:
    """Return what the options mean. Raises OfflineTrouble for a file that is no package."""
    read = [read_package(path) for path in options.packages]
    packages = tuple(one for one in read if isinstance(one, PackageFile))
    if wrong := [str(one) for one in read if isinstance(one, str)]:
        raise OfflineTrouble("; ".join(wrong))
    other = [one.path.name for one in packages if one.arch not in (options.arch, "all")]
    if other:
        raise OfflineTrouble(f"not for {options.arch}: {', '.join(other)}; say --arch")
    copied = folder / "sources"
    copied.mkdir()
    sources = tuple(options.sources or own_sources(copied))
    if not sources:
        raise OfflineTrouble(
            f"apt here knows no sources of Debian 13 ({SUITE}); put a .sources file with them into "
            "/etc/apt/sources.list.d"
        )
    return OfflineSet(packages, options.arch, sources)


def download(wanted: OfflineSet, folder: Path, archives: Path) -> None:
    """Download all that is needed into `archives`, the wanted packages among it.

    An empty system is assumed, so that nothing is left out because this machine has it.
    """
    parts = folder / "parts"
    parts.mkdir()
    for path in wanted.sources:
        # Of `file:` apt would use the packages where they lie, and bring none.
        said = path.read_text("utf-8").replace("file:", "copy:")
        (parts / path.name).write_text(said, "utf-8")
    own = OwnApt(folder / "apt", parts, wanted.arch)
    own.make()
    own.run("update")
    files = [str(one.path.resolve()) for one in wanted.packages]
    others = wanted.names()[len(files) :]
    cache = f"Dir::Cache::Archives={archives}"
    (archives / "partial").mkdir()
    own.run("-o", cache, "--download-only", "install", "-y", *files, *others)
    shutil.rmtree(archives / "partial")
    for leftover in archives.glob("lock"):
        leftover.unlink()
    for one in wanted.packages:  # apt reads them where they lie
        shutil.copy(one.path, archives / one.path.name)


def check_whole(to: Path, wanted: OfflineSet, folder: Path) -> None:
    """Let apt install the set into an empty system, as a trial; nothing but it can be reached.

    Raises OfflineTrouble with apt's words when something is missing.
    """
    parts = folder / "own-parts"
    parts.mkdir()
    source = f"Types: deb\nURIs: file:{to.resolve()}\nSuites: {OWN_SUITE}\nComponents: main\n"
    signed = f"Signed-By: {(to / KEY_FILE).resolve()}\n"
    (parts / "offline.sources").write_text(source + signed, "utf-8")
    own = OwnApt(folder / "trial", parts, wanted.arch)
    own.make()
    own.run("update")
    own.run("--simulate", "install", *wanted.names())


@dataclass(frozen=True)
class OwnApt:
    """apt with lists and a system of its own in `home`, an empty one; sources are in `parts`."""

    home: Path
    parts: Path
    arch: str

    def make(self) -> None:
        """Make the empty system."""
        for name in ("lists/partial", "cache/archives/partial"):
            (self.home / name).mkdir(parents=True)
        (self.home / "status").touch()

    def run(self, *words: str) -> None:
        """Run apt-get. Raises OfflineTrouble with its words when it failed."""
        told = {
            "Dir::Etc::SourceList": "/dev/null",
            "Dir::Etc::SourceParts": self.parts,
            "Dir::State::Lists": self.home / "lists",
            "Dir::State::status": self.home / "status",
            "Dir::State::extended_states": self.home / "extended_states",
            "Dir::Cache": self.home / "cache",
            "APT::Architecture": self.arch,
            "APT::Architectures": self.arch,
            "APT::Sandbox::User": "",
            "APT::Install-Recommends": "false",
            "APT::Update::Error-Mode": "any",
            "Debug::NoLocking": "true",
        }
        settings = [word for key, value in told.items() for word in ("-o", f"{key}={value}")]
        done = subprocess.run(
            ["apt-get", "-q", *settings, *words],
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "LC_ALL": "C.UTF-8"},
        )
        if done.returncode != 0:
            raise OfflineTrouble(f"apt: {(done.stderr or done.stdout).strip()}")


def _for_repository(options: argparse.Namespace, archives: Path) -> argparse.Namespace:
    url = options.url or ADDRESS.format(name=options.to.name)
    return argparse.Namespace(
        packages=archives, to=options.to, keys=options.keys, url=url, days=options.days
    )


def _options(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="script/package offline", description=__doc__)
    parser.add_argument("packages", nargs="+", type=Path, help="retirement-kiosk_….deb, …")
    parser.add_argument("--to", type=Path, required=True, help="the folder, on a stick or a server")
    parser.add_argument("--keys", type=Path, required=True, help="folder of the signing key")
    parser.add_argument(
        "--url", default="", help="its address, when a server gives it to terminals"
    )
    parser.add_argument("--arch", choices=ARCHITECTURES, default=ARCHITECTURES[0])
    parser.add_argument("--days", type=int, default=DAYS, help="how long it can be used")
    parser.add_argument("--sources", type=Path, action="append", help="default: this machine's own")
    options = parser.parse_args(words)
    for path in options.packages:
        if not path.is_file():
            parser.error(f"{path}: no such file")
    return options
