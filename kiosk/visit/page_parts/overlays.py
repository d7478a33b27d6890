"""Overlays of every step: help, leaving, and the question whether somebody is still there."""

from __future__ import annotations

from kiosk.pages.page import ButtonStyle, Choice, Layout, Page, Panel
from kiosk.pages.press import Press
from kiosk.ports import Bell
from kiosk.visit.reference_data import ReferenceData
from kiosk.visit.stages import Stage
from kiosk.visit.state import Visit
from kiosk.visit.step_parts.draft import is_kept
from kiosk.visit.step_parts.help_call import offers_remote


def help_page(visit: Visit, book: ReferenceData) -> Page:
    """Return the page with telephone numbers and the state of the call for a helper."""
    words, terminal, hours = book.words["help"], book.settings.terminal, book.settings.help
    guide = (Choice(Press.READ_GUIDE, words["guide"]),) if visit.stage is Stage.IDLE else ()
    signs = (Choice(Press.SIGNS, book.words["signs"]["title"]),) if book.signs.films else ()
    comes = visit.help.bell in (Bell.RINGING, Bell.COMING)  # so nobody has to look from afar
    afar = offers_remote(visit, book) and not comes
    remote = (Choice(Press.ASK_REMOTE, words["remote"]),) if afar else ()
    off = (Choice(Press.CALL_OFF, words["cancel"]),) if visit.help.bell else ()
    return Page(
        name="help",
        layout=Layout.MESSAGE,
        title=words["title"],
        sentence=words[f"sentence_{visit.help.bell.value}" if visit.help.bell else "sentence"],
        panel=Panel(
            words["heading"],
            (
                terminal.phone,
                words["hours"].format(hours=hours.hours),
                words["point"].format(point=book.point.name),
                words["maintainer"].format(
                    phone=hours.maintainer_phone, hours=hours.maintainer_hours
                ),
            ),
        ),
        hint_icon="bell" if comes else "",
        choices=(
            *off,
            *signs,
            *guide,
            *remote,
            Choice(Press.STAY, words["close"], tone=ButtonStyle.PRIMARY),
        ),
    )


def signs_page(visit: Visit, book: ReferenceData) -> Page:
    """Return the page with one film in sign language; that about the visit's stage comes first."""
    words, films = book.words["signs"], book.signs.beginning_at(visit.stage)
    film = films[visit.display.leaf % len(films)]
    more = Choice(Press.TURN, words["next"])
    return Page(
        name="signs",
        layout=Layout.PICTURE,
        title=words["title"],
        sentence=words["sentence"],
        film=film.file,
        pill=film.words,
        choices=(
            *((more,) if len(films) > 1 else ()),
            Choice(Press.STAY, words["close"], tone=ButtonStyle.PRIMARY),
        ),
    )


def remote_help_page(_visit: Visit, book: ReferenceData) -> Page:
    """Return the page that asks whether a helper in the control room may look."""
    words = book.words["remote_help"]
    voice = words["voice"].format(phone=book.settings.terminal.phone)
    return Page(
        name="remote_help",
        layout=Layout.MESSAGE,
        title=words["title"],
        sentence=words["sentence"],
        panel=Panel(words["heading"], (words["person"], words["pages"], voice)),
        choices=(
            Choice(Press.STAY, words["decline"]),
            Choice(Press.AGREE_REMOTE, words["agree"], tone=ButtonStyle.PRIMARY),
        ),
    )


def leave_page(visit: Visit, book: ReferenceData) -> Page:
    """Return the page that asks whether to leave, and says whether a draft is kept."""
    words = book.words["quit"]
    kept = words["kept"].format(hours=book.settings.visit.draft_hours)
    return Page(
        name="quit",
        layout=Layout.MESSAGE,
        title=words["title"],
        sentence=kept if is_kept(visit) or visit.facts.draft else words["sentence"],
        choices=(
            Choice(Press.QUIT_YES, words["yes"]),
            Choice(Press.STAY, words["stay"], tone=ButtonStyle.PRIMARY),
        ),
    )


def still_here_page(_visit: Visit, book: ReferenceData) -> Page:
    """Return the page that asks whether somebody is still there."""
    words = book.words["still_here"]
    return Page(
        name="still_here",
        layout=Layout.MESSAGE,
        title=words["title"],
        sentence=words["sentence"],
        choices=(Choice(Press.STAY, words["stay"], tone=ButtonStyle.PRIMARY),),
    )
