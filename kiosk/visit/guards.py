"""Does a row of the table hold now? Pure questions about the visit, named by the rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk.application.document import Way
from kiosk.failures import Failure
from kiosk.retirement.materials import Resolution
from kiosk.retirement.questions import Asking, check_answer
from kiosk.visit import answering as reply
from kiosk.visit.cool_down import SPENT_BY_TRYING
from kiosk.visit.draft import is_filing
from kiosk.visit.events import (
    CardFailed,
    FaceFailed,
    FactsKnown,
    Happening,
    PaperCaptured,
    Press,
)
from kiosk.visit.fetched import part_count
from kiosk.visit.lists import cut_services
from kiosk.visit.state import (
    Purpose,
    Visit,
    asked,
    chosen,
    open_papers,
    paper_set,
    sees_facts,
)

if TYPE_CHECKING:
    from kiosk.visit.context import Context

WORST_GOOD_GRADE = 3  # 基本满意; below it a reason is asked (好差评)


def always(_visit: Visit, _what: Happening, _context: Context) -> bool:
    """Hold."""
    return True


def not_first_part(visit: Visit, _what: Happening, _context: Context) -> bool:
    """Tell whether a list stands on a later part."""
    return visit.part > 0


def face_agreed(visit: Visit, _what: Happening, _context: Context) -> bool:
    """Tell whether the person agreed to the face check."""
    return visit.consent is not None and visit.consent.face


def card_expired(_visit: Visit, what: Happening, _context: Context) -> bool:
    """Tell whether the card's time is over."""
    return isinstance(what, CardFailed) and what.failure is Failure.CARD_EXPIRED


def no_card_yet(visit: Visit, _what: Happening, _context: Context) -> bool:
    """Tell whether no card was read yet."""
    return visit.card is None


def tries_left(visit: Visit, what: Happening, context: Context) -> bool:
    """Tell whether another face check makes sense."""
    spent = isinstance(what, FaceFailed) and what.failure in SPENT_BY_TRYING
    face = context.book.settings.face
    in_time = (
        visit.face_began is None
        or (context.moment - visit.face_began).total_seconds() < face.seconds_in_all
    )
    return spent and in_time and visit.tries + 1 < face.tries


def face_possible(visit: Visit, _what: Happening, context: Context) -> bool:
    """Tell whether tries are left for a person who now wants the face check."""
    return visit.tries < context.book.settings.face.tries


def eyes_are_asked(visit: Visit, _what: Happening, _context: Context) -> bool:
    """Tell whether the face check may ask for closed eyes."""
    return not visit.turn_only


def case_is_open(_visit: Visit, what: Happening, _context: Context) -> bool:
    """Tell whether this person has a case under way."""
    return isinstance(what, FactsKnown) and bool(what.facts.open_case)


def facts_are_hidden(visit: Visit, _what: Happening, _context: Context) -> bool:
    """Tell whether nothing may be shown that offices know: it was not asked for, either."""
    return not sees_facts(visit)


def may_see_case(visit: Visit, _what: Happening, _context: Context) -> bool:
    """Tell whether the person's case may be shown: they are proved to be here."""
    return sees_facts(visit)


def came_to_ask(visit: Visit, _what: Happening, _context: Context) -> bool:
    """Tell whether the person came for the progress, not to file."""
    return visit.purpose is Purpose.PROGRESS


def nothing_filed(visit: Visit, _what: Happening, _context: Context) -> bool:
    """Tell whether the offices answered, and there is no case."""
    return visit.shared is not None and not visit.shared.open_case


def may_resume(visit: Visit, _what: Happening, _context: Context) -> bool:
    """Tell whether a draft may be offered now, and nothing that was begun elsewhere is."""
    return is_filing(visit) and visit.begun_by is Way.SELF


def draft_offered(visit: Visit, _what: Happening, _context: Context) -> bool:
    """Tell whether a draft waits for the person's word."""
    return is_filing(visit) and visit.draft is not None


def situation_known(visit: Visit, _what: Happening, _context: Context) -> bool:
    """Tell whether the facts have come, or their absence is known."""
    return visit.situation is not None


def more_facts(visit: Visit, _what: Happening, _context: Context) -> bool:
    """Tell whether another part of the facts follows."""
    return visit.situation is not None and visit.part + 1 < part_count(visit)


def more_services(visit: Visit, _what: Happening, context: Context) -> bool:
    """Tell whether another part of the services follows."""
    return visit.part + 1 < len(cut_services(visit, context.book))


def nothing_chosen(visit: Visit, _what: Happening, context: Context) -> bool:
    """Tell whether no service is left to file."""
    return not chosen(visit, context.book)


def questions_open(visit: Visit, _what: Happening, context: Context) -> bool:
    """Tell whether something must be asked."""
    return bool(asked(visit, context.book))


def answer_wrong(visit: Visit, _what: Happening, context: Context) -> bool:
    """Tell whether the typed answer can't be right."""
    question = reply.current_question(visit, context)
    return check_answer(question, visit.typed, context.today) is not None


def text_asked(visit: Visit, _what: Happening, context: Context) -> bool:
    """Tell whether characters are to be written."""
    return reply.current_question(visit, context).asking is Asking.TEXT


def another_question(visit: Visit, what: Happening, context: Context) -> bool:
    """Tell whether a question follows the typed answer."""
    return bool(asked(reply.answer_typed(visit, what, context), context.book))


def another_after_none(visit: Visit, what: Happening, context: Context) -> bool:
    """Tell whether a question follows "there is none"."""
    return bool(asked(reply.answer_none(visit, what, context), context.book))


def another_after_pick(visit: Visit, what: Happening, context: Context) -> bool:
    """Tell whether a question follows the picked option."""
    return bool(asked(reply.answer_picked(visit, what, context), context.book))


def something_answered(visit: Visit, _what: Happening, _context: Context) -> bool:
    """Tell whether a question was answered."""
    return bool(visit.answers)


def letters_taken(visit: Visit, _what: Happening, _context: Context) -> bool:
    """Tell whether only places of some first letters are listed."""
    return bool(visit.letters)


def papers_open(visit: Visit, _what: Happening, context: Context) -> bool:
    """Tell whether a paper is not settled."""
    return bool(open_papers(visit, context.book))


def papers_settled(visit: Visit, _what: Happening, context: Context) -> bool:
    """Tell whether the person settled a paper that is still needed."""
    return any(need.code in visit.papers for need in paper_set(visit, context.book))


def another_paper(visit: Visit, _what: Happening, context: Context) -> bool:
    """Tell whether a paper follows the present one."""
    return len(open_papers(visit, context.book)) > 1


def may_capture(visit: Visit, _what: Happening, context: Context) -> bool:
    """Tell whether a picture of the present paper will do, and can be taken here."""
    ways = open_papers(visit, context.book)[0].ways
    return bool(context.book.settings.paper_camera.url) and Resolution.CAPTURED in ways


def this_was_captured(visit: Visit, what: Happening, _context: Context) -> bool:
    """Tell whether the picture is of the paper that is still waited for."""
    return isinstance(what, PaperCaptured) and what.code == visit.capturing


def another_after_this(visit: Visit, what: Happening, context: Context) -> bool:
    """Tell whether it is, and another paper follows."""
    return this_was_captured(visit, what, context) and another_paper(visit, what, context)


def change_services(_visit: Visit, what: Happening, _context: Context) -> bool:
    """Tell whether the services are to be changed, not an answer."""
    return isinstance(what, Press) and what.value == "services"


def has_ink(visit: Visit, _what: Happening, _context: Context) -> bool:
    """Tell whether there is any mark at all: with a tremor any mark counts."""
    return bool(visit.ink)


def grade_is_bad(_visit: Visit, what: Happening, _context: Context) -> bool:
    """Tell whether a reason has to be asked for."""
    return isinstance(what, Press) and int(what.value) < WORST_GOOD_GRADE


def was_answered(visit: Visit, what: Happening, _context: Context) -> bool:
    """Tell whether the press names an answer that was given."""
    return isinstance(what, Press) and what.value in visit.answers
