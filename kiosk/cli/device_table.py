"""Declarations of the commands about devices, real and simulated ones, and the face check."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

from kiosk.cli.declaration import (
    Argument,
    Command,
    ShippedFile,
    choice,
    flag,
    option,
    positional,
    several,
)
from kiosk.cli.values import FILE, FOLDER, PATH, VPCD, WIRE, matching, number, whole, words_of

DAY_SECONDS = 86_400
HIGHEST_SEED = 2**63 - 1
HIGHEST_FIRST_PORT = 65_531  # five ports in a row
BAUDS = (115200, 57600, 38400, 19200, 9600)
BAUD = whole(min(BAUDS), max(BAUDS))
DEVICES_WITH_TEST = ("camera", "idcard", "printer", "scanner", "sscard")
READER_FAULTS = (
    "noise",
    "corrupt",
    "truncate",
    "stale",
    "slow",
    "mute",
    "lifted",
    "lifted_truncated",
    "refused",
    "not_identity",
    "damaged",
    "self_test",
    "hung",
    "flipped",
)
PHOTO_ABIS = ("executable", "unpack_cpp", "GetBmp_file")
REFERENCE_KINDS = ("portrait", "chip")
FACE_ENGINES = ("sface", "dlib128", "onnx112")
USB_PLACE = matching("usb_place", r"\d+-\d+(\.\d+)*")
SHA256 = matching("sha256", r"[0-9a-fA-F]{64}")
MOVEMENTS = words_of("movements", "turn_left", "turn_right", "blink", "mouth", "nod", "closer")
FAR = number(1e-6, 0.5)
PIXELS = number(-1000, 1000)  # mean and scale of a network's input

PERSONAS = option(
    "--personas", FOLDER, default=ShippedFile(PurePosixPath("config/personas")), metavar="FOLDER"
)
WAIT = option("--wait", number(0, DAY_SECONDS), default=10.0, metavar="SECONDS")
SHOW = flag("--show")
CONFIG = option("--config", FILE, repeated=True, metavar="FILE")

SIMULATE = Command(
    "simulate",
    "drivers.simulated.commands:simulate_devices",
    (
        PERSONAS,
        option(
            "--portraits",
            FOLDER,
            default=ShippedFile(PurePosixPath("assets/portraits")),
            metavar="FOLDER",
        ),
        option(
            "--fonts", FOLDER, default=ShippedFile(PurePosixPath("assets/fonts")), metavar="FOLDER"
        ),
        option("--font", FILE, metavar="FILE"),
        option("--folder", PATH, metavar="FOLDER"),
        option("--seed", whole(0, HIGHEST_SEED), default=0, metavar="NUMBER"),
        option("--first-port", whole(0, HIGHEST_FIRST_PORT), default=0, metavar="PORT"),
        flag("--foreground", former="--stay"),
    ),
)
USB_POLICY = Command(
    "usb-policy",
    "drivers.commands.usb_policy:print_policy",
    (option("--keyboard", USB_PLACE, repeated=True, metavar="PLACE"),),
)
DEVICES = Command(
    "devices",
    commands=(
        Command(
            "list",
            "wiring.command_handlers:list_devices",
            (CONFIG, flag("--json"), flag("--probe")),
        ),
        Command(
            "test",
            "wiring.command_handlers:examine_device",
            (positional("NAME", choices=DEVICES_WITH_TEST), CONFIG),
        ),
        Command(
            "read-id",
            "drivers.commands.read_id:read_id_card",
            (
                option("--url", required=True),
                WAIT,
                choice("--baud", *BAUDS, default=BAUDS[0], value=BAUD),
                SHOW,
                flag("--fingerprint"),
                option("--record", PATH, metavar="FILE"),
                option("--photo-decoder", PATH, metavar="FILE"),
                option("--photo-symbol", default=""),
                choice("--photo-abi", *PHOTO_ABIS, default=PHOTO_ABIS[0]),
            ),
        ),
        Command(
            "read-ss",
            "drivers.commands.read_ss:read_ss_card",
            (option("--url", required=True), WAIT, SHOW, flag("--pin-stdin")),
        ),
        Command(
            "simulate",
            commands=(
                Command(
                    "idcard",
                    "drivers.simulated.device_commands:simulate_id_card",
                    (
                        option("--persona", default=""),
                        PERSONAS,
                        option("--listen", WIRE, required=True, metavar="pty|tcp:PORT"),
                        choice("--baud", *BAUDS, default=BAUDS[0], value=BAUD),
                        flag("--finds-again"),
                        choice("--fault", *READER_FAULTS, repeated=True),
                    ),
                ),
                Command(
                    "sscard",
                    "drivers.simulated.ss_card_command:simulate_ss_card",
                    (
                        option("--persona", required=True),
                        PERSONAS,
                        option("--listen", VPCD, required=True, metavar="vpcd:HOST:PORT"),
                    ),
                ),
            ),
        ),
    ),
)


def _about_engine() -> tuple[Argument, ...]:
    return (
        choice("--engine", *FACE_ENGINES, default=FACE_ENGINES[0]),
        option("--model", FILE, metavar="FILE"),
        option("--sha256", SHA256),
        option("--mean", PIXELS, default=127.5, metavar="NUMBER"),
        option("--scale", PIXELS, default=1 / 127.5, metavar="NUMBER"),
        option("--thresholds", FILE, metavar="FILE"),
    )


REFERENCE_KIND = choice("--reference-kind", *REFERENCE_KINDS, default=REFERENCE_KINDS[0])
FACE = Command(
    "face",
    commands=(
        Command(
            "verify",
            "wiring.command_handlers:verify_face",
            (
                option("--reference", FILE, required=True, metavar="FILE"),
                several("--probe", FILE, required=True),
                REFERENCE_KIND,
                *_about_engine(),
            ),
        ),
        Command(
            "liveness",
            "wiring.command_handlers:judge_liveness",
            (
                option("--video", FILE, required=True, metavar="FILE"),
                option("--challenge", MOVEMENTS, required=True, metavar="MOVEMENTS"),
                *_about_engine(),
            ),
        ),
        Command(
            "calibrate",
            "wiring.command_handlers:calibrate_face",
            (
                option("--data", FOLDER, required=True, metavar="FOLDER"),
                option("--far", FAR, default=0.01, metavar="SHARE"),
                option("--out", PATH, default=Path(), metavar="FOLDER"),
                REFERENCE_KIND,
                *_about_engine(),
            ),
        ),
    ),
)
