"""Recording of what was looked at, by whom, in the audit of the pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from central.remote_help.sessions import HelpEvent
from central.store.web.events import WebEvents
from central.web_accounts import WebEvent, WebEventKind

if TYPE_CHECKING:
    from central.app_context import AppContext

KINDS = {HelpEvent.BEGAN: WebEventKind.HELP_BEGAN, HelpEvent.ENDED: WebEventKind.HELP_ENDED}


def help_recorder(context: AppContext) -> Callable[[HelpEvent, str, str, str], None]:
    """Return what records an event of a helper, a terminal and a session."""
    events = WebEvents(context.store.database)

    def record(event: HelpEvent, helper: str, terminal: str, session: str) -> None:
        at = context.now().isoformat(timespec="seconds")
        events.record(WebEvent(at, helper, "", KINDS[event], f"{terminal} {session}"))

    return record


def end_left_sessions(context: AppContext) -> None:
    """Record the end of what a service that was killed left looked at.

    For the service that holds the sessions, before it takes any: what its terminals begin again is
    another look.
    """
    record = help_recorder(context)
    left = WebEvents(context.store.database).unended(
        WebEventKind.HELP_BEGAN, WebEventKind.HELP_ENDED
    )
    for helper, detail in left:
        terminal, _, session = detail.partition(" ")
        record(HelpEvent.ENDED, helper, terminal, session)
