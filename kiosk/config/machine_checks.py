"""Settings that are well formed and still can't work on the machine that has them.

The settings of a machine are also read elsewhere, where its files are absent; so these are looked
at only by `check-config`, which runs on the machine itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from kiosk.config.schema import read_table
from kiosk.config.settings import Profile, Settings
from kiosk.operator_texts import text_of

HIDDEN = ("/root", "/home", "/run/user")
"""Folders that the unit doesn't see (ProtectHome= of kiosk.service, systemd.exec(5))."""


def lacking(settings: Settings, files: Iterable[Path]) -> Iterator[str]:
    """Yield a sentence for each thing that keeps the machine from working with these settings.

    `files` are the layers of settings that somebody wrote. Raises ConfigError.
    """
    yield from (text_of("cli.empty_file", path=file) for file in files if not read_table(file))
    authority = settings.central.authority
    if authority and not Path(authority).is_file():
        yield text_of("cli.no_authority", path=authority)
    if settings.profile is Profile.PRODUCTION:
        store = Path(settings.store.path)
        if any(store.is_relative_to(folder) for folder in HIDDEN):
            yield text_of("cli.store_hidden", path=store)
