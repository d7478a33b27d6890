"""Declarations of the commands that bring terminals in, and give them new versions."""

from __future__ import annotations

from kiosk.cli.central_options import CODE, on_data
from kiosk.cli.declaration import Command, flag, option, positional
from kiosk.cli.values import FILE, FOLDER, PATH, matching, whole

CARD_DAYS, LONGEST_CARD_DAYS = 14, 60
RELEASE_DAYS, LONGEST_RELEASE_DAYS = 30, 366
LONGEST_WATCH_HOURS = 24
PACKAGE_URL = matching("package_url", r"(https?://|file:/)[^\s]+")

RELEASES = Command(
    "releases",
    commands=(
        Command(
            "repository",
            "central.package_repository.commands:make_repository",
            (
                positional("PACKAGES", FOLDER, field="packages"),
                option("--to", PATH, required=True, metavar="FOLDER"),
                option("--keys", PATH, required=True, metavar="FOLDER"),
                option("--url", PACKAGE_URL, required=True, metavar="URL"),
                option("--days", whole(1, LONGEST_RELEASE_DAYS), default=RELEASE_DAYS),
            ),
        ),
    ),
)
ENROL = Command(
    "enrol",
    commands=(
        on_data(
            "new",
            "enrol_commands:create_code",
            option("--terminal", CODE, required=True),
            option("--point", CODE, required=True),
        ),
        on_data(
            "cards",
            "enrol_card_commands:create_cards",
            positional("LIST", FILE, field="list"),
            option("--to", PATH, required=True, metavar="FILE"),
            option("--days", whole(1, LONGEST_CARD_DAYS), default=CARD_DAYS),
        ),
        on_data("list", "enrol_commands:list_pending"),
        on_data("confirm", "enrol_commands:confirm_enrolment", positional("ID")),
        on_data(
            "admit",
            "enrol_commands:admit_reviewed",
            flag("--watch"),
            option("--hours", whole(1, LONGEST_WATCH_HOURS)),
        ),
        on_data("refuse", "enrol_commands:refuse_enrolment", positional("ID")),
        on_data("revoke", "enrol_commands:revoke_terminal", positional("TERMINAL")),
    ),
)
