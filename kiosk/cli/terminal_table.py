"""Declarations of the commands that run a terminal, look after it and ask the rules."""

from __future__ import annotations

from kiosk.cli.declaration import Argument, Command, choice, flag, option, positional, several
from kiosk.cli.values import FILE, FOLDER, PATH, matching, whole

SETTINGS = positional("FILE", FILE, field="settings", count="*")
SETTINGS_OPTION = several("--settings", FILE)
JSON = flag("--json")
WITNESS = matching("witness", r"\d+:[0-9a-fA-F]+")
CATEGORIES = ("M60", "W60", "F55", "F50")
INSURED = ("JG", "QY", "LH", "JM")
ROUTES = ("R01", "R02", "R03")
JOURNEYS = (  # wiring/demo/tour.py plays them
    "self",
    "card-pin",
    "phone",
    "vouched",
    "progress",
    "continue",
    "employer",
    "prepared",
    "proxy",
    "helper-present",
    "helper-absent",
    "back-entry",
    "correction",
    "technician",
)
FAULTS = ("none", "offline", "away", "killed")
LOWEST_PANEL_PX, HIGHEST_PANEL_PX = 240, 8000

RUN = Command(
    "run",
    "wiring.kiosk_process:run_kiosk",
    (SETTINGS, option("--ready", PATH, metavar="FILE")),
    owns_temporary=True,
)
DEMO = Command(
    "demo",
    "wiring.demo.demo:run_demo",
    (
        option("--tour", PATH, metavar="FOLDER"),
        choice("--journey", *JOURNEYS, default=JOURNEYS[0]),
        option("--gallery", PATH, metavar="FOLDER"),
        option("--pages", default=""),
        option("--variants", default=""),
        option("--run", PATH, metavar="FOLDER"),
        option("--persona", default=""),
        option("--height", whole(LOWEST_PANEL_PX, HIGHEST_PANEL_PX), default=0, metavar="PIXELS"),
        choice("--fault", *FAULTS, default=FAULTS[0], former="--mishap"),
    ),
    owns_temporary=True,
)
DOCTOR = Command("doctor", "wiring.command_handlers:examine_machine", (SETTINGS, JSON))
ENROL = Command(
    "enrol",
    "wiring.enrolment:enrol_terminal",
    (SETTINGS, option("--code", default=""), flag("--again")),
)
FIRST_START = Command("first-start", "wiring.first_start.process:run_first_start", (SETTINGS,))
READINESS = Command(
    "readiness",
    "wiring.readiness:report_readiness",
    (SETTINGS, JSON, option("--out", PATH, metavar="FOLDER"), flag("--print")),
)
CHECK_CONFIG = Command(
    "check-config",
    "wiring.command_handlers:check_settings",
    (positional("FILE", FILE, field="settings", count="+"),),
)
REPLAY = Command(
    "replay",
    "wiring.command_handlers:replay_journal",
    (
        positional("JOURNAL", FILE),
        positional("SETTINGS", FILE, count="*"),
    ),
)
OUTBOX = Command(
    "outbox",
    commands=tuple(
        Command(name, f"wiring.command_handlers:{handler}", (*arguments, SETTINGS_OPTION))
        for name, handler, arguments in (
            ("list", "list_outbox", ()),
            ("count", "count_outbox", ()),
            ("retry", "retry_outbox", (positional("ID"),)),
            ("withdraw", "withdraw_outbox", (positional("ID"),)),
        )
    ),
)
AUDIT = Command(
    "audit",
    commands=(
        Command(
            "export",
            "wiring.command_handlers:export_audit",
            (SETTINGS, option("--to", PATH, required=True, metavar="FILE")),
        ),
        Command(
            "verify",
            "kiosk.delivery.audit_commands:verify_export",
            (
                positional("FILE", FILE),
                option("--witness", WITNESS, repeated=True, metavar="N:HEX"),
                option("--heads", FILE, metavar="FILE"),
            ),
        ),
        Command("page", "kiosk.delivery.audit_commands:print_event_page"),
    ),
)
LOGS = Command(
    "logs",
    commands=(
        Command("show", "wiring.log_commands:show_log", (SETTINGS_OPTION,)),
        Command(
            "export",
            "wiring.log_commands:export_log",
            (option("--to", PATH, required=True, metavar="FOLDER"), SETTINGS_OPTION),
        ),
        Command("send", "wiring.log_commands:send_log", (SETTINGS_OPTION,)),
    ),
)
PILOT = Command(
    "pilot",
    "wiring.pilot:report_trial",
    (positional("RECORD", FILE, field="records", count="+"),),
)
CONFIG = Command(
    "config",
    commands=(
        Command("show", "wiring.configuration_commands:show_settings", (SETTINGS_OPTION,)),
        Command("fetch", "wiring.configuration_commands:fetch_settings", (SETTINGS_OPTION,)),
        Command(
            "import",
            "wiring.configuration_commands:import_settings",
            (positional("FOLDER", PATH), SETTINGS_OPTION),
        ),
    ),
)


def _about_person() -> tuple[Argument, ...]:
    return (
        choice("--insured", *INSURED, required=True),
        choice("--category", *CATEGORIES, required=True),
        option("--birth", required=True, metavar="YYYY-MM"),
        option("--on", required=True, metavar="YYYY-MM-DD"),
        option("--fact", repeated=True, metavar="NAME=VALUE"),
        option("--retire", metavar="YYYY-MM"),
        choice("--route", *ROUTES, default=ROUTES[0]),
        option("--wait-until", metavar="YYYY-MM"),
        flag("--explain"),
    )


RULES = Command(
    "rules",
    commands=(
        *(
            Command(name, "wiring.command_handlers:ask_rules", arguments)
            for name, arguments in (
                (
                    "age",
                    (
                        choice("--category", *CATEGORIES),
                        option("--birth", metavar="YYYY-MM"),
                        flag("--stdin"),
                        flag("--explain"),
                    ),
                ),
                ("services", _about_person()),
                ("plan", _about_person()),
                ("guide", (flag("--explain"),)),
                ("number", (positional("NUMBER"),)),
            )
        ),
        Command(
            "estimate",
            "wiring.command_handlers:estimate_pension",
            (*_about_person(), option("--index"), option("--balance", metavar="YUAN")),
        ),
        Command("show", "wiring.command_handlers:show_rules", (positional("SERVICE"),)),
        Command(
            "proof",
            "wiring.command_handlers:prove_verdict",
            (positional("SERVICE"), *_about_person()[:-1]),
        ),
        Command(
            "diff",
            "wiring.command_handlers:compare_rules",
            (positional("OLD", FOLDER), positional("NEW", FOLDER)),
        ),
    ),
)
