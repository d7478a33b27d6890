"""Declarations of the commands that have to do with the offices' own systems, on either side."""

from __future__ import annotations

from kiosk.cli.central_options import ACCOUNT, CODE, CONFIG, DATABASE, VAULT_SOCKET, on_data
from kiosk.cli.declaration import Command, option, positional
from kiosk.cli.values import FILE, FOLDER, PATH, PORT

_ACCOUNT = positional("ACCOUNT", ACCOUNT)
_REQUEST = option("--request", FILE, required=True, metavar="FILE")
_TO = option("--to", PATH, required=True, metavar="FILE")
OFFICES_API = Command(
    "offices-api",
    commands=(
        Command(
            "serve",
            "central.offices_api.commands:serve_offices_api",
            (
                CONFIG,
                DATABASE,
                VAULT_SOCKET,
                option("--state", PATH, required=True, metavar="FOLDER"),
                option("--host", default="127.0.0.1"),
                option("--port", PORT, default=0),
                option("--certificate", FILE, required=True, metavar="FILE"),
                option("--certificate-key", FILE, required=True, metavar="FILE"),
                option("--authority", FILE, required=True, metavar="FILE"),
            ),
        ),
        on_data(
            "add",
            "office_client_commands:add_client",
            _ACCOUNT,
            option("--office", required=True),
            _REQUEST,
            _TO,
        ),
        on_data("certify", "office_client_commands:certify_client", _ACCOUNT, _REQUEST, _TO),
        on_data("disable", "office_client_commands:disable_client", _ACCOUNT),
        on_data("list", "office_client_commands:list_clients"),
        on_data("authority", "office_client_commands:write_authority", _TO),
        on_data(
            "set-webhook", "webhook_commands:set_webhook", _ACCOUNT, option("--url", required=True)
        ),
        on_data("drop-webhook", "webhook_commands:drop_webhook", _ACCOUNT),
        on_data("retry-webhook", "webhook_commands:retry_webhook", _ACCOUNT),
        on_data("webhooks", "webhook_commands:list_webhooks"),
    ),
)
WORK = on_data(
    "work",
    "work_commands:work_offices",
    option("--systems", FOLDER, required=True, metavar="FOLDER"),
    option("--office", CODE, repeated=True),
)
LETTERS = Command(
    "letters",
    commands=(
        on_data("list", "work_commands:list_letters"),
        on_data(
            "retry",
            "work_commands:retry_letter",
            positional("APPLICATION"),
            option("--service", CODE, required=True),
        ),
        on_data(
            "withdraw",
            "work_commands:withdraw_letter",
            positional("APPLICATION"),
            option("--service", CODE, required=True),
        ),
    ),
)
