"""Words of the staff's pages and of what their decisions tell a person: config/texts/web.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kiosk.config.schema import ConfigError, Problem, unreadable
from kiosk.operator_texts import text_of

TEXTS_FILE = Path("texts") / "web.toml"
MORE_FILES = (Path("texts") / "web_city.toml", Path("texts") / "public.toml")
"""Further files; no table stands in two of them."""


def read_web_texts(config: Path) -> Mapping[str, Any]:
    """Return the words in the folder `config`; raises ConfigError for a wrong file."""
    found: dict[str, Any] = {}
    for name in (TEXTS_FILE, *MORE_FILES):
        found |= _read_words(config / name)
    return found


def _read_words(path: Path) -> Mapping[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise ConfigError((unreadable(path, error),)) from None
    except ValueError:
        problem = Problem(str(path), 0, "TOML", text_of("central.web_texts_damaged"))
        raise ConfigError((problem,)) from None
