"""Settings of the demo's filing on a phone: to the central service it is one more terminal."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

PHONE_TERMINAL = "BZ-PHONE-0001"
PHONE_SITE = """# Written by the demo.
[terminal]
code = {code}

[central]
url = {url}
keys = {keys}
identity = {identity}
authority = {authority}

[device_key]
url = {key}

[store]
path = {store}
min_free_mib = 20
"""


def write_phone_site(folder: Path, central: Mapping[str, Any]) -> Path:
    """Write the settings of the phone's process into `folder`; return the file.

    `central` is what `serve` printed.
    """
    values = {
        "code": PHONE_TERMINAL,
        "url": central["url"],
        "keys": central["keys"],
        "authority": central["authority"],
        "identity": f"file:{Path(central['terminals']) / PHONE_TERMINAL}",
        "key": f"file:{folder / 'phone.key'}",
        "store": str(folder / "phone.db"),
    }
    path = folder / "phone.toml"
    quoted = {name: json.dumps(value) for name, value in values.items()}
    path.write_text(PHONE_SITE.format_map(quoted), "utf-8")
    return path
