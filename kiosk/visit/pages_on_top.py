"""The pages that lie on top of any other: help, leaving, still here, what to change, how late."""

from __future__ import annotations

from kiosk.visit.draft import is_kept
from kiosk.visit.handbook import Handbook
from kiosk.visit.page import Act, Choice, Layout, Page, Panel, Row, Tone
from kiosk.visit.stages import Stage
from kiosk.visit.state import Visit


def help_page(visit: Visit, book: Handbook) -> Page:
    words, terminal, hours = book.words["help"], book.settings.terminal, book.settings.help
    guide = (Choice(Act.READ_GUIDE, words["guide"]),) if visit.stage is Stage.IDLE else ()
    off = (Choice(Act.CALL_OFF, words["cancel"]),) if visit.bell else ()
    return Page(
        name="help",
        layout=Layout.MESSAGE,
        title=words["title"],
        sentence=words[f"sentence_{visit.bell.value}" if visit.bell else "sentence"],
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
        choices=(*off, *guide, Choice(Act.STAY, words["close"], tone=Tone.PRIMARY)),
    )


def leave(visit: Visit, book: Handbook) -> Page:
    words = book.words["quit"]
    kept = words["kept"].format(hours=book.settings.visit.draft_hours)
    return Page(
        name="quit",
        layout=Layout.MESSAGE,
        title=words["title"],
        sentence=kept if is_kept(visit) or visit.draft else words["sentence"],
        choices=(
            Choice(Act.QUIT_YES, words["yes"]),
            Choice(Act.STAY, words["stay"], tone=Tone.PRIMARY),
        ),
    )


def still_here(_visit: Visit, book: Handbook) -> Page:
    words = book.words["still_here"]
    return Page(
        name="still_here",
        layout=Layout.MESSAGE,
        title=words["title"],
        sentence=words["sentence"],
        choices=(Choice(Act.STAY, words["stay"], tone=Tone.PRIMARY),),
    )


def change(visit: Visit, book: Handbook) -> Page:
    words = book.words["change"]
    rows = [
        Row(words["services"], value="services", act=Act.PICK),
        *(
            Row(question.label, value=question.field, act=Act.PICK)
            for question in book.questions
            if question.field in visit.answers and not question.when
        ),
    ]
    return Page(
        name="change",
        layout=Layout.OPTIONS,
        title=words["title"],
        sentence=words["sentence"],
        step=5,
        rows=tuple(rows[:6]),
        choices=(Choice(Act.STAY, words["none"]),),
    )
