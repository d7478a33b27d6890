"""How is the whole database file encrypted, names and numbers of rows included? By SQLCipher.

Its key comes from the device key, so a disk without its machine says nothing at all.
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
    """Open or create an encrypted file; STORE_LOCKED: it was made with another key, or without."""
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
