"""A bare Debian 13 below one folder, and its own systemd as the first process in it.

Made by mmdebstrap from where this machine takes its packages, started by systemd-nspawn: units,
their sandbox, credentials, READY and watchdog are the real ones. There is no screen and no seat, so
the kiosk's unit draws off-screen there; everything else of it stays.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

SUITE = "trixie"
SOURCES = Path("/etc/apt")
PACKAGE_OF = {
    "mmdebstrap": "mmdebstrap",
    "systemd-nspawn": "systemd-container",
    "nsenter": "util-linux",
    "dpkg-deb": "dpkg",
}
PACKAGES = "init-system-helpers,systemd-sysv,dbus,udev,ca-certificates"
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
ENVIRONMENT = {"PATH": PATH, "LC_ALL": "C.UTF-8", "DEBIAN_FRONTEND": "noninteractive"}
NO_SCREEN = """# No screen here: the kiosk draws off-screen.
[Service]
ExecStart=
ExecStart=/usr/bin/retirement-kiosk run
TTYPath=
StandardInput=null
"""
OVER_UNIT = "etc/systemd/system/kiosk.service.d/90-no-screen.conf"
BOOT_SECONDS, WORK_SECONDS = 60.0, 900.0
HOME = "/root"
QUIET = ("--register=no", "--keep-unit", "--quiet")


def hindrance() -> str:
    """Return why no such system can be made here, with the cure; "" if it can."""
    if lacking := [name for name in PACKAGE_OF if shutil.which(name) is None]:
        packages = " ".join(PACKAGE_OF[name] for name in lacking)
        return (
            f"for a whole Debian in a folder there is no {', '.join(lacking)} here; run "
            f"sudo apt-get update && sudo apt-get install -y --no-install-recommends {packages}"
        )
    if os.geteuid() != 0:
        return "only root makes a whole Debian in a folder; run it again with sudo"
    if not own_sources():
        return (
            f"apt here knows no sources of Debian 13 ({SUITE}); put a .sources file with them into "
            f"{SOURCES}/sources.list.d"
        )
    return ""


def own_sources() -> str:
    """Return this machine's own apt sources of Debian 13 as deb822; "" without any."""
    files = sorted(SOURCES.glob("sources.list.d/*.sources"))
    stanzas = [one for path in files for one in path.read_text().split("\n\n")]
    found = [one.strip() for one in stanzas if _is_debian_13(one)]
    return "".join(f"{one}\n\n" for one in found)


def _is_debian_13(stanza: str) -> bool:
    lines = [line for line in stanza.splitlines() if not line.startswith("#")]
    fields = dict(line.split(":", 1) for line in lines if ":" in line and line[0] != " ")
    return SUITE in fields.get("Suites", "") and "file:" not in fields.get("URIs", "")


@dataclass
class FolderSystem:
    """A Debian system in the folder `root`, which must not exist yet.

    As a context manager it ends what was booted.
    """

    root: Path
    _booted: subprocess.Popen[bytes] | None = None
    _leader: str = ""
    _log: Path = field(init=False)

    def __post_init__(self) -> None:
        self._log = self.root.with_suffix(".boot.log")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.shut_down()

    def make(self) -> None:
        """Install the bare system into the folder."""
        words = ["mmdebstrap", "-q", "--variant=minbase", f"--include={PACKAGES}", SUITE]
        subprocess.run(
            [*words, self.root, "-"], input=own_sources().encode(), check=True, stderr=None
        )
        for name in ("resolv.conf", "hosts"):
            shutil.copy(Path("/etc", name), self.root / "etc" / name, follow_symlinks=True)
        # A folder that is thrown away need not be flushed file by file.
        (self.root / "etc/dpkg/dpkg.cfg.d/unsafe-io").write_text("force-unsafe-io\n")
        over = self.root / OVER_UNIT
        over.parent.mkdir(parents=True)
        over.write_text(NO_SCREEN)

    def command(self) -> Sequence[str]:
        """Return the command that boots it and runs as long as it does."""
        return ("systemd-nspawn", *QUIET, "--boot", "-D", str(self.root))

    def boot(self) -> None:
        """Start systemd in it and wait until it is up.

        Raises RuntimeError when it does not come up.
        """
        with self._log.open("wb") as log:
            self._booted = subprocess.Popen(
                self.command(), stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        give_up = time.monotonic() + BOOT_SECONDS
        while time.monotonic() < give_up and self._booted.poll() is None:
            self._leader = _first_child(self._booted.pid)
            if self._leader and self.tries("systemctl is-system-running | grep -E 'running|degra'"):
                return
            time.sleep(0.2)
        self.shut_down()
        raise RuntimeError(f"it did not come up: {self._log.read_text(errors='replace')[-2000:]}")

    def shut_down(self) -> None:
        """End the system and everything in it."""
        if self._booted is not None:
            self._booted.terminate()
            with suppress(subprocess.TimeoutExpired):
                self._booted.wait(20)
            self._booted.kill()
            self._booted.wait()
            self._booted = None

    def run(self, script: str, said: str = "", *, bears: tuple[int, ...] = (0,)) -> str:
        """Run shell lines in it as root, in /root; return standard output and error together.

        `said` is the standard input. Raises RuntimeError with all output when the exit code is not
        one of `bears`.
        """
        done = self._shell(script, said)
        if done.returncode not in bears:
            raise RuntimeError(f"{script}\nended with {done.returncode}:\n{done.stdout}")
        return done.stdout

    def tries(self, script: str) -> bool:
        """Run shell lines; tell whether they ended with 0."""
        return self._shell(script, "").returncode == 0

    def start(self, script: str) -> subprocess.Popen[str]:
        """Start shell lines whose input the caller writes; the caller ends them."""
        return subprocess.Popen(
            [*self._enter(), script],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=ENVIRONMENT,
        )

    def put(self, path: Path, to: str = HOME) -> None:
        """Copy a file into the system's folder `to`."""
        shutil.copy(path, self.root / to.lstrip("/"))

    def _shell(self, script: str, said: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*self._enter(), script],
            input=said,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            env=ENVIRONMENT,
            timeout=WORK_SECONDS,
        )

    def _enter(self) -> tuple[str, ...]:
        where = ("nsenter", "--all", "--root", "--wdns=/root", "-t", self._leader)
        return (*where, "/bin/sh", "-ec")


def _first_child(process: int) -> str:
    with suppress(OSError):
        children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
        return children[0] if children else ""
    return ""


@dataclass
class Steps:
    """Names each step and prints how many seconds it took."""

    took: dict[str, float] = field(default_factory=dict)

    def __call__(self, name: str) -> _Step:
        return _Step(name, self)

    def figures(self) -> Iterator[tuple[str, float]]:
        yield from self.took.items()


@dataclass
class _Step:
    name: str
    steps: Steps
    _began: float = 0.0

    def __enter__(self) -> None:
        self._began = time.monotonic()

    def __exit__(self, kind: object, *_error: object) -> None:
        took = time.monotonic() - self._began
        self.steps.took[self.name] = took
        print(f"  {self.name:34} {took:7.1f} s  {'ok' if kind is None else 'FAILED'}", flush=True)
