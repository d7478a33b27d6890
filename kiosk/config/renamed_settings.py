"""Names that settings had in earlier versions: a file that uses one is read as if it used the new.

Files of a machine, of a model and of a site outlive the program that they were written for, and a
terminal whose package is upgraded must start with the settings that it has.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from kiosk.config.schema import ConfigError, Problem, Table, line_of, read_table
from kiosk.operator_texts import text_of

RENAMED: Mapping[str, str] = {
    "central.compare_hours": "central.reconcile_interval_hours",
    "configuration.ask_hours": "configuration.poll_interval_hours",
    "configuration.trial_seconds": "configuration.rollout_timeout_seconds",
    "face.rest_minutes": "face.lockout_minutes",
    "face.seconds_a_try": "face.seconds_per_try",
    "face.seconds_in_all": "face.seconds_for_all_tries",
    "staff.ask_hours": "staff.poll_interval_hours",
    "store.ballast_mib": "store.disk_reserve_mib",
    "store.floor_mib": "store.min_free_mib",
    "upkeep.clock_seconds": "maintenance.max_clock_offset_seconds",
    "upkeep.disk_percent": "maintenance.min_free_disk_percent",
    "upkeep.hottest_celsius": "maintenance.max_temperature_celsius",
    "upkeep.idle_minutes": "maintenance.idle_minutes",
    "upkeep.oldest_hours": "maintenance.max_waiting_hours",
    "upkeep.rating_days": "maintenance.rating_days",
    "upkeep.slow_seconds": "maintenance.max_answer_seconds",
    "upkeep.stick": "maintenance.stick",
    "visit.card_call_seconds": "visit.card_reminder_interval_seconds",
    "visit.card_calls_alone": "visit.card_reminders_before_bell",
    "visit.idle_most_seconds": "visit.idle_max_seconds",
}
"""The dotted key of then, and the one of now. Entries stay for as long as such files may exist."""
_OLD_KEYS: Mapping[str, str] = {new: old for old, new in RENAMED.items()}


@dataclass(frozen=True)
class OldName:
    """A setting that a file names as it was called earlier; `line` 0 when it can't be found."""

    file: str
    line: int
    old: str
    new: str

    def words(self) -> str:
        """Return the place and the new name as one Chinese sentence."""
        return self._problem(text_of("config.renamed", new=self.new)).words()

    def both_given(self) -> Problem:
        """Return the problem of a file that has the old name and the new one."""
        return self._problem(text_of("config.both_names", new=self.new))

    def _problem(self, expected: str) -> Problem:
        return Problem(self.file, self.line, self.old, expected)


def current_key(key: str) -> str:
    """Return the name that the dotted `key` has now."""
    return RENAMED.get(key, key)


def line_of_setting(path: Path, key: str) -> int:
    """Return the line of a setting, whichever of its names the file uses; 0 for none."""
    return line_of(path, key) or line_of(path, _OLD_KEYS.get(key, key))


def old_names_in(paths: Iterable[Path]) -> tuple[OldName, ...]:
    """Return each old name that the settings files use. Raises ConfigError for no TOML file."""
    return tuple(one for path in paths for one in _old_names(path, read_table(path)))


def read_settings_table(path: Path) -> Table:
    """Return a settings file under the names of now.

    Raises ConfigError when it is absent or no TOML, and when it has a setting under both names.
    """
    table = read_table(path)
    found = tuple(_old_names(path, table))
    if both := tuple(one.both_given() for one in found if _has(table, one.new)):
        raise ConfigError(both)
    renamed = {
        name: dict(entries) if isinstance(entries, dict) else entries
        for name, entries in table.items()
    }
    for one in found:
        (section, name), (new_section, new_name) = one.old.split("."), one.new.split(".")
        under = renamed.setdefault(new_section, {})
        if isinstance(under, dict):  # else the schema says that it is no section
            under[new_name] = renamed[section].pop(name)
        if not renamed[section]:
            del renamed[section]
    return renamed


def _old_names(path: Path, table: Table) -> Iterator[OldName]:
    for old, new in RENAMED.items():
        if _has(table, old):
            yield OldName(str(path), line_of(path, old), old, new)


def _has(table: Table, key: str) -> bool:
    section, name = key.split(".")
    entries = table.get(section)
    return isinstance(entries, dict) and name in entries
