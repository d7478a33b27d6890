"""Pages of the authority to act for somebody: relation, scope, term and its evidence."""

from __future__ import annotations

from kiosk.application.document import Way
from kiosk.civil_time import civil_day
from kiosk.date_words import day_words, full_day_words
from kiosk.pages.page import ButtonStyle, Choice, Layout, Page, Panel, Row, Said
from kiosk.pages.press import Press
from kiosk.visit.page_parts.number_entry import STEP, keypad
from kiosk.visit.page_parts.wording import sentence_or_failure
from kiosk.visit.pagination import cut
from kiosk.visit.reference_data import ReferenceData
from kiosk.visit.state import Visit, card_of
from kiosk.visit.steps.authority.actions import MOST_PAGES, Point, days_back, open_point

DAY_GROUPS = (4, 2, 2)


def authority_page(visit: Visit, book: ReferenceData) -> Page:
    """Return the page that asks for the statement that is open."""
    match open_point(visit):
        case Point.SIGN:
            return _sign(visit, book)
        case Point.PAPER:
            return _paper(visit, book)
        case Point.PRESENCE:
            return presence(visit, book)
        case Point.UNTIL:
            return keypad(visit, book, ("authority", "until"), DAY_GROUPS)
        case point:
            return _options(visit, book, point)


def _options(visit: Visit, book: ReferenceData, point: Point) -> Page:
    words = book.words["authority"]
    parts = cut(_rows(visit, book, point), visit.display.view)
    more = (Choice(Press.MORE, words["more"], arrow=True),) if len(parts) > 1 else ()
    sentence = words[f"{point}_sentence"].format(days=book.authority.back_days)
    return Page(
        name=f"authority_{point}",
        layout=Layout.OPTIONS,
        title=words[f"{point}_title"],
        sentence=sentence_or_failure(visit, book, sentence),
        step=STEP,
        rows=parts[visit.display.part % len(parts)],
        choices=more,
        mend=visit.failure is not None,
    )


def _rows(visit: Visit, book: ReferenceData, point: Point) -> tuple[Row, ...]:
    if point is Point.DAY:
        return _days(visit, book)
    rules = book.authority
    said = {
        Point.RELATION: rules.relations,
        Point.SCOPE: rules.scopes,
        Point.EVIDENCE: rules.evidence,
        Point.REASON: rules.reasons,
        Point.TERM: {name: term.words for name, term in rules.terms.items()},
    }
    under = book.words["authority"]["evidence_under"] if point is Point.EVIDENCE else {}
    return tuple(
        Row(words, under.get(name, ""), value=name, act=Press.PICK)
        for name, words in said[point].items()
    )


def _days(visit: Visit, book: ReferenceData) -> tuple[Row, ...]:
    assert visit.identity.consent is not None
    today, words = civil_day(visit.identity.consent.at), book.words["authority"]["day_words"]
    return tuple(
        Row(words.format(day=day_words(day), ago=(today - day).days), value=day.isoformat(),
            act=Press.PICK)
        for day in days_back(today, book)
    )  # fmt: skip


def _sign(visit: Visit, book: ReferenceData) -> Page:
    words, said = book.words["authority"], visit.on_behalf.authority
    assert said.until is not None
    rows = (
        Row(card_of(visit).name, label=words["whose"]),
        Row(
            visit.on_behalf.proxy.name if visit.on_behalf.proxy else words["staff"],
            label=words["who"],
        ),
        Row(book.authority.scopes[said.scope], label=words["what"]),
        Row(full_day_words(said.until), label=words["until"]),
    )
    return Page(
        name="authority_sign",
        layout=Layout.SIGN,
        title=words["sign_title"],
        sentence=sentence_or_failure(visit, book, words["sign_sentence"]),
        spoken=tuple(Said(f"{row.label} {row.words}", private=True) for row in rows),
        step=STEP,
        rows=rows,
        panel=Panel(words["sign_here"]),
        ink=said.ink,
        choices=(
            Choice(Press.AUTHORISE, words["authorise"], tone=ButtonStyle.PRIMARY, arrow=True),
            Choice(Press.CLEAR_INK, words["clear"], icon="eraser"),
        ),
        mend=visit.failure is not None,
    )


def _paper(visit: Visit, book: ReferenceData) -> Page:
    words, pages = book.words["authority"], visit.on_behalf.authority.pages
    window = "_window" if visit.on_behalf.way is Way.BACK_ENTRY else ""
    sentence = words["paper_sentence_more" if pages else "paper_sentence"]
    if not book.settings.paper_camera.url:
        sentence = words["no_camera"]
    return Page(
        name="authority_paper",
        layout=Layout.PICTURE,
        title=words[f"paper_title{window}"],
        sentence=sentence_or_failure(visit, book, sentence),
        step=STEP,
        picture="paper_under_camera",
        pill=words["capturing"] if visit.papers.capturing else "",
        panel=Panel(words[f"paper_why{window}"]),
        choices=_paper_choices(visit, book),
        mend=visit.failure is not None,
    )


def _paper_choices(visit: Visit, book: ReferenceData) -> tuple[Choice, ...]:
    words, pages = book.words["authority"], visit.on_behalf.authority.pages
    if visit.papers.capturing or not book.settings.paper_camera.url:
        return ()
    if not pages:
        return (Choice(Press.CAPTURE, words["capture"], tone=ButtonStyle.PRIMARY),)
    onward = Choice(Press.AUTHORISE, words["authorise"], tone=ButtonStyle.PRIMARY, arrow=True)
    more = Choice(Press.CAPTURE, words["capture_more"])
    return (more, onward) if len(pages) < MOST_PAGES else (onward,)


def presence(visit: Visit, book: ReferenceData) -> Page:
    """Return the page that asks the person, not who acts, to agree to a face check."""
    words, notice = book.words["presence"], book.words["notice"]
    return Page(
        name="authority_presence",
        layout=Layout.NOTICE,
        title=words["title"],
        sentence=sentence_or_failure(visit, book, words["sentence"]),
        step=STEP,
        rows=(
            Row(words["who"], words["who_under"], icon="identification-card"),
            Row(words["staff"], words["staff_under"], icon="headset"),
        ),
        panel=Panel(words["question"], (notice["face"], words["no_face"])),
        choices=(
            Choice(Press.AGREE, notice["agree"], tone=ButtonStyle.EQUAL, icon="scan-smiley"),
            Choice(
                Press.AGREE_WITHOUT_FACE,
                notice["agree_without_face"],
                tone=ButtonStyle.EQUAL,
                icon="credit-card",
            ),
        ),
    )


def unconfirmed_page(visit: Visit, book: ReferenceData) -> Page:
    """Return the overlay that says what the person has to do, and what is hidden until then."""
    words = book.words[
        "unconfirmed_window" if visit.on_behalf.way is Way.BACK_ENTRY else "unconfirmed"
    ]
    days = book.authority.confirm_days
    return Page(
        name="unconfirmed",
        layout=Layout.MESSAGE,
        title=words["title"],
        sentence=words["sentence"],
        step=STEP,
        panel=Panel(words["heading"], tuple(line.format(days=days) for line in words["lines"])),
        choices=(Choice(Press.STAY, words["close"], tone=ButtonStyle.PRIMARY, arrow=True),),
    )
