"""Declarations of the commands of filing on a phone, and of the platform that says who it is."""

from __future__ import annotations

from kiosk.cli.declaration import Command, option, positional
from kiosk.cli.values import FILE, FOLDER, PATH, PORT, matching

SITE_URL = matching("site_url", r"https?://[^\s]+")
CLIENT = matching("client", r"[A-Z0-9-]{1,32}=https?://[^\s=]+")

PHONE = Command(
    "phone",
    "wiring.phone.process:serve_phone",
    (
        positional("FILE", FILE, field="settings", count="*"),
        option("--authorize", SITE_URL, required=True, metavar="URL"),
        option("--own-url", SITE_URL, metavar="URL"),
        option("--host", default="127.0.0.1"),
        option("--port", PORT, default=0),
        option("--certificate", FILE, metavar="FILE"),
        option("--certificate-key", FILE, metavar="FILE"),
    ),
)
PLATFORM = Command(
    "platform",
    "central.phone_proof.provider:simulate_platform",
    (
        option("--folder", PATH, required=True, metavar="FOLDER"),
        option("--port", PORT, default=0),
        option("--people", FOLDER, metavar="FOLDER"),
        option("--client", CLIENT, repeated=True, metavar="ID=URL"),
    ),
)
