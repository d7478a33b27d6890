"""Preparation of a folder system: packages, a central service, and an operator who confirms."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from script.benches.machine.folder_system import FolderSystem

ROOT = Path(__file__).resolve().parents[3]
CENTRAL_DATA = "/var/lib/retirement-kiosk-central"
AS_SERVICE = "runuser -u kiosk-central -- retirement-kiosk-central"
CENTRAL = f"{AS_SERVICE} central enrol %s --data {CENTRAL_DATA}"
NAME, CODE, POINT = "central.example.invalid", "BZ-0007", "BZ-QC-01"
POINTS = f"code,name,kind,division\n{POINT},花戏楼社区便民服务点,community,341602001001\n"
IMPORT_POINTS = (
    f"retirement-kiosk-central central init --data {CENTRAL_DATA}\n"
    f"printf '%s' '{POINTS}' > points.csv\n"
    f"retirement-kiosk-central central points import points.csv --data {CENTRAL_DATA}\n"
)
KIOSK, TRAINING, SERVICE = (
    "retirement-kiosk",
    "retirement-kiosk-training",
    "retirement-kiosk-central",
)
PATIENCE_SECONDS = 30.0


class RootShell(Protocol):
    """A shell as root of a system, in a folder or in a virtual machine."""

    def run(self, script: str, *, bears: tuple[int, ...] = (0,)) -> str:
        """Run shell lines; return what they said. Raises RuntimeError with another exit code."""

    def tries(self, script: str) -> bool:
        """Run shell lines; tell whether they ended with 0."""


def packages(
    out: Path,
    names: Sequence[str],
    root: Path = ROOT,
    version: str = "0.1.0",
    compression: str = "zstd",
) -> list[Path]:
    """Build packages of the tree `root` with its script/package; return their paths.

    `compression`: zstd is quick; what is handed out is packed with xz.
    """
    words = [sys.executable, "-m", "script.packaging", *names, "--version", version]
    words += ["--compression", compression]
    done = subprocess.run(
        [*words, "--out", str(out)], cwd=root, check=True, stdout=subprocess.PIPE, text=True
    )
    return [Path(line) for line in done.stdout.split()]


def unchanged(_tree: Path) -> None:
    """Leave a package's files as they are."""


def another_version(
    deb: Path,
    version: str,
    folder: Path,
    change: Callable[[Path], object] = unchanged,
    compression: Sequence[str] = ("-Znone",),
) -> Path:
    """Pack a 0.1.0 again under another version; `change` gets the folder with its files."""
    tree = folder / "again"
    subprocess.run(["dpkg-deb", "-R", deb, tree], check=True)
    control = tree / "DEBIAN" / "control"
    control.write_text(control.read_text().replace("0.1.0", version))
    change(tree)
    made = folder / deb.name.replace("0.1.0", version)
    words = ["dpkg-deb", "--root-owner-group", *compression, "-b", str(tree), str(made)]
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL)
    shutil.rmtree(tree)
    return made


def run_with_device_key(machine: RootShell, program: str) -> str:
    """Run a Python program as the terminal's account, with the key that its unit gets."""
    return machine.run(
        "shown=$(mktemp -d /run/kiosk-bench.XXXXXX)\n"
        "systemd-creds decrypt --name=device-key /etc/retirement-kiosk/device-key.cred"
        " $shown/device-key\n"
        "chmod 0400 $shown/device-key; chown -R kiosk:kiosk $shown\n"
        "export CREDENTIALS_DIRECTORY=$shown\n"
        f"runuser -u kiosk -- python3 - <<'END'\n{program}END\n"
        "rm -r $shown"
    )


def open_service(machine: FolderSystem, deb: Path, points: str = IMPORT_POINTS) -> None:
    """Install the central service on the same machine, under the handbook's host name.

    `points` are shell lines that bring the list of service points; "" where there is none.
    """
    machine.put(deb)
    over = "/etc/systemd/system/kiosk-central.service.d"
    machine.run(
        f"apt-get install -y -qq ./{deb.name} && rm {deb.name}\n"
        f"echo 127.0.0.1 {NAME} >> /etc/hosts\n"
        f"mkdir -p {over}\n"
        f"echo '[Service]' > {over}/name.conf\n"
        f"echo 'Environment=KIOSK_CENTRAL_NAME={NAME} KIOSK_CENTRAL_HOST=127.0.0.1'"
        f" >> {over}/name.conf\n"
        f"{points}"
        "systemctl daemon-reload && systemctl start kiosk-central\n"
        f"for try in $(seq 300); do [ -e {CENTRAL_DATA}/authority.crt ] && break; sleep 0.1; done\n"
        f"cp {CENTRAL_DATA}/authority.crt ."
    )


def let_in(machine: FolderSystem, enrol: str, point: str = POINT) -> str:
    """Enrol the terminal from both ends; return what it printed.

    Raises RuntimeError when it was not admitted.
    """
    code = machine.run(f"{CENTRAL % 'new'} --terminal {CODE} --point {point}").strip()
    with machine.start(enrol) as terminal:
        assert terminal.stdin is not None
        terminal.stdin.write(f"{code}\n")
        terminal.stdin.flush()
        waiting = _await_code(machine)
        machine.run(f"{CENTRAL % 'confirm'} {waiting[0]}")
        said, _ = terminal.communicate(timeout=PATIENCE_SECONDS)
    digits = said.replace(" ", "")
    if terminal.returncode != 0 or waiting[-1] not in digits:
        raise RuntimeError(f"not let in: {said}")
    return said


def _await_code(machine: FolderSystem) -> list[str]:
    give_up = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < give_up:
        if told := machine.run(CENTRAL % "list").split():
            return told
        time.sleep(0.2)
    raise RuntimeError("nobody waits at the central service")
