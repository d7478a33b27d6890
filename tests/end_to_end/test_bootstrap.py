"""The environment is made once when two begin together, and again where the clone has moved."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from wiring import places

# Stands in for Python: notes each environment that is made, and makes it out of itself.
PYTHON = """#!/bin/sh
case "$1 $2" in
"-m venv") [ ! -e "$3" ] || exit 9; mkdir -p "$3/bin"; cp "$0" "$3/bin/python"; echo made >> made ;;
*install*) [ ! -e .venv/stamp ] || exit 9 ;;
esac
"""
DPKG_QUERY = "#!/bin/sh\necho install ok installed\n"


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    clone = tmp_path / "clone"
    (clone / "script").mkdir(parents=True)
    shutil.copy(places.ROOT / "script" / "bootstrap", clone / "script")
    (clone / "requirements.lock").write_text("setuptools==80\n")
    for name, text in {"python": PYTHON, "dpkg-query": DPKG_QUERY}.items():
        put_program(tmp_path / name, text)
    return clone


def put_program(path: Path, text: str) -> None:
    path.write_text(text)
    path.chmod(0o755)


def begin(clone: Path, *words: str) -> subprocess.Popen[bytes]:
    tools = clone.parent
    environment = {
        **os.environ,
        "PATH": f"{tools}:{os.environ['PATH']}",
        "KIOSK_PYTHON": str(tools / "python"),
    }
    return subprocess.Popen(
        [str(clone / "script" / "bootstrap"), *words], env=environment, stderr=subprocess.PIPE
    )


def bootstrap(clone: Path, at_once: int = 1) -> None:
    running = [begin(clone) for _ in range(at_once)]
    for process in running:
        process.communicate(timeout=60)
    assert [process.returncode for process in running] == [0] * at_once


def made(clone: Path) -> int:
    return len((clone / "made").read_text().splitlines())


def test_two_at_once_make_one_environment(clone: Path) -> None:
    bootstrap(clone, at_once=4)
    assert made(clone) == 1
    bootstrap(clone)
    assert made(clone) == 1


def test_a_moved_clone_makes_its_own(clone: Path) -> None:
    bootstrap(clone)
    moved = clone.rename(clone.with_name("elsewhere"))
    bootstrap(moved)
    assert made(moved) == 2


def test_a_way_through_a_link_is_the_same_clone(clone: Path) -> None:
    bootstrap(clone)
    link = clone.with_name("link")
    link.symlink_to(clone)
    bootstrap(link)
    assert made(clone) == 1


def test_a_half_made_environment_is_made_anew(clone: Path) -> None:
    bootstrap(clone)
    (clone / ".venv" / "stamp").unlink()
    bootstrap(clone)
    assert made(clone) == 2


# An ordinary user's machine: no rights, and of Debian's packages only these are missing.
ORDINARY_USER = {"id": "#!/bin/sh\necho 1000\n", "sudo": "#!/bin/sh\nexit 1\n"}
ROOT = {"id": "#!/bin/sh\necho 0\n", "apt-get": '#!/bin/sh\necho "$*" >> apt-calls\n'}


def lacks(packages: str) -> dict[str, str]:
    """Return a dpkg-query that has all but these packages."""
    absent = f"#!/bin/sh\nfor one in {packages}; do [ $one = $4 ] && exit 1; done\n"
    return {"dpkg-query": absent + DPKG_QUERY.partition("\n")[2]}


def knows(packages: str) -> dict[str, str]:
    """Return an apt-cache of a release that has these packages only."""
    known = f"#!/bin/sh\nfor one in {packages}; do [ $one = $2 ] && echo '  Candidate: 1.0'; done\n"
    return {"apt-cache": known + "exit 0\n"}


def said_by_bootstrap(clone: Path, stand_ins: dict[str, str], *words: str) -> tuple[int, list[str]]:
    for name, text in stand_ins.items():
        put_program(clone.parent / name, text)
    process = begin(clone, *words)
    _, said = process.communicate(timeout=60)
    return process.returncode, said.decode().splitlines()


@pytest.mark.parametrize(("lacking", "code"), [("alsa-utils opus-tools", 0), ("libgl1 git", 1)])
def test_without_rights_only_sound_may_be_missing(clone: Path, lacking: str, code: int) -> None:
    assert said_by_bootstrap(clone, ORDINARY_USER | lacks(lacking))[0] == code
    assert (clone / "made").exists() is (code == 0)


def test_the_printed_line_makes_no_database_cluster(clone: Path) -> None:
    """Debian's postgresql makes and starts a server unless a file says otherwise beforehand."""
    # Also on a machine with PostgreSQL the script must take it for one without.
    script = clone / "script" / "bootstrap"
    script.write_text(script.read_text().replace("/usr/lib/postgresql/", str(clone / "none/")))
    code, said = said_by_bootstrap(clone, ORDINARY_USER | lacks("postgresql"), "--test")
    assert code == 1
    lines = [line.removeprefix("bootstrap:     ") for line in said if "sudo " in line]
    folder, conf, install = lines
    assert folder.startswith("sudo mkdir -p /etc/postgresql-common/createcluster.d ")
    assert conf.startswith("echo 'create_main_cluster = false' | sudo tee /etc/postgresql-common/")
    assert install.endswith("--no-install-recommends postgresql")


def test_the_printed_lines_end_the_service_that_debian_starts(clone: Path) -> None:
    code, said = said_by_bootstrap(clone, ORDINARY_USER | lacks("haproxy"), "--test")
    assert code == 1
    assert said[-2].endswith("--no-install-recommends haproxy")
    assert "sudo systemctl disable --now haproxy" in said[-1]


@pytest.mark.parametrize(
    ("lacking", "systemd", "calls"),
    [
        ("haproxy", "", ["disable -q --now haproxy"]),
        ("haproxy", "none", []),  # a container
        ("tcc", "", []),  # it was there before: somebody's own
    ],
)
def test_a_service_that_came_with_a_test_package_does_not_run(
    clone: Path, lacking: str, systemd: str, calls: list[str]
) -> None:
    script = clone / "script" / "bootstrap"
    script.write_text(script.read_text().replace("/run/systemd/system", str(clone / systemd)))
    systemctl = {"systemctl": '#!/bin/sh\necho "$*" >> systemctl-calls\n'}
    machine = ROOT | lacks(lacking) | knows(lacking) | systemctl
    assert said_by_bootstrap(clone, machine, "--test")[0] == 0
    noted = clone / "systemctl-calls"
    assert (noted.read_text().splitlines() if noted.exists() else []) == calls


@pytest.mark.parametrize(
    ("known", "name"),
    [
        ("libglib2.0-0t64", "libglib2.0-0t64"),  # Debian 13
        ("libglib2.0-0", "libglib2.0-0"),  # Debian 12, UOS, Kylin
        ("", "libglib2.0-0t64"),  # before the first apt-get update
    ],
)
def test_a_package_has_the_name_that_the_release_gives_it(
    clone: Path, known: str, name: str
) -> None:
    machine = ORDINARY_USER | lacks("libglib2.0-0 libglib2.0-0t64") | knows(known)
    code, said = said_by_bootstrap(clone, machine)
    assert code == 1
    assert said[-1].endswith(f"--no-install-recommends {name}")


def test_either_name_will_do(clone: Path) -> None:
    assert said_by_bootstrap(clone, ORDINARY_USER | lacks("libglib2.0-0t64"))[0] == 0


def test_a_release_without_a_package_is_refused_with_words(clone: Path) -> None:
    code, said = said_by_bootstrap(clone, ROOT | lacks("libgl1 tcc") | knows("libgl1"), "--test")
    assert code == 1
    assert "has no package tcc" in said[-2]
    assert said[-1].startswith("bootstrap: Cure: ")
    assert (clone / "apt-calls").read_text() == "update -qq\n"  # nothing was installed
    assert not (clone / "made").exists()


def test_size_and_time_are_said_before_anything_is_fetched(clone: Path) -> None:
    _, said = said_by_bootstrap(clone, {})
    (line,) = [line for line in said if "making .venv" in line]
    for word in ("MB to download", "MB on disk", "minutes"):
        assert word in line


def test_a_full_disk_is_refused_before_anything_is_fetched(clone: Path) -> None:
    full = {"df": "#!/bin/sh\nprintf 'head\\n/dev/x 9 8 1 99%% /\\n'\n"}
    code, said = said_by_bootstrap(clone, full)
    assert code == 1
    assert "there are 1 MB" in said[-1]
    assert not (clone / "made").exists()
