"""The golden vectors of tests/vectors/cards.json."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

FILE = Path(__file__).parents[1] / "vectors" / "cards.json"
ALL: dict[str, dict[str, Any]] = {v["id"]: v for v in json.loads(FILE.read_bytes())["vectors"]}
EXCHANGES = [v for v in ALL.values() if v["kind"] == "samv_exchange"]
STREAMS = [v for v in ALL.values() if v["kind"] == "samv_stream"]
STATUS_NAMES: dict[str, str] = json.loads(FILE.read_bytes())["status_names"]
