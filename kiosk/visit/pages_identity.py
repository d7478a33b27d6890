"""The pages before a person is known: idle, guide, notice, card, proof, other proof, leaflet."""

from __future__ import annotations

from kiosk.application.document import Way
from kiosk.visit.handbook import Handbook
from kiosk.visit.page import Act, Choice, Layout, Page, Panel, Row, Said, Tone
from kiosk.visit.state import Visit


def sentence_or_failure(visit: Visit, book: Handbook, sentence: str) -> str:
    """Return what just went wrong, in words, or the page's own sentence."""
    return book.failures[visit.failure].sentence if visit.failure else sentence


def idle(_visit: Visit, book: Handbook) -> Page:
    words = book.words["idle"]
    return Page(
        name="idle",
        layout=Layout.IDLE,
        title=words["title"],
        sentence=words["sentence"],
        picture="branch",
        pill=words["pill"],
        choices=(
            Choice(
                Act.START_SELF,
                words["self"],
                tone=Tone.PRIMARY,
                picture="me",
                under=words["self_under"],
                arrow=True,
            ),
            Choice(Act.START_PROXY, words["proxy"], icon="users", under=words["proxy_under"]),
            Choice(Act.ASK_PROGRESS, words["progress"], icon="path", under=words["progress_under"]),
            Choice(
                Act.HELP, words["help"], tone=Tone.HELP, icon="headset", under=words["help_under"]
            ),
        ),
    )


def out_of_service(visit: Visit, book: Handbook) -> Page:
    words, terminal = book.words["out_of_service"], book.settings.terminal
    said = sentence_or_failure(visit, book, words["sentence"])
    return Page(
        name="out_of_service",
        layout=Layout.MESSAGE,
        title=words["title"],
        sentence=said,
        panel=Panel(words["heading"], (terminal.phone, terminal.maintainer)),
        mend=True,
    )


def scan(visit: Visit, book: Handbook) -> Page:
    words = book.words["scan"]
    return Page(
        name="scan",
        layout=Layout.MESSAGE,
        title=words["title"],
        sentence=sentence_or_failure(visit, book, words["sentence"]),
        step=1,
        hint_icon="" if visit.failure else "frame-corners",
        panel=Panel(words["heading"], tuple(words["lines"])),
        mend=visit.failure is not None,
    )


def notice(visit: Visit, book: Handbook) -> Page:
    words = book.words["notice"]
    if visit.way is Way.PROXY:
        words = {**words, **book.words["notice_proxy"]}
    return Page(
        name="notice",
        layout=Layout.NOTICE,
        title=words["title"],
        sentence=words["sentence"],
        step=1,
        rows=(
            Row(words["bring"], words["bring_under"], icon="identification-card"),
            Row(words["time"], words["time_under"], icon="clock"),
            Row(words["privacy"], words["privacy_under"], icon="lock-key"),
        ),
        panel=Panel(words["question"], (words["face"], words["no_face"])),
        choices=(
            Choice(Act.AGREE, words["agree"], tone=Tone.EQUAL, icon="scan-smiley"),
            Choice(
                Act.AGREE_WITHOUT_FACE,
                words["agree_without_face"],
                tone=Tone.EQUAL,
                icon="credit-card",
            ),
        ),
    )


def card(visit: Visit, book: Handbook) -> Page:
    words = book.words["card"]
    return Page(
        name="card",
        layout=Layout.PICTURE,
        title=words["title"],
        sentence=sentence_or_failure(visit, book, words["sentence"]),
        step=1,
        picture="card_on_reader",
        pill=words["pill"],
        choices=(Choice(Act.NO_CARD, words["no_card"]),),
        mend=visit.failure is not None,
    )


def proof(visit: Visit, book: Handbook) -> Page:
    words, coach = book.words["proof"], book.words["coach"]
    hint = coach[visit.hint.value] if visit.hint else words["ready"]
    choices = [Choice(Act.DECLINE_FACE, words["decline"])]
    if not visit.turn_only:
        choices.append(Choice(Act.TURN_ONLY, words["turn_only"]))
    return Page(
        name="proof",
        layout=Layout.CAMERA,
        title=words["title"],
        sentence=sentence_or_failure(visit, book, words["sentence"]),
        step=1,
        spoken=(Said(hint),),
        hint=hint,
        hint_icon=visit.hint.value if visit.hint else "ready",
        choices=tuple(choices),
        credit=words["credit"] if book.settings.banner else "",
        mend=visit.failure is not None,
    )


def other_proof(visit: Visit, book: Handbook) -> Page:
    words = book.words["other_proof"]
    lines = tuple(line.format(phone=book.settings.terminal.phone) for line in words["lines"])
    choices = [Choice(Act.NO_OTHER_PROOF, words["none"])]
    if visit.card is not None:
        choices.append(Choice(Act.VOUCH, words["vouch"]))
    if visit.card is None:
        choices.append(Choice(Act.TRY_AGAIN, words["try_card"], tone=Tone.PRIMARY))
    elif visit.tries < book.settings.face.tries:
        choices.append(Choice(Act.TRY_AGAIN, words["try_face"], tone=Tone.PRIMARY))
    return Page(
        name="other_proof",
        layout=Layout.MESSAGE,
        title=words["title"],
        sentence=sentence_or_failure(visit, book, words["sentence"]),
        step=1,
        panel=Panel(words["heading"], lines),
        choices=tuple(choices),
        mend=visit.failure is not None,
    )


def leaflet(visit: Visit, book: Handbook) -> Page:
    words = book.words["leaflet"]
    lines = tuple(line.format(phone=book.settings.terminal.phone) for line in words["lines"])
    return Page(
        name="leaflet",
        layout=Layout.MESSAGE,
        title=words["title"],
        sentence=sentence_or_failure(visit, book, words["sentence"]),
        step=1,
        panel=Panel(words["heading"], lines),
        choices=(Choice(Act.DONE, words["done"], tone=Tone.PRIMARY),),
        mend=visit.failure is not None,
    )
