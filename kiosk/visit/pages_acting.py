"""The pages of who acts for somebody else: for whom, by what authority, and who looks again."""

from __future__ import annotations

from kiosk.application.document import Way
from kiosk.civil_time import civil_day
from kiosk.staff.roles import Right
from kiosk.visit.acting import NUMBER_PLACES
from kiosk.visit.authorising import MOST_PAGES, Point, days_back, open_point
from kiosk.visit.handbook import Handbook
from kiosk.visit.lists import cut
from kiosk.visit.page import Act, Choice, Layout, NumberField, Page, Panel, Row, Said, Tone
from kiosk.visit.pages_identity import sentence_or_failure
from kiosk.visit.pages_presence import presence
from kiosk.visit.pages_staff import door
from kiosk.visit.pages_writing import NAMED, Asked, written
from kiosk.visit.promised_dates import day_words
from kiosk.visit.state import Visit, card_of

NUMBER_GROUPS = (6, 4, 4, 4)
DAY_GROUPS = (4, 2, 2)
LAST_PLACE = "X"
STEP = 1


def other_filing(visit: Visit, book: Handbook) -> Page:
    words = book.words["other_filing"]
    rows = [Row(words["absent"], words["absent_under"], act=Act.FILE_ABSENT)]
    if visit.staff is not None and visit.staff.may(Right.BACK_ENTRY):
        rows.append(Row(words["back_entry"], words["back_entry_under"], act=Act.BACK_ENTER))
    return Page(
        name="other_filing",
        layout=Layout.OPTIONS,
        title=words["title"],
        sentence=words["sentence"],
        rows=tuple(rows),
    )


def principal(visit: Visit, book: Handbook) -> Page:
    if not visit.typing:
        return _card(visit, book)
    if visit.principal is None:
        return _number(visit, book)
    return _name(visit, book) if not visit.principal.name else _copy(visit, book)


def _card(visit: Visit, book: Handbook) -> Page:
    words = book.words["principal"]
    window = "_window" if visit.way is Way.BACK_ENTRY else ""
    has_camera = bool(book.settings.paper_camera.url)
    return Page(
        name="principal",
        layout=Layout.PICTURE,
        title=words[f"title{window}"],
        sentence=sentence_or_failure(visit, book, words[f"sentence{window}"]),
        step=STEP,
        picture="card_on_reader",
        pill=words["pill"],
        choices=(Choice(Act.NO_CARD, words["no_card"]),) if has_camera else (),
        mend=visit.failure is not None,
    )


def _number(visit: Visit, book: Handbook) -> Page:
    corner = last_place(visit, book)
    return _keypad(visit, book, ("principal", "number"), NUMBER_GROUPS, corner)


def last_place(visit: Visit, book: Handbook) -> Choice | None:
    """Return the X that only the last place of an identity number may hold."""
    if len(visit.typed) != NUMBER_PLACES - 1:
        return None
    said = book.words["principal"]["last_place"]
    return Choice(Act.DIGIT, f"{said} {LAST_PLACE}", LAST_PLACE, said=said)


def _keypad(
    visit: Visit,
    book: Handbook,
    name: tuple[str, str],
    groups: tuple[int, ...],
    corner: Choice | None = None,
) -> Page:
    """Return the page on which digits are typed; `name`: of its words, and of its part in them."""
    table, part = name
    words = book.words[table]
    return Page(
        name=f"{table}_{part}",
        layout=Layout.KEYPAD,
        title=words[f"{part}_title"],
        sentence=sentence_or_failure(visit, book, words[f"{part}_sentence"]),
        step=STEP,
        number=NumberField(visit.typed, groups),
        corners=(corner, Choice(Act.ERASE, book.words["form"]["erase"], icon="backspace")),
        choices=(Choice(Act.NEXT, words["next"], tone=Tone.PRIMARY, arrow=True),),
        mend=visit.failure is not None,
    )


def _name(visit: Visit, book: Handbook) -> Page:
    words = book.words["principal"]
    asked = Asked("principal_name", words["name_title"], words["name_sentence"], words["next"])
    return written(visit, book, asked, STEP, NAMED)


def _copy(visit: Visit, book: Handbook) -> Page:
    words = book.words["principal"]
    capture = Choice(Act.CAPTURE, words["capture"], tone=Tone.PRIMARY)
    return Page(
        name="principal_copy",
        layout=Layout.PICTURE,
        title=words["copy_title"],
        sentence=sentence_or_failure(visit, book, words["copy_sentence"]),
        step=STEP,
        picture="paper_under_camera",
        pill=words["capturing"] if visit.capturing else "",
        panel=Panel(words["copy_why"]),
        choices=() if visit.capturing else (capture,),
        mend=visit.failure is not None,
    )


def authority(visit: Visit, book: Handbook) -> Page:
    match open_point(visit):
        case Point.SIGN:
            return _sign(visit, book)
        case Point.PAPER:
            return _paper(visit, book)
        case Point.PRESENCE:
            return presence(visit, book)
        case Point.UNTIL:
            return _keypad(visit, book, ("authority", "until"), DAY_GROUPS)
        case point:
            return _options(visit, book, point)


def _options(visit: Visit, book: Handbook, point: Point) -> Page:
    words = book.words["authority"]
    parts = cut(_rows(visit, book, point), visit.view)
    more = (Choice(Act.MORE, words["more"], arrow=True),) if len(parts) > 1 else ()
    sentence = words[f"{point}_sentence"].format(days=book.authority.back_days)
    return Page(
        name=f"authority_{point}",
        layout=Layout.OPTIONS,
        title=words[f"{point}_title"],
        sentence=sentence_or_failure(visit, book, sentence),
        step=STEP,
        rows=parts[visit.part % len(parts)],
        choices=more,
        mend=visit.failure is not None,
    )


def _rows(visit: Visit, book: Handbook, point: Point) -> tuple[Row, ...]:
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
        Row(words, under.get(name, ""), value=name, act=Act.PICK)
        for name, words in said[point].items()
    )


def _days(visit: Visit, book: Handbook) -> tuple[Row, ...]:
    assert visit.consent is not None
    today, words = civil_day(visit.consent.at), book.words["authority"]["day_words"]
    return tuple(
        Row(words.format(day=day_words(day), ago=(today - day).days), value=day.isoformat(),
            act=Act.PICK)
        for day in days_back(today, book)
    )  # fmt: skip


def _sign(visit: Visit, book: Handbook) -> Page:
    words, said = book.words["authority"], visit.authority
    assert said.until is not None
    rows = (
        Row(card_of(visit).name, label=words["whose"]),
        Row(visit.proxy.name if visit.proxy else words["staff"], label=words["who"]),
        Row(book.authority.scopes[said.scope], label=words["what"]),
        Row(f"{said.until.year}年{day_words(said.until)}", label=words["until"]),
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
            Choice(Act.AUTHORISE, words["authorise"], tone=Tone.PRIMARY, arrow=True),
            Choice(Act.CLEAR_INK, words["clear"], icon="eraser"),
        ),
        mend=visit.failure is not None,
    )


def _paper(visit: Visit, book: Handbook) -> Page:
    words, pages = book.words["authority"], visit.authority.pages
    window = "_window" if visit.way is Way.BACK_ENTRY else ""
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
        pill=words["capturing"] if visit.capturing else "",
        panel=Panel(words[f"paper_why{window}"]),
        choices=_paper_choices(visit, book),
        mend=visit.failure is not None,
    )


def _paper_choices(visit: Visit, book: Handbook) -> tuple[Choice, ...]:
    words, pages = book.words["authority"], visit.authority.pages
    if visit.capturing or not book.settings.paper_camera.url:
        return ()
    if not pages:
        return (Choice(Act.CAPTURE, words["capture"], tone=Tone.PRIMARY),)
    onward = Choice(Act.AUTHORISE, words["authorise"], tone=Tone.PRIMARY, arrow=True)
    more = Choice(Act.CAPTURE, words["capture_more"])
    return (more, onward) if len(pages) < MOST_PAGES else (onward,)


def second(visit: Visit, book: Handbook) -> Page:
    return door(visit, book, "second", step=5)
