"""Declarations of the commands that run the central service and look after it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePosixPath

from kiosk.cli.central_options import (
    ACCOUNT,
    CONFIG,
    DATA,
    DATA_OPTIONS,
    DATABASE,
    VAULT_SOCKET,
    on_data,
)
from kiosk.cli.declaration import (
    Argument,
    Command,
    ShippedFile,
    choice,
    flag,
    option,
    positional,
)
from kiosk.cli.fleet_table import ENROL, RELEASES
from kiosk.cli.offices_table import LETTERS, OFFICES_API, WORK
from kiosk.cli.phone_table import PHONE, PLATFORM
from kiosk.cli.radar_table import RADAR
from kiosk.cli.values import DAY, FILE, FOLDER, PATH, PORT, matching, number, whole

PAGES = matching("pages", r"https://[^\s/]+/?")
REVIEWER = matching("reviewer", r"[A-Z]-[0-9]{1,8}")
DIGEST = matching("digest", r"[0-9a-f]{64}")
OPERATOR = matching("operator", r"[A-Z]-[0-9]{1,8}")
STAGE = matching("stage", r"[A-Za-z0-9_]{1,32}")
MONTH = matching("month", r"20[0-9]{2}-(0[1-9]|1[0-2])")
DAY_SECONDS = 86_400.0
SHORTEST_DAY, LONGEST_DAY = 0.01, 366 * DAY_SECONDS  # seconds
LONGEST_DAYS = 3650
HELPER_DAYS = 30
PERCENT = number(0, 100)
ROLES = ("helper", "window", "technician")
WEB_ROLES = ("clerk", "reviewer", "office_head", "supervisor", "technician", "remote_helper")
VERDICTS = ("same", "other")
SEAL_NAME = "Retirement kiosk central service (test seal)"
TUF_ROLES = ("root", "targets", "snapshot", "timestamp")
MOVE_FROM = option("--move-from", FOLDER, metavar="FOLDER")

SERVE = Command(
    "serve",
    "central.commands:serve",
    (
        *DATA_OPTIONS,
        flag("--demo"),
        flag("--create"),
        option("--people", FOLDER, metavar="FOLDER"),
        option("--portrait", FILE, metavar="FILE"),
        option("--card-key", FILE, metavar="FILE"),
        option("--staff", FOLDER, metavar="FOLDER"),
        option("--point", default=""),
        option("--offices", FILE, metavar="FILE"),
        option(
            "--office-day",
            number(SHORTEST_DAY, LONGEST_DAY),
            default=DAY_SECONDS,
            metavar="SECONDS",
        ),
        option("--registries", FILE, metavar="FILE"),
        option("--unified-user", FILE, metavar="FILE"),
        option("--messages", default="", metavar="URL"),
        option("--messages-token", FILE, metavar="FILE"),
        option("--alarms", FILE, metavar="FILE"),
        option("--terminal", repeated=True),
        option("--host", default="127.0.0.1"),
        flag("--tls"),
        option("--name", repeated=True),
        option("--port", PORT, default=0),
        option("--metrics-port", PORT, default=0),
        flag("--with-parent"),
    ),
)


def _on_bundle(name: str, handler: str, *arguments: Argument) -> Command:
    keys = option("--keys", PATH, required=True, metavar="FOLDER")
    data = option("--data", FOLDER, required=True, metavar="FOLDER")
    return Command(
        name, f"central.operator.bundle_commands:{handler}", (*arguments, data, keys, CONFIG)
    )


def _decided_review(name: str, handler: str, *arguments: Argument) -> Command:
    return on_data(
        name,
        f"vouching_commands:{handler}",
        positional("APPLICATION"),
        option("--reviewer", REVIEWER, required=True),
        *arguments,
    )


def _layer(name: str) -> Argument:
    metavar = ("CODE", "FILE")
    return replace(option(name, repeated=True, metavar=metavar), parts=len(metavar))


_POINTS = Command(
    "points",
    commands=(
        on_data("import", "point_commands:import_points", positional("FILE", FILE)),
        on_data("list", "point_commands:list_points"),
    ),
)
_BUNDLE = Command(
    "bundle",
    commands=(
        _on_bundle("begin", "create_repository"),
        _on_bundle(
            "publish",
            "publish_layers",
            option("--city", FILE, metavar="FILE"),
            _layer("--district"),
            _layer("--point"),
            option("--phones", FILE, metavar="FILE"),
            option("--employers", FILE, metavar="FILE"),
            option("--model", FILE, repeated=True, metavar="FILE"),
        ),
        _on_bundle("withdraw", "withdraw_layer", positional("LAYER")),
        _on_bundle("refresh", "refresh_signatures", option("--days", number(0, LONGEST_DAYS))),
        _on_bundle("replace-key", "replace_role_key", positional("ROLE", choices=TUF_ROLES)),
        _on_bundle("list", "list_layers"),
    ),
)
_STAFF = Command(
    "staff",
    "central.operator.commands:make_staff_account",
    (
        option("--id", ACCOUNT, required=True),
        choice("--role", *ROLES, required=True),
        option("--name", required=True),
        option("--number", required=True),
        option("--until", DAY, required=True, metavar="YYYY-MM-DD"),
    ),
)
_CODE = Command(
    "code",
    "central.operator.commands:print_one_time_code",
    (
        option("--id", required=True),
        option("--point", required=True),
        option(
            "--staff",
            FOLDER,
            default=ShippedFile(PurePosixPath("config/staff")),
            metavar="FOLDER",
        ),
        flag("--url"),
    ),
)
_REVIEWS = Command(
    "reviews",
    commands=(
        on_data("list", "vouching_commands:list_reviews"),
        on_data("audit", "vouching_commands:list_review_audit"),
        _decided_review(
            "open",
            "write_picture",
            option("--to", PATH, required=True, metavar="FILE"),
        ),
        _decided_review("decide", "decide_review", choice("--verdict", *VERDICTS, required=True)),
    ),
)
_ACCOUNT = positional("ACCOUNT", ACCOUNT)
_ACCOUNTS = Command(
    "accounts",
    commands=(
        on_data(
            "add",
            "web_account_commands:add_account",
            _ACCOUNT,
            choice("--role", *WEB_ROLES, required=True),
            option("--office", default=""),
        ),
        on_data("reset", "web_account_commands:reset_account", _ACCOUNT),
        on_data("disable", "web_account_commands:disable_account", _ACCOUNT),
        on_data("list", "web_account_commands:list_accounts"),
        on_data("audit", "web_account_commands:list_web_events"),
    ),
)
_WEB = Command(
    "web",
    "central.web.commands:serve_pages",
    (
        CONFIG,
        DATABASE,
        VAULT_SOCKET,
        option("--points", FILE, metavar="FILE"),
        flag("--public"),
        option("--host", default="127.0.0.1"),
        option("--port", PORT, default=0),
        option("--certificate", FILE, metavar="FILE"),
        option("--certificate-key", FILE, metavar="FILE"),
    ),
)
_SEAL = Command(
    "seal",
    commands=(on_data("init", "seal_commands:create_seal", option("--name", default=SEAL_NAME)),),
)
_OFFICE = option("--office", default="")
_LOOK = (option("--operator", OPERATOR, required=True), option("--reason", required=True))
_RATED = (
    positional("APPLICATION"),
    option("--stage", STAGE, required=True),
    option("--operator", OPERATOR, required=True),
)
_TEXT = option("--text", required=True)
_MONTH = option("--month", MONTH, required=True)
_RATINGS = Command(
    "ratings",
    commands=(
        on_data("list", "rating_commands:list_follow_ups", flag("--all"), _OFFICE),
        on_data("show", "rating_commands:show_words", *_RATED, option("--reason", required=True)),
        on_data("answer", "rating_commands:answer_rating", *_RATED, _TEXT),
        on_data(
            "report", "rating_commands:report_ratings", option("--month", MONTH, required=True)
        ),
    ),
)
_RULES = Command(
    "rules",
    commands=(
        on_data(
            "affected",
            "rule_commands:list_affected_cases",
            *(positional(name, FOLDER) for name in ("OLD", "NEW")),
            *_LOOK,
        ),
    ),
)
_KEY = option("--key", PATH, required=True, metavar="FILE")
_PHONES = Command(
    "phones",
    commands=(
        Command("key", "central.operator.phone_commands:make_key", (_KEY,)),
        Command(
            "sign",
            "central.operator.phone_commands:sign_list",
            (positional("LIST", FILE), _KEY),
        ),
    ),
)
CENTRAL = Command(
    "central",
    commands=(
        on_data("init", "commands:create_service", flag("--take-over")),
        Command(
            "vault",
            "central.vault.vault_commands:run_vault",
            (
                DATA,
                CONFIG,
                option("--socket", PATH, metavar="SOCKET"),
                flag("--demo"),
                flag("--create"),
                option("--people", FOLDER, metavar="FOLDER"),
                option("--portrait", FILE, metavar="FILE"),
                option("--staff", FOLDER, metavar="FOLDER"),
                option("--accounts", FILE, metavar="FILE"),
                option("--service", repeated=True, metavar="ACCOUNT"),
                option("--pages", repeated=True, metavar="ACCOUNT"),
                option("--operator", repeated=True, metavar="ACCOUNT"),
                MOVE_FROM,
                flag("--with-parent"),
            ),
        ),
        Command("vault-keys", "central.vault.vault_commands:make_keys", (DATA, MOVE_FROM)),
        on_data("vault-terminals", "enrol_commands:list_to_vault"),
        Command("vault-audit", "central.vault.vault_commands:list_accesses", (DATA,)),
        on_data("alarms", "commands:list_alarms", flag("--open")),
        on_data("heads", "commands:list_audit_heads", flag("--all")),
        on_data("messages", "commands:list_messages"),
        on_data(
            "fields",
            "field_commands:list_fields",
            positional("APPLICATION"),
            flag("--values"),
            option("--operator", OPERATOR),
            option("--reason", default=""),
        ),
        on_data(
            "forms",
            "form_commands:write_forms",
            positional("APPLICATION"),
            option("--out", PATH, required=True, metavar="FOLDER"),
            option("--service", default="", metavar="CODE"),
            option("--pages", PAGES, metavar="URL"),
            option("--operator", OPERATOR),
            option("--reason", default=""),
        ),
        on_data(
            "certificate",
            "seal_commands:write_certificate",
            option("--name", repeated=True),
            option("--to", PATH, required=True, metavar="FILE"),
        ),
        on_data(
            "check-key",
            "verify_commands:write_check_key",
            option("--to", PATH, required=True, metavar="FILE"),
        ),
        on_data("verify", "verify_commands:verify_form", positional("FILE", FILE)),
        on_data("reads", "field_commands:list_reads"),
        on_data(
            "papers",
            "paper_commands:show_papers",
            positional("APPLICATION"),
            *_LOOK,
            option("--page", DIGEST, metavar="PAGE"),
            option("--to", PATH, metavar="FILE"),
        ),
        on_data(
            "reply",
            "commands:take_reply",
            option("--from", field="mobile", required=True, metavar="NUMBER"),
            option("--text", required=True),
        ),
        on_data(
            "draft",
            "commands:begin_draft",
            option("--file", FILE, required=True, metavar="FILE"),
        ),
        on_data(
            "employer",
            "commands:file_for_employee",
            option("--file", FILE, required=True, metavar="FILE"),
        ),
        PLATFORM,
        on_data("backup", "commands:back_up", option("--to", PATH, required=True, metavar="FILE")),
        on_data(
            "restore",
            "commands:restore",
            option("--from", FILE, field="source", required=True, metavar="FILE"),
        ),
        on_data(
            "backup-pages",
            "page_backups.commands:add",
            option("--to", PATH, required=True, metavar="FOLDER"),
            flag("--whole"),
        ),
        on_data(
            "restore-pages",
            "page_backups.commands:restore",
            option("--from", FILE, field="source", required=True, metavar="FILE"),
        ),
        on_data(
            "rotate-keys",
            "commands:rotate_keys",
            option("--after-days", number(0, LONGEST_DAYS), metavar="DAYS"),
        ),
        on_data("forget-key", "commands:forget_key", positional("ID")),
        _STAFF,
        _BUNDLE,
        _CODE,
        on_data(
            "release",
            "commands:set_release",
            option("--version", required=True),
            option("--percent", PERCENT, required=True),
        ),
        RELEASES,
        ENROL,
        _POINTS,
        on_data(
            "helpers",
            "vouching_commands:list_helpers",
            option("--days", whole(1, LONGEST_DAYS), default=HELPER_DAYS),
        ),
        _REVIEWS,
        _PHONES,
        _SEAL,
        _ACCOUNTS,
        _WEB,
        PHONE,
        OFFICES_API,
        WORK,
        LETTERS,
        _RATINGS,
        _RULES,
        RADAR,
        on_data("deadlines", "work_commands:list_deadlines", flag("--near"), _OFFICE),
    ),
)
