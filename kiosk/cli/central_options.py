"""Arguments that several commands of the central service share."""

from __future__ import annotations

from pathlib import PurePosixPath

from kiosk.cli.declaration import Argument, Command, ShippedFile, option
from kiosk.cli.values import FOLDER, PATH, matching

ACCOUNT = matching("account", r"[A-Z]{1,4}-[0-9]{1,6}")
CODE = matching("code", r"[A-Za-z0-9-]{1,32}")
"""Codes of terminals, service points and offices, as central/openapi.yaml has them."""
DATA = option("--data", PATH, required=True, metavar="FOLDER")
CONFIG = option("--config", FOLDER, default=ShippedFile(PurePosixPath("config")), metavar="FOLDER")
DATABASE = option("--database", default="", metavar="URL")
VAULT_SOCKET = option("--vault", PATH, metavar="SOCKET")
DATA_OPTIONS = (DATA, CONFIG, DATABASE, VAULT_SOCKET)


def on_data(name: str, handler: str, *arguments: Argument) -> Command:
    """Return a command of an operator that works on the data folder of one service.

    `name`: its word; `handler`: module and function below central.operator.
    """
    return Command(name, f"central.operator.{handler}", (*arguments, *DATA_OPTIONS))
