"""Where can a visit stand, and what may a person or device bring about? Names only."""

from __future__ import annotations

from enum import StrEnum


class Stage(StrEnum):
    """The stages of docs/architecture.md, "The visit"."""

    IDLE = "idle"
    OUT_OF_SERVICE = "out_of_service"
    GUIDE = "guide"
    NOTICE = "notice"
    CARD = "card"
    PROOF = "proof"
    OTHER_PROOF = "other_proof"
    LEAFLET = "leaflet"
    FACTS = "facts"
    CONFIRMING = "confirming"  # 本人确认: was what somebody filed the person's wish?
    PROGRESS = "progress"
    CHOOSE = "choose"
    FORM = "form"
    MATERIALS = "materials"
    REVIEW = "review"
    SIGNING = "signing"
    SUBMITTING = "submitting"
    RECEIPT = "receipt"
    RATING = "rating"
    WIPING = "wiping"
    LOGIN = "login"  # of the staff: card, then PIN
    DESK = "desk"
    HANDOVER = "handover"  # 交班: one of the staff leaves, another comes
    REPORT = "report"  # of the month
    CORRECTING = "correcting"  # 补正
    VOUCHING = "vouching"  # 人工核验
    FINDING = "finding"  # a case, by the code on its slip
    SLIP = "slip"  # what is known of the case that a slip names, and of nobody
    PRINCIPAL = "principal"  # for whom?
    AUTHORITY = "authority"  # 委托
    WITNESS = "witness"  # somebody of the staff beside the person who is acted for
    SCAN = "scan"  # of a code on a telephone
    SECOND = "second"  # a second pair of eyes before it is sent
    CODE = "code"  # of a technician: the second factor
    MAINTENANCE = "maintenance"
    SHEET = "sheet"  # the readiness report, line by line
    GUIDED = "guided"  # tests that a technician does with the machine
    SEEKING = "seeking"  # which devices hang here?
    IMPORTING = "importing"  # which settings does a stick bring?


class Overlay(StrEnum):
    """A page that lies on top of the stage's page and changes nothing below it."""

    NONE = ""
    HELP = "help"
    QUIT = "quit"
    STILL_HERE = "still_here"
    CHANGE = "change"  # what is to be corrected?
    OTHER_TIME = "other_time"  # earlier or later?
    OTHER_WAY = "other_way"  # another way into retirement?
    WHY = "why"  # why is this service not needed?
    ENTRY = "entry"  # one service of the guide
    LETTERS = "letters"  # which first letter?
    RARE = "rare"  # how is a rare character written?
    PLAN = "plan"  # what happens now?
    FILED_SERVICES = "filed_services"  # which services did somebody file in the person's name?
    UNCONFIRMED = "unconfirmed"  # what has the person to do whom somebody files for?
    OTHER_FILING = "other_filing"  # the desk's ways besides filing for who stands beside
