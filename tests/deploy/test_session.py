"""The machine's own programs understand the files that lock the session up, and do it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from wiring import places

DEPLOY = places.ROOT / "deploy"
KEY = re.compile(r"^#?([A-Za-z]+)=", re.MULTILINE)
POLKIT = """
var rules = [];
var polkit = {addRule: function (it) { rules.push(it); }, Result: {YES: "yes", NOT_HANDLED: "-"}};
%s
function asked(id, user) { return rules[0]({id: id}, {user: user}); }
print(rules.length, asked("org.debian.pcsc-lite.access_pcsc", "kiosk"),
    asked("org.debian.pcsc-lite.access_card", "kiosk"),
    asked("org.debian.pcsc-lite.access_card", "mallory"),
    asked("org.freedesktop.login1.reboot", "kiosk"));
"""


def words(path: str) -> str:
    return (DEPLOY / path).read_text()


def have(program: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(shutil.which(program) is None, reason=f"no {program} here")


@have("udevadm")
@pytest.mark.parametrize("path", sorted((DEPLOY / "udev").iterdir()), ids=lambda it: it.name)
def test_udev_understands_its_rules(path: Path, tmp_path: Path) -> None:
    done = subprocess.run(["udevadm", "verify", path], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    wrong = tmp_path / path.name
    wrong.write_text(path.read_text().replace("SYMLINK+=", "SYMLINKS+="))
    done = subprocess.run(["udevadm", "verify", wrong], capture_output=True, check=False)
    assert done.returncode != 0


def test_every_name_of_the_settings_is_made_by_udev() -> None:
    rules = words("udev/60-kiosk-readers.rules")
    names = "idcard sscard receipt cam-visible cam-nir cam-paper scanner keypad jack"
    assert [one for one in names.split() if one not in rules] == []
    wanted = set(re.findall(r"/dev/kiosk/([a-z-]+)", places.DEFAULTS.read_text()))
    assert wanted <= set(names.split())


@have("duk")
def test_polkit_lets_the_kiosk_use_readers_and_nothing_else(tmp_path: Path) -> None:
    """Run by duktape, the engine that polkit has, too."""
    script = tmp_path / "asked.js"
    script.write_text(POLKIT % words("polkit/60-retirement-kiosk.rules"))
    done = subprocess.run(["duk", script], capture_output=True, text=True, check=False)
    assert done.stdout.split() == ["1", "yes", "yes", "-", "-"], done.stderr


@pytest.mark.parametrize(
    ("ours", "known"),
    [
        ("logind/50-retirement-kiosk.conf", "logind.conf"),
        ("journald/50-retirement-kiosk.conf", "journald.conf"),
    ],
)
def test_systemd_knows_every_key(ours: str, known: str) -> None:
    """It passes over a key that it does not know."""
    folders = (Path("/etc/systemd"), Path("/usr/lib/systemd"))
    shipped = [path for folder in folders if (path := folder / known).is_file()]
    if not shipped:
        pytest.skip(f"no {known} here")
    assert set(KEY.findall(words(ours))) <= set(KEY.findall(shipped[0].read_text()))


def test_what_the_package_sets_is_in_force_without_a_new_start() -> None:
    said = (DEPLOY / "packages/retirement-kiosk/postinst").read_text("utf-8")
    # systemd-sysctl is in no folder of PATH.
    assert "/usr/lib/systemd/systemd-sysctl /usr/lib/sysctl.d/60-retirement-kiosk.conf" in said
    enabled = said.split("deb-systemd-helper enable")[1].split(">")[0]
    timers = [word for word in enabled.split() if word.endswith(".timer")]
    assert timers == ["retirement-kiosk-update.timer"]
    for timer in timers:
        assert f"deb-systemd-invoke start {timer}" in said
    steps = said.split("next: ")[1]
    order = ("site.toml", "retirement-kiosk enrol", "retirement-kiosk readiness", "start kiosk")
    places = [steps.index(step) for step in order]
    assert places == sorted(places)


def test_no_key_leads_to_another_screen() -> None:
    said = words("logind/50-retirement-kiosk.conf")
    for line in ("NAutoVTs=0", "ReserveVT=0", "HandlePowerKey=ignore"):
        assert line in said.splitlines()
    said = words("xorg/90-retirement-kiosk.conf")
    for option in ("DontVTSwitch", "DontZap"):
        assert f'Option "{option}" "true"' in said
    assert said.count('Section "') == said.count("EndSection")


def test_the_kernel_knows_every_key() -> None:
    said = words("sysctl/60-retirement-kiosk.conf")
    keys = re.findall(r"^([a-z_.-]+) = ", said, re.MULTILINE)
    assert "kernel.sysrq = 0" in said
    assert keys
    unknown = {one for one in keys if not Path("/proc/sys", one.replace(".", "/")).exists()}
    assert unknown <= {"kernel.sysrq"}  # some kernels are built without it


@have("apt-config")
def test_updates_by_night_are_ours_and_security_and_never_the_kiosk() -> None:
    env = {**os.environ, "APT_CONFIG": str(DEPLOY / "apt" / "52retirement-kiosk")}
    done = subprocess.run(
        ["apt-config", "dump"], capture_output=True, text=True, check=False, env=env
    )
    assert (done.returncode, done.stderr) == (0, "")
    found = dict(
        re.findall(r'^Unattended-Upgrade::(\S+?)(?:::)? "(.*)";$', done.stdout, re.MULTILINE)
    )
    origins = re.findall(r'Origins-Pattern:: "(.*)"', done.stdout)
    assert sorted(one.split(",")[0] for one in origins) == [
        "origin=Debian",
        "origin=retirement-kiosk",
    ]
    assert all("label=Debian-Security" in one for one in origins if "Debian" in one)
    assert re.match(found["Package-Blacklist"], "retirement-kiosk-training")
    assert found["Automatic-Reboot"] == "false"


@have("systemd-analyze")
def test_the_night_is_from_two_to_four() -> None:
    said = words("systemd/apt-daily-upgrade.timer.conf")
    (day,) = re.findall(r"^OnCalendar=(.+)$", said, re.MULTILINE)
    done = subprocess.run(
        ["systemd-analyze", "calendar", day], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0
    assert "02:00:00" in done.stdout
    assert "RandomizedDelaySec=2h\n" in said
