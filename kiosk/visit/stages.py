"""Names of the stages and overlays of a visit.

docs/architecture.md, "The visit", says what happens at each stage and where it leads.
"""

from __future__ import annotations

from enum import StrEnum


class Stage(StrEnum):
    """The stages of docs/architecture.md, "The visit"."""

    IDLE = "idle"
    OUT_OF_SERVICE = "out_of_service"
    GUIDE = "guide"
    PILOT = "pilot"  # 试用: may the pages be timed?
    NOTICE = "notice"
    CARD = "card"
    PROOF = "proof"
    OTHER_PROOF = "other_proof"
    CARD_PIN = "card_pin"  # 社保卡加密码
    PHONE_CODE = "phone_code"  # the platform's code on a telephone
    LEAFLET = "leaflet"
    FACTS = "facts"
    PREPARED = "prepared"  # 免申即享: what the central service prepared is fetched
    OPT_OUT = "opt_out"  # the person wants none of it
    CONFIRMING = "confirming"  # 本人确认: the person decides on what others filed
    PROGRESS = "progress"
    RESULTS = "results"  # what the offices gave, of a proved person
    CHOOSE = "choose"
    FORM = "form"
    MATERIALS = "materials"
    REVIEW = "review"
    WHOLE_FORM = "whole_form"  # 看整张表, before it is signed
    SIGNING = "signing"
    SUBMITTING = "submitting"
    RECEIPT = "receipt"
    RATING = "rating"
    RATINGS = "ratings"  # finished parts that can be rated, and answers to bad ratings
    PART_RATING = "part_rating"  # of one of them
    WIPING = "wiping"
    LOGIN = "login"  # of the staff: card, then PIN
    DESK = "desk"
    HANDOVER = "handover"  # 交班: one of the staff leaves, another comes
    REPORT = "report"  # of the month
    CORRECTING = "correcting"  # 补正
    VOUCHING = "vouching"  # 人工核验
    FINDING = "finding"  # a case, by the code on its slip
    SLIP = "slip"  # what is known of the case that a slip names, and of nobody
    PRINCIPAL = "principal"  # the person somebody acts for
    AUTHORITY = "authority"  # 委托
    WITNESS = "witness"  # somebody of the staff beside the person who is acted for
    SCAN = "scan"  # of a code on a telephone
    SECOND = "second"  # a second pair of eyes before it is sent
    CODE = "code"  # of a technician: the second factor
    MAINTENANCE = "maintenance"
    SHEET = "sheet"  # the readiness report, line by line
    GUIDED = "guided"  # tests that a technician does with the machine
    SEEKING = "seeking"  # devices attached to this machine
    IMPORTING = "importing"  # signed settings from a USB stick


class Overlay(StrEnum):
    """A page that lies on top of the stage's page and changes nothing below it."""

    NONE = ""
    HELP = "help"
    SIGNS = "signs"  # films in sign language
    REMOTE_HELP = "remote_help"  # may a helper in the control room look?
    QUIT = "quit"
    STILL_HERE = "still_here"
    CHANGE = "change"  # what to change before signing
    OTHER_TIME = "other_time"  # another month of retirement
    OTHER_WAY = "other_way"  # another route into retirement
    OUTLOOK = "outlook"  # what a later month of retirement brings
    WHY = "why"  # why a service cannot be had
    ENTRY = "entry"  # one service of the guide
    LETTERS = "letters"  # first letters of places
    RARE = "rare"  # writing of a rare character
    COMMITMENT = "commitment"  # what is promised in place of a paper
    PLAN = "plan"  # dates of each service
    FILED_SERVICES = "filed_services"  # what was filed in the person's name
    FILED_FACTS = "filed_facts"  # what the offices add to it
    UNCONFIRMED = "unconfirmed"  # what the person must do who is filed for
    OTHER_FILING = "other_filing"  # the desk's ways besides filing for who stands beside
