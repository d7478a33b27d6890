"""Choice of the database that the settings name: a file, an encrypted file, or a server."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from kiosk.config.settings import Settings
from kiosk.failures import Failure
from kiosk.ports import DeviceKey
from kiosk.storage.cipher import open_encrypted
from kiosk.storage.database import Database, open_file
from kiosk.storage.server import open_server
from kiosk.storage.store import Store, fit_store

ENCRYPTED = "sqlcipher:"


def open_chosen_store(
    settings: Settings, key: Callable[[], DeviceKey], make_room: Callable[[], bool]
) -> Store | Failure:
    """Return the store of `store.url`; without a URL it is the plain file at `store.path`.

    `key` is called for an encrypted file only; `make_room` is as in `Database`.
    """
    return fit_store(_chosen(settings, key, make_room))


def _chosen(
    settings: Settings, key: Callable[[], DeviceKey], make_room: Callable[[], bool]
) -> Database | Failure:
    path, url = Path(settings.store.path), settings.store.url
    if url == ENCRYPTED:
        return open_encrypted(path, key(), make_room)
    if url:
        return open_server(url, settings.terminal.code)
    return open_file(path, make_room)
