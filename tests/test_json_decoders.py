"""No JSON from outside is read by anything but kiosk/json_decoder.py."""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).parents[1]
ROOMS = ("kiosk", "drivers", "wiring", "screens")
DECODER = "kiosk/json_decoder.py"
OWN = {
    "kiosk/clips.py": "the manifest of recordings, a file of the program",
    "kiosk/storage/audit_chain.py": "a column of the own database",
    "kiosk/storage/scans.py": "a column of the own database",
    "kiosk/crypto/terminal_identity.py": "the own key, sealed by the device key",
    "kiosk/crypto/pending_enrolment.py": "the own key and code, sealed by the device key",
    "kiosk/delivery/submission.py": "an envelope that this program has just sealed",
    "kiosk/log.py": "a line of the own log",
    "kiosk/config/rollout.py": "a file of the own, in the terminal's folder",
    "kiosk/fleet/update.py": "a file of root's",
    "kiosk/journal/replay.py": "a recorded visit that a technician replays",
    "drivers/simulated/control.py": "simulated devices: demo, tests and training",
    "drivers/simulated/desk.py": "simulated devices: demo, tests and training",
    "drivers/simulated/helper_desk.py": "simulated devices: demo, tests and training",
    "drivers/transports/replay.py": "a recorded line that a developer replays",
    "drivers/updater/machine.py": "what a command of the own program printed",
    "wiring/demo/technician.py": "the demo's own export",
}
"""Files that read JSON by themselves, and why it is not from outside."""


READERS = ("load", "loads", "JSONDecoder")
LIBRARIES = ("orjson", "ujson", "simplejson", "msgspec")


def readers_in(source: str) -> bool:
    """Tell whether a module reads JSON: by json.load(s), JSONDecoder, a library, or `x.json()`."""
    return any(map(_reads, ast.walk(ast.parse(source))))


def _reads(node: ast.AST) -> bool:
    match node:
        case ast.Attribute(value=ast.Name(id="json"), attr=name):
            return name in READERS
        case ast.ImportFrom(module="json"):
            return True
        case ast.Import(names=names):
            return any(
                (one.name == "json" and one.asname) or one.name in LIBRARIES for one in names
            )
        case ast.Call(func=ast.Attribute(attr="json")):
            return True
    return False


def test_only_the_decoder_reads_json_from_outside() -> None:
    found = {
        str(path.relative_to(ROOT))
        for room in ROOMS
        for path in (ROOT / room).rglob("*.py")
        if readers_in(path.read_text("utf-8"))
    }
    assert found - {DECODER} == OWN.keys()


def test_what_reads_json_is_found() -> None:
    for source in (
        "import json\njson.loads(x)",
        "import json\nread = json.load",
        "from json import loads",
        "import json as j",
        "answer.json()",
    ):
        assert readers_in(source)
    assert not readers_in("import json\njson.dumps(x)")
