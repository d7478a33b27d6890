"""Declarations of the commands that prepare for whose month of retirement is near."""

from __future__ import annotations

from kiosk.cli.central_options import on_data
from kiosk.cli.declaration import Command, option
from kiosk.cli.values import FILE, FOLDER, matching

RADAR = Command(
    "radar",
    commands=(
        on_data(
            "run",
            "radar_commands:run_radar",
            option("--people", FOLDER, required=True, metavar="FOLDER"),
            option("--registries", FILE, metavar="FILE"),
        ),
        on_data(
            "show",
            "radar_commands:show_prepared",
            option("--operator", matching("operator", r"[A-Z]-[0-9]{1,8}"), required=True),
            option("--reason", required=True),
        ),
        on_data("opt-out", "radar_commands:opt_out"),
        on_data("opt-in", "radar_commands:opt_in"),
    ),
)
