"""Terminals of `script/bench rings`: their base, their scanner on a pty, their waiting queue."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from script.benches.machine.folder_system import OVER_UNIT
from script.benches.machine.room_processes import HOST_NAME
from script.benches.machine.system_copies import in_base
from script.benches.machine.workshop import KIOSK, RootShell, run_with_device_key
from script.packaging.image import SITE

SOURCE_PACKAGE = "retirement-kiosk-repository_*.deb"
FIRST_START = """# No screen here: the first start draws off-screen.
[Service]
ExecStart=
ExecStart=/usr/bin/retirement-kiosk first-start
TTYPath=
StandardInput=null
"""
OVER_FIRST_START = "etc/systemd/system/kiosk-first-start.service.d/90-no-screen.conf"
GUN = """exec python3 -u -c '
import os, sys, tty
ours, theirs = os.openpty()
tty.setraw(theirs)
os.chmod(os.ttyname(theirs), 0o666)
os.makedirs("/dev/kiosk", exist_ok=True)
os.symlink(os.ttyname(theirs), "/dev/kiosk/scanner")
for line in sys.stdin:
    os.write(ours, line.strip().encode() + b"\\r")
'
"""
PROGRAM = """
import sys
sys.path[:0] = ["/usr/lib/retirement-kiosk", "/usr/lib/retirement-kiosk/vendored"]
from pathlib import Path
from kiosk.config.layers import layers_of, read_layers
from wiring.places import DEFAULTS
from wiring.storage import device_key_of, open_storage
settings = read_layers(layers_of(DEFAULTS, [Path("/etc/retirement-kiosk/site.toml")]))
"""
DIGITS = f"""{PROGRAM}
from kiosk.crypto.pending_enrolment import pending_path, read_pending
from kiosk.crypto.terminal_key import fingerprint
identity = Path(settings.central.identity.partition(":")[2])
pending = read_pending(pending_path(identity), device_key_of(settings))
print("digits", fingerprint(pending.key.public))
"""
FILL = """
import hashlib
from kiosk.audit.audit_events import AuditEvent
from kiosk.storage.store import OutboxRecord
store = open_storage(settings).store
for number in range(%d):
    name = f"00000000-0000-4000-8000-00000000000{number}"
    # The service knows no such address: so it goes on waiting.
    path, body = f"/v1/waits/{name}", b"sealed %%d" %% number
    one = OutboxRecord(name, path, "x/y", hashlib.sha256(body).hexdigest(), body, "x")
    at = "2026-11-26T12:00:00+08:00"
    assert store.confirm(lambda _, one=one: one, AuditEvent.CONFIRMED, at, {}) is None
store.close()
"""
DUMP = """python3 - <<'END'
import hashlib, sqlite3
store = sqlite3.connect("file:/var/lib/retirement-kiosk/kiosk.db?mode=ro", uri=True)
for row in store.execute("SELECT id, sequence, path, digest, body FROM outbox ORDER BY sequence"):
    print(*row[:4], hashlib.sha256(row[4] or b"").hexdigest())
END
"""


CHANGE = """python3 - <<'END'
import sqlite3
store = sqlite3.connect("/var/lib/retirement-kiosk/kiosk.db")
first = "(SELECT min(sequence) FROM outbox)"
store.execute(f"UPDATE outbox SET body = ? WHERE sequence = {first}", (b"x",))
store.commit()
END
"""


def install_first(base: Path, repository: Path, version: str) -> None:
    """Install the terminal's package into a base out of the signed repository, and keep it."""
    (source,) = (repository / "pool").rglob(SOURCE_PACKAGE)
    shutil.copy(source, base / "root")
    if (base / "usr/lib/retirement-kiosk").exists():
        in_base(
            base, f"cd /root; apt-get install -y -qq --allow-downgrades ./{source.name}; rm *.deb"
        )
        return
    in_base(
        base,
        f"cd /root; apt-get install -y -qq ./{source.name}; rm *.deb; apt-get update -qq\n"
        f"apt-get download -qq {KIOSK}={version}\n"
        f"apt-get install -y -qq --no-install-recommends {KIOSK}={version}\n"
        "apt-get clean; retirement-kiosk-update keep ./*.deb; rm *.deb",
    )


def dress(base: Path, url: str, authority: Path) -> None:
    """Put into a base what an image has: address and authority of the control room, first start."""
    etc = base / "etc/retirement-kiosk"
    (etc / "site.toml").write_text(SITE.format(url=url), "utf-8")
    shutil.copy(authority, etc / "authority.crt")
    (etc / "authority.crt").chmod(0o644)
    (base / "etc/hosts").write_text(f"127.0.0.1 localhost {HOST_NAME}\n")
    over = base / OVER_FIRST_START
    over.parent.mkdir(parents=True, exist_ok=True)
    over.write_text(FIRST_START)
    assert (base / OVER_UNIT).exists()
    words = ["systemctl", f"--root={base}", "--quiet", "enable", "kiosk-first-start.service"]
    subprocess.run(words, check=True)


def digits_of(system: RootShell) -> str:
    """Return the six digits that a terminal shows, from its own key."""
    said = run_with_device_key(system, DIGITS)
    return said.split("digits", 1)[1].strip()


def fill(system: RootShell, waiting: int) -> str:
    """Store applications that wait, while the kiosk is stopped; return the queue."""
    system.run("systemctl stop kiosk")
    run_with_device_key(system, PROGRAM + FILL % waiting)
    system.run("systemctl start kiosk")
    return system.run(DUMP)


def change_byte(system: RootShell) -> None:
    """Change one body of the queue, as nothing but a fault does."""
    system.run(CHANGE)


def version_of(system: RootShell) -> str:
    """Return the version of the program that is installed."""
    return system.run(f"dpkg-query -W -f '${{Version}}' {KIOSK}").strip()


def is_fit(system: RootShell, version: str) -> bool:
    """Tell whether this version runs and says READY."""
    return version_of(system) == version and system.tries("systemctl is-active kiosk")
