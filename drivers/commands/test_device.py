"""The command `devices test NAME`: opens and tests one device, and says the cure of its failure."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from drivers.commands import Exit
from drivers.commands.evidence_words import cure_of
from drivers.commands.trial import KINDS, DeviceTrial, addresses, try_devices
from drivers.stable_names import SystemTree
from drivers.supervisor import CAMERA, PRINTER, READER, SCANNER, SS_READER
from kiosk.config.active import read_in_force
from kiosk.config.schema import ConfigError

RIGHT = {
    READER: "读卡器有应答，安全模块号 {identity}。",
    SS_READER: "读卡器在，读卡服务有应答。",
    SCANNER: "端口打得开。扫码器自己不会应答，请扫一个码试试。",
    CAMERA: "镜头有画面。",
    PRINTER: "打印机有应答，有纸，盖关着。",
}


def examine_device(
    options: argparse.Namespace, defaults: Path, machine: SystemTree | None = None
) -> int:
    """Test one device and return the exit code.

    0: in order. 4: not. 2: no such device, or wrong settings. `defaults` is the settings file below
    those of --config.
    """
    try:
        settings = read_in_force(defaults, options.config)
    except ConfigError as problem:
        print(problem, file=sys.stderr)
        return Exit.USAGE
    if options.name not in addresses(settings):
        print(f"设置里没有{KINDS[options.name]}（{options.name}）。", file=sys.stderr)
        return Exit.USAGE
    (trial,) = try_devices(settings, (options.name,), machine or SystemTree())
    return report(trial)


def report(trial: DeviceTrial) -> int:
    """Print what is right on standard output, the cure on standard error; return the exit code."""
    print(f"{trial.kind} {trial.url}")
    if trial.evidence and trial.evidence.node != trial.url:
        print(f"现在是 {trial.evidence.node}")
    if trial.failure is None:
        print(RIGHT[trial.name].format(identity=trial.identity))
        return Exit.READ
    if trial.life.counters.opened and trial.name == READER:
        print("端口打得开，读卡器有应答，自检没有通过。")
    print(cure_of(trial), file=sys.stderr)
    return Exit.DEVICE_FAULT
