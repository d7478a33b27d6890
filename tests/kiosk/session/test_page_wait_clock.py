"""Pages that wait: the sign moves each second, and after a while the page says why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from kiosk.pages.page import Layout, Page, PageWait, Said
from kiosk.session.page_wait_clock import PageWaitClock

ASKING = Page(
    "waiting",
    Layout.MESSAGE,
    "请稍等",
    "正在查。",
    spoken=(Said("请稍等"), Said("正在查。")),
    waiting=PageWait(((8.0, "网慢，还在查。"), (20.0, "可以再等。"))),
)


@dataclass
class Timers:
    """A clock and the one call that is due, without anybody waiting."""

    now: float = 100.0
    due: list[Callable[[], None]] = field(default_factory=list)

    def monotonic(self) -> float:
        return self.now

    def later(self, seconds: float, work: Callable[[], None]) -> Timers:
        assert seconds == 1.0
        self.due.append(work)
        return self

    def cancel(self) -> None:
        self.due.clear()


def wait(timers: Timers, clock: PageWaitClock, seconds: float) -> Page:
    timers.now += seconds
    return clock.take_page(ASKING)


def a_clock() -> tuple[Timers, PageWaitClock]:
    timers = Timers()
    return timers, PageWaitClock(timers, timers.later, lambda: None)  # type: ignore[arg-type]


def test_the_sign_moves_and_the_sentence_changes():
    timers, clock = a_clock()
    seen = [clock.take_page(ASKING), *(wait(timers, clock, 1.0) for _ in range(21))]
    assert [page.waiting.beat for page in seen if page.waiting] == list(range(22))
    assert {page.sentence for page in seen[:8]} == {"正在查。"}
    assert {page.sentence for page in seen[8:20]} == {"网慢，还在查。"}
    assert {page.sentence for page in seen[20:]} == {"可以再等。"}
    assert seen[8].spoken == (Said("请稍等"), Said("网慢，还在查。"))
    assert len(timers.due) == 1


def test_a_page_that_does_not_wait_ends_the_beat_and_the_next_wait_begins_anew():
    timers, clock = a_clock()
    clock.take_page(ASKING)
    plain = Page("facts", Layout.FACTS, "", "")
    assert clock.take_page(plain) is plain
    assert timers.due == []
    assert wait(timers, clock, 30.0).sentence == "正在查。"


def test_another_page_that_waits_begins_anew():
    timers, clock = a_clock()
    clock.take_page(Page("desk", Layout.DESK, "", "", waiting=PageWait(())))
    assert wait(timers, clock, 30.0).sentence == "正在查。"


def test_stopping_cancels_the_beat():
    timers, clock = a_clock()
    clock.take_page(ASKING)
    clock.stop()
    clock.stop()
    assert timers.due == []
