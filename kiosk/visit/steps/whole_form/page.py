"""The page that shows the merged form, a page of it at a time."""

from __future__ import annotations

from kiosk.pages.page import ButtonStyle, Choice, Layout, Page
from kiosk.pages.press import Press
from kiosk.visit.records.filing import FormCopy
from kiosk.visit.reference_data import ReferenceData
from kiosk.visit.state import Visit
from kiosk.visit.step_parts.form_copies import copy_choices


def whole_form_page(visit: Visit, book: ReferenceData) -> Page:
    """Return the page with the picture of the form, and the way back to the signature."""
    words, shown = book.words["whole_form"], visit.signature.form
    failed = book.failures[visit.failure].sentence if visit.failure else ""
    more = Choice(Press.MORE, words["more"])
    back = Choice(Press.DONE, words["done"], tone=ButtonStyle.PRIMARY)
    copy, choices = visit.signature.copy, [back]
    if shown is not None and copy is not FormCopy.PRINTING:
        choices[:0] = [*copy_choices(visit, book, words["print"]), *[more] * (shown.pages > 1)]
    return Page(
        name="whole_form",
        layout=Layout.PICTURE,
        title=words["title"],
        sentence=failed or words[copy.value or ("sentence" if shown else "drawing")],
        step=5,
        picture="" if shown else "sign_with_finger",
        photo=shown.number if shown else 0,
        choices=tuple(choices),
        mend=bool(failed),
    )
