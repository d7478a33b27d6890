"""Encryption of the whole database file by SQLCipher, including names and numbers of rows.

Its key is derived from the device key, so the disk cannot be read without its machine.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from kiosk.failures import Failure
from kiosk.ports import DeviceKey
from kiosk.storage.database import Database, File, open_with, set_up

PURPOSE = "database file"
NOT_A_DATABASE = 26  # SQLITE_NOTADB: another key, or no SQLCipher file


def open_encrypted(
    path: Path, key: DeviceKey, make_room: Callable[[], bool] = lambda: False
) -> Database | Failure:
    """Return the encrypted database at `path`, which is created if it does not exist.

    `make_room` is as in `Database`. Returns STORE_LOCKED for a file made with another key or
    without one, STORE_DRIVER_MISSING without SQLCipher.
    """
    try:
        driver = import_module("sqlcipher3.dbapi2")
    except ImportError:
        return Failure.STORE_DRIVER_MISSING
    raw_key = key.derive(PURPOSE).hex()  # a raw key needs no slow derivation at each opening

    def connect(where: Path) -> Any:
        connection = driver.connect(str(where), isolation_level=None, check_same_thread=False)
        settings = (
            "PRAGMA cipher_log_level=NONE",  # it would write to standard error
            f"PRAGMA key=\"x'{raw_key}'\"",
            "PRAGMA secure_delete=ON",
        )
        set_up(connection, settings)
        return connection

    database = open_with(File(path, connect, driver.Error), driver, make_room)
    if isinstance(database, Database) and not _opens(path, connect, driver):
        database.close()
        return Failure.STORE_LOCKED
    return database


def _opens(path: Path, connect: Callable[[Path], Any], driver: Any) -> bool:
    connection = connect(path)
    try:
        connection.execute("SELECT count(*) FROM sqlite_master")
    except driver.DatabaseError as error:
        return bool(error.sqlite_errorcode != NOT_A_DATABASE)
    finally:
        connection.close()
    return True
