"""The containers of deploy/container as a project of their own, run by podman-compose.

Words that podman needs on a machine (its runtime, limits) go into a file that the environment's
CONTAINERS_CONF_OVERRIDE names.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from drivers.simulated.desk import free_port
from script.benches.machine.folder_system import FolderSystem
from script.benches.machine.folder_system import hindrance as no_folder_system
from wiring.places import ROOT

COMPOSE = ROOT / "deploy" / "container" / "compose.yaml"
BASE = "localhost/kiosk-bench-base"
# netavark, which makes podman's network, calls nft and does not depend on it.
PACKAGE_OF = {"podman": "podman", "podman-compose": "podman-compose", "nft": "nftables"}
NAMES = ("vault", "database", "central-1", "central-2", "edge")
DATA, VAULT_DATA = "/var/lib/retirement-kiosk-central", "/var/lib/retirement-kiosk-vault"
EDGE_FILE = "/var/lib/retirement-kiosk-edge/edge.pem"
WORK_SECONDS, UP_SECONDS = 900.0, 90.0


def hindrance() -> str:
    """Return why no containers can be made here, with the cure; "" if they can."""
    if lacking := [name for name in PACKAGE_OF if shutil.which(name) is None]:
        return (
            f"there is no {', '.join(lacking)} here; run sudo apt-get update && sudo apt-get "
            f"install -y --no-install-recommends {' '.join(PACKAGE_OF[name] for name in lacking)}"
        )
    return "" if os.environ.get("KIOSK_BASE") else no_folder_system()


def base_image() -> str:
    """Return the image that KIOSK_BASE names, else a bare Debian 13 from this machine's sources."""
    if named := os.environ.get("KIOSK_BASE"):
        return named
    if subprocess.run(["podman", "image", "exists", BASE], check=False).returncode != 0:
        with tempfile.TemporaryDirectory(prefix="kiosk-base-") as folder:
            system = FolderSystem(Path(folder) / "root")
            system.make()
            packed = subprocess.Popen(
                ["tar", "-C", str(system.root), "--one-file-system", "-c", "."],
                stdout=subprocess.PIPE,
            )
            subprocess.run(["podman", "import", "-q", "-", BASE], stdin=packed.stdout, check=True)
            if packed.wait() != 0:
                raise RuntimeError("the base image is not whole")
    return BASE


@dataclass(frozen=True)
class ComposeProject:
    """One project with volumes of its own; `folder` holds the operator's settings.

    `package` is the central service's .deb, below the tree.
    """

    folder: Path
    package: Path
    base: str
    port: int

    @property
    def name(self) -> str:
        """Return the project's name, which its containers and volumes begin with."""
        return f"kioskbench{os.getpid()}"

    def run(self, *words: str, bears: tuple[int, ...] = (0,)) -> str:
        """Run podman-compose; return its standard output.

        Raises RuntimeError with all output when the exit code is not one of `bears`.
        """
        first = ("podman-compose", "--in-pod", "0", "-p", self.name, "-f", str(COMPOSE))
        return _said([*first, *words], self._environment(), bears)

    def operate(self, *words: str) -> str:
        """Run a command of the operator; return what it printed."""
        said = self.run("--profile", "operator", "run", "--rm", "--no-deps", "operator", *words)
        return said.strip()

    def podman(self, *words: str, bears: tuple[int, ...] = (0,)) -> str:
        """Run podman itself; raises as `run`."""
        return _said(["podman", *words], self._environment(), bears)

    def container(self, name: str) -> str:
        """Return podman's name of a container."""
        return f"{self.name}_{name}_1"

    def is_well(self, name: str) -> bool:
        """Tell whether the health check of a container says yes, asked now."""
        words = ["podman", "healthcheck", "run", self.container(name)]
        return subprocess.run(words, capture_output=True, check=False).returncode == 0

    def await_well(self, *names: str) -> float:
        """Wait until the containers are well; return the seconds. Raises RuntimeError."""
        began = time.monotonic()
        waiting = list(names)
        while waiting := [name for name in waiting if not self.is_well(name)]:
            if time.monotonic() - began > UP_SECONDS:
                said = [self.podman("logs", "--tail", "5", self.container(one)) for one in waiting]
                raise RuntimeError(f"not well: {waiting}\n{said}")
            time.sleep(0.5)
        return time.monotonic() - began

    def await_unwell(self, *names: str) -> float:
        """Wait until the health checks of the containers say no; return the seconds.

        Raises RuntimeError.
        """
        began = time.monotonic()
        while any(map(self.is_well, names)):
            if time.monotonic() - began > UP_SECONDS:
                raise RuntimeError(f"called well while it is not: {names}")
            time.sleep(0.5)
        return time.monotonic() - began

    def end(self) -> None:
        """Remove containers and volumes."""
        self.run("down", "-v", "-t", "5", bears=(0, 1, 125))

    def _environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "KIOSK_BASE": self.base,
            "KIOSK_PACKAGE": str(self.package.relative_to(ROOT)),
            "KIOSK_SETTINGS": str(self.folder / "settings"),
            "KIOSK_VAULT_SETTINGS": str(self.folder / "settings-vault"),
            "KIOSK_EXCHANGE": str(self.folder / "exchange"),
            "KIOSK_PORT": f"127.0.0.1:{self.port}",
            "KIOSK_WEB_PORT": f"127.0.0.1:{free_port()}",
        }


def _said(words: list[str], environment: dict[str, str], bears: tuple[int, ...]) -> str:
    done = subprocess.run(
        words,
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=WORK_SECONDS,
    )
    if done.returncode not in bears:
        raise RuntimeError(f"{words}\nended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout
