"""The commands `check-config` and `replay`, which need nothing but the kiosk's own rules."""

from __future__ import annotations

import sys
from pathlib import Path

from kiosk.civil_time import civil_now
from kiosk.config.layers import layers_of, read_layers
from kiosk.config.renamed_settings import old_names_in
from kiosk.config.schema import ConfigError
from kiosk.journal.replay import NotANoteError, as_noted, replay, runs_of
from kiosk.visit.reference_data import read_handbook
from kiosk.visit.render import draw_page
from kiosk.visit.steps.catalogue import build_table

NO_NOTE_WORDS = "不是办事过程的记录，或者被改过，放不下去。记录文件是 journal.jsonl"
DEFAULTS = "kiosk.toml"
UNLISTED_WORDS = "服务点 %s 还没有和中心的名单核对过：登记或连上中心时会自动核对"


def check_config(files: list[Path], config: Path) -> int:
    """Print whether the settings are right, or every problem; return 0 or 1.

    `config` is the folder config/ of the program; a folder of a file that is a whole config/ takes
    its place.
    """
    own = next((file.parent for file in files if (file.parent / "services").is_dir()), config)
    layers = layers_of(own / DEFAULTS, files)
    try:
        point = read_handbook(own, read_layers(layers)).point
    except ConfigError as error:
        print(error)
        return 1
    for old in old_names_in(layers.paths):
        print(old.words())
    if not point.is_listed:
        print(UNLISTED_WORDS % point.code)
    print("设置正确")
    return 0


def show_replay(file: Path, settings: list[Path], config: Path) -> int:
    """Print stage, title and sentence after each event of recorded visits; return the exit code.

    1 means that the file or the settings cannot be used. `config` is the folder config/.
    """
    at = 1
    try:
        book = read_handbook(config, read_layers(layers_of(config / DEFAULTS, settings)))
        for run in runs_of(file.read_text("utf-8").splitlines()):
            at = run.first
            here = as_noted(book, run.terminal)
            table = build_table(here)
            for visit in replay(run.lines, table, civil_now()):
                page = draw_page(visit, table)
                print(f"{visit.stage.value:14} {page.title}　{page.sentence}")
                at += 1
    except ConfigError as error:
        print(error, file=sys.stderr)
        return 1
    except NotANoteError as error:
        at = error.line
    except (ArithmeticError, AssertionError, AttributeError, LookupError, TypeError, ValueError):
        pass  # a line that looks like a note and fits nothing
    else:
        return 0
    print(f"{file} 第 {at} 行：{NO_NOTE_WORDS}", file=sys.stderr)
    return 1
