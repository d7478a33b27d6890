"""Judgement of what was examined, as lines of the readiness report. Pure.

Limits stand in `[maintenance]` of the settings (delivery.md §5, alarms), words in
config/texts/upkeep.toml, cures in config/texts/failures.toml.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from kiosk.config.settings import MaintenanceSettings, Profile
from kiosk.failures import Failure
from kiosk.maintenance.guided_tests import GuidedTest, Result
from kiosk.maintenance.network_test import LinkResult
from kiosk.maintenance.readiness_report import LineState, SheetLine
from kiosk.units import MIB, SECONDS_AN_HOUR

BLIND = 0.5  # of a second: two clocks that differ by less are told as equal


@dataclass(frozen=True)
class DeviceLook:
    """One device of the settings; `failure` is why it can't be used, None for nothing.

    `cure` is more exact than that of the failure, "" when nothing is known besides it.
    """

    name: str
    failure: Failure | None
    evidence: str
    cure: str = ""


@dataclass(frozen=True)
class FindingLook:
    """One finding of the doctor, in words; `bears`: people can be served all the same.

    `failure`: it is one of the known failures.
    """

    subject: str
    evidence: str
    cure: str = ""
    bears: bool = True
    failure: Failure | None = None


@dataclass(frozen=True)
class DiskLook:
    """Space on the database's disk in bytes; no visit begins below `floor`."""

    free: int
    whole: int
    floor: int = 0


@dataclass(frozen=True)
class CopiesLook:
    """What database and second copies did not agree on since the first start.

    `mended`: in one of the two, and whole in both again. `lost`: whole in neither. `skipped`:
    numbers that the database did not know. `older`: how often it was an older one, or another. The
    last time was on the day `on`, `days` ago.
    """

    mended: int
    lost: int
    skipped: int
    older: int
    on: str
    days: int


@dataclass(frozen=True)
class QueueLook:
    """What has not arrived at the central service; `oldest` in seconds.

    `lost`: ratings that were never kept, the newest on the day `lost_on`, `lost_days` ago.
    `unsigned`: what waits because something refused it that is not the central service.
    """

    waiting: int
    refused: int
    oldest: float
    lost: int = 0
    lost_on: str = ""
    lost_days: int = 0
    unsigned: int = 0
    copies: CopiesLook | None = None


@dataclass(frozen=True)
class Looks:
    """Everything that was examined.

    `ahead`: seconds by which this clock is ahead of the central service's, None: it told no time.
    `celsius`: the hottest sensor, None without one. `queue`: None before there is a database.
    """

    profile: Profile
    devices: tuple[DeviceLook, ...]
    findings: tuple[FindingLook, ...]
    steps: tuple[LinkResult, ...]
    ahead: float | None
    disk: DiskLook
    celsius: float | None
    queue: QueueLook | Failure | None
    versions: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Judge:
    """The judgement of what was examined.

    `words` is config/texts/upkeep.toml; `cures` and `titles` are by failure.
    """

    words: Mapping[str, Any]
    cures: Mapping[Failure, str]
    titles: Mapping[Failure, str]
    limits: MaintenanceSettings

    def lines(self, looks: Looks) -> tuple[SheetLine, ...]:
        """Return the lines of a report, in the order in which a technician works."""
        return (
            *(self._device(one) for one in looks.devices),
            *(self.step(one) for one in looks.steps),
            self._clock(looks.ahead),
            self._queue(looks.queue),
            *self._copies(looks.queue),
            *self._ratings(looks.queue),
            self._disk(looks.disk),
            self._temperature(looks.celsius),
            *self._findings(looks),
            *(self._good(f"version.{name}", version) for name, version in looks.versions.items()),
        )

    def trial(self, trial: GuidedTest) -> SheetLine:
        """Return the line of a guided test."""
        name = f"guided.{trial.task.value}"
        if trial.failure is None:
            return self._good(name, self.evidence_of(trial))
        cure = self.cures.get(trial.failure, self.words["evidence"]["by_hand"])
        return self._bad(name, trial.failure, self.evidence_of(trial), cure=cure)

    def evidence_of(self, trial: GuidedTest) -> str:
        """Return what was seen in a guided test, in words."""
        look = trial.look
        known = {
            "luma": round(look.luma) if look else 0,
            "width": round(look.width) if look else 0,
            "percent": round(100 * look.share) if look else 0,
            "given": "、".join(trial.given),
            "touched": len(trial.given),
            "strokes": trial.strokes,
            "length": round(trial.length),
        }
        kept = "passed" if trial.result is Result.PASSED else "failed"
        return str(self.words["guided"][kept][trial.task]).format_map(known)

    def step(self, step: LinkResult) -> SheetLine:
        """Return the line of one link of the network test."""
        name, failure = f"network.{step.link.value}", step.failure
        if failure is None:
            return self._good(name, step.evidence)
        slow = failure is Failure.CENTRAL_SLOW
        return self._bad(name, failure, step.evidence, LineState.AMBER if slow else LineState.RED)

    def _device(self, look: DeviceLook) -> SheetLine:
        name = f"device.{look.name}"
        if look.failure is None:
            return self._good(name, look.evidence)
        return self._bad(name, look.failure, look.evidence, cure=look.cure)

    def _clock(self, ahead: float | None) -> SheetLine:
        if ahead is None:
            evidence = self._evidence("clock_unknown")
            return self._bad("clock", Failure.CENTRAL_UNREACHABLE, evidence, LineState.AMBER)
        way = (
            "clock_equal" if abs(ahead) < BLIND else "clock_ahead" if ahead > 0 else "clock_behind"
        )
        evidence = self._evidence(way, seconds=round(abs(ahead)))
        if abs(ahead) > self.limits.max_clock_offset_seconds:
            return self._bad("clock", Failure.CLOCK_WRONG, evidence)
        return self._good("clock", evidence)

    def _queue(self, queue: QueueLook | Failure | None) -> SheetLine:
        if queue is None:
            return self._good("queue", self._evidence("queue_unborn"))
        if isinstance(queue, Failure):
            return self._bad("queue", queue, self._evidence("queue_closed"))
        evidence = self._evidence(
            "queue",
            waiting=queue.waiting,
            refused=queue.refused,
            hours=f"{queue.oldest / SECONDS_AN_HOUR:.1f}",
        )
        if queue.unsigned:
            return self._bad("queue", Failure.OUTBOX_MISROUTED, evidence, LineState.AMBER)
        if queue.refused:
            return self._bad("queue", Failure.OUTBOX_REFUSED, evidence, LineState.AMBER)
        if queue.oldest > self.limits.max_waiting_hours * SECONDS_AN_HOUR:
            return self._bad("queue", Failure.OUTBOX_STUCK, evidence, LineState.AMBER)
        return self._good("queue", evidence)

    def _copies(self, queue: QueueLook | Failure | None) -> Iterator[SheetLine]:
        """Yield the line on whether database and second copies agree.

        What is repaired is amber for `rating_days` days, so that the disk is looked at.
        Applications that are lost, and an exchanged database, are red as long.
        """
        if not isinstance(queue, QueueLook):
            return
        look = queue.copies
        if look is None:
            yield self._good("copies", self._evidence("copies_agree"))
            return
        evidence = self._evidence("copies", **vars(look))
        if look.days >= self.limits.rating_days:
            yield self._good("copies", evidence)
        elif look.lost or look.older or look.skipped:
            yield self._bad("copies", Failure.STORE_LOST, evidence)
        else:
            yield self._bad("copies", Failure.STORE_REPAIRED, evidence, LineState.AMBER)

    def _ratings(self, queue: QueueLook | Failure | None) -> Iterator[SheetLine]:
        """Yield the line on lost ratings: amber for `rating_days` days, then green."""
        if not isinstance(queue, QueueLook):
            return
        if not queue.lost:
            yield self._good("ratings", self._evidence("ratings_none"))
            return
        evidence = self._evidence("ratings", count=queue.lost, day=queue.lost_on)
        if queue.lost_days < self.limits.rating_days:
            yield self._bad("ratings", Failure.RATING_LOST, evidence, LineState.AMBER)
        else:
            yield self._good("ratings", evidence)

    def _disk(self, disk: DiskLook) -> SheetLine:
        share = 100 * disk.free / max(1, disk.whole)
        evidence = self._evidence("disk", mib=disk.free // MIB, percent=round(share))
        if disk.free < disk.floor:
            return self._bad("disk", Failure.DISK_FULL, evidence)
        if share < self.limits.min_free_disk_percent:
            return self._bad("disk", Failure.DISK_LOW, evidence, LineState.AMBER)
        return self._good("disk", evidence)

    def _temperature(self, celsius: float | None) -> SheetLine:
        if celsius is None:
            return self._good("temperature", self._evidence("temperature_unknown"))
        evidence = self._evidence("temperature", celsius=round(celsius))
        if celsius > self.limits.max_temperature_celsius:
            return self._bad("temperature", Failure.TOO_HOT, evidence, LineState.AMBER)
        return self._good("temperature", evidence)

    def _findings(self, looks: Looks) -> Iterator[SheetLine]:
        """Yield the lines of the doctor's findings.

        What only production needs does not keep a demo or training terminal from being ready.
        """
        lenient = looks.profile is not Profile.PRODUCTION
        for number, one in enumerate(looks.findings):
            name = f"doctor.{number}"
            if not one.cure:
                yield SheetLine(name, one.subject, LineState.GREEN, one.evidence)
            elif one.failure is not None:
                yield self._finding_line(name, one, one.failure)
            elif one.bears and lenient:
                evidence = self._evidence("not_needed_here", evidence=one.evidence)
                yield SheetLine(name, one.subject, LineState.GREEN, evidence)
            else:
                state = LineState.AMBER if one.bears else LineState.RED
                yield SheetLine(name, one.subject, state, one.evidence, one.cure)

    def _finding_line(self, name: str, one: FindingLook, failure: Failure) -> SheetLine:
        parts = (one.subject, LineState.AMBER, one.evidence, one.cure, self.titles[failure])
        return SheetLine(name, *parts, failure)

    def _evidence(self, name: str, **values: object) -> str:
        return str(self.words["evidence"][name]).format(**values)

    def _subject(self, name: str) -> str:
        return str(self.words["subjects"][name])

    def _good(self, name: str, evidence: str) -> SheetLine:
        return SheetLine(name, self._subject(name), LineState.GREEN, evidence)

    def _bad(
        self,
        name: str,
        failure: Failure,
        evidence: str,
        state: LineState = LineState.RED,
        cure: str = "",
    ) -> SheetLine:
        remedy, title = cure or self.cures[failure], self.titles[failure]
        return SheetLine(name, self._subject(name), state, evidence, remedy, title, failure)
