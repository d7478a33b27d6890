"""The session in which a helper in the control room sees the pages of a visit; main thread only.

It follows the visit: it begins when the person agreed, and ends with the first page after the
person ended it or the visit was wiped. What a helper points at is a place of the newest frame;
on any other page there is no ring. Nothing of it can press.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from kiosk.fleet.remote_help import RemoteHelper, RemoteLook, RemoteNews
from kiosk.pages.remote_frame import KnownWords, Place, RemoteFrame, frame_of
from kiosk.visit.events.devices import RemoteHelpTold
from kiosk.visit.events.event import Answered

if TYPE_CHECKING:
    from kiosk.pages.page import Page
    from kiosk.visit.reference_data import ReferenceData
    from kiosk.visit.state import Visit


@dataclass
class RemoteHelpSession:
    """Frames of the pages that are shown, and the ring that a helper asks for.

    `line` runs a call to the helper's line on a worker. `post` runs a call on the main thread,
    `take` handles an event there, `redraw` draws the page anew.
    """

    book: ReferenceData
    line: Callable[[Callable[[RemoteHelper], None]], None]
    new_id: Callable[[], str]
    post: Callable[[Callable[[], None]], None]
    take: Callable[[Answered], None]
    redraw: Callable[[], None]
    _session: str = ""
    _look: RemoteLook | None = None
    _frame: RemoteFrame | None = None
    _number: int = 0
    _news: RemoteNews | None = None
    _known: KnownWords | None = field(default=None, repr=False)

    def take_page(self, page: Page, visit: Visit) -> Page:
        """Send the frame of a page while a helper may look; return the page with the ring."""
        if visit.help.remote is None:
            self._end()
            return page
        if not self._session:
            self._begin(visit.id)
        frame = frame_of(page, self.book.remote_help, self._words())
        if frame != self._frame:
            self._frame, self._number = frame, self._number + 1
            encoded = frame.encode(self._number)
            self.line(lambda helper: helper.show(encoded))
        return replace(page, pointed=self._pointed(frame))

    def _begin(self, visit_id: str) -> None:
        session = self._session = self.new_id()
        self._look = RemoteLook.WAITING

        def tell(news: RemoteNews) -> None:
            self.post(lambda: self._take_news(session, visit_id, news))

        self.line(lambda helper: helper.begin(session, tell))

    def _end(self) -> None:
        if self._session:
            self.line(lambda helper: helper.end())
        self._session, self._look, self._frame, self._news = "", None, None, None

    def _take_news(self, session: str, visit_id: str, news: RemoteNews) -> None:
        if session != self._session:
            return  # of a session that the person ended meanwhile
        self._news = news
        if news.look is not self._look:
            self._look = news.look
            self.take(Answered(RemoteHelpTold(news.look), visit_id))
        else:
            self.redraw()

    def _pointed(self, frame: RemoteFrame) -> Place | None:
        news = self._news
        if news is None or news.look is not RemoteLook.WATCHED or news.frame != self._number:
            return None
        return frame.places[news.place] if 0 <= news.place < len(frame.places) else None

    def _words(self) -> KnownWords:
        """Return the known words; they are collected when somebody first looks."""
        if self._known is None:
            book = self.book
            told = (book.words, book.failures, book.catalogue, book.questions)
            self._known = KnownWords(told, book.words["addressing"])
        return self._known
