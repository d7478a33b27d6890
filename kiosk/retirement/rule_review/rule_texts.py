"""The files of a rule folder as texts, so that a process without its folder can judge by them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from kiosk.retirement.commands import AGE_RULES
from kiosk.retirement.rule_review.comparison import RuleFolder, read_rule_folder

RULE_FILES = (
    "conditions.toml",
    "facts.toml",
    "fields.toml",
    "leaflets.toml",
    "materials.toml",
    "offices.toml",
    "verdicts.toml",
    str(AGE_RULES),
)
"""The files besides those of the services, relative to the folder."""
SERVICES = "services"
_SERVICE_FILE = re.compile(rf"{SERVICES}/[A-Za-z0-9]{{1,16}}\.toml")
RuleTexts = Mapping[str, str]
"""Texts of the files of a rule folder, by path below it."""


def collect_rule_texts(folder: Path) -> RuleTexts:
    """Return the files below `folder`, which `read_rule_folder` took, that decide verdicts."""
    services = sorted((folder / SERVICES).glob("*.toml"))
    paths = (*(folder / name for name in RULE_FILES), *services)
    return {str(path.relative_to(folder)): path.read_text("utf-8") for path in paths}


def read_rule_texts(texts: RuleTexts) -> RuleFolder:
    """Return the rules in `texts`.

    Raises ConfigError where they are not sound, and ValueError for another file than
    `collect_rule_texts` gives: nothing else is ever written.
    """
    for name in texts:
        if name not in RULE_FILES and not _SERVICE_FILE.fullmatch(name):
            raise ValueError(name)
    with TemporaryDirectory(prefix="rules-") as made:
        folder = Path(made)
        for name, text in texts.items():
            path = folder / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, "utf-8")
        return read_rule_folder(folder)
