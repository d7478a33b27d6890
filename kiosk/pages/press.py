"""The presses that pages offer."""

from __future__ import annotations

from enum import StrEnum


class Press(StrEnum):
    """The meaning of a press; the transition table decides what follows."""

    START_SELF = "start_self"
    START_PROXY = "start_proxy"
    ASK_PROGRESS = "ask_progress"
    CONTINUE = "continue"  # what was begun on a telephone
    READ_GUIDE = "read_guide"
    RESULTS = "results"  # look at what the offices gave
    NO_SLIP = "no_slip"  # look for a case by the card
    FILE_FOR = "file_for"  # somebody of the staff, for who stands beside
    REPORT = "report"  # the month of the point, and how one's own help was found
    FIND = "find"  # somebody of the staff looks for a case
    HAND_OVER = "hand_over"  # the desk to who comes next
    OTHER_FILING = "other_filing"  # the desk's other ways
    FILE_ABSENT = "file_absent"  # for who is not here
    BACK_ENTER = "back_enter"  # papers that the window accepted earlier
    AUTHORISE = "authorise"  # the authorisation is whole: go on in the person's name
    VOUCH = "vouch"
    USE_PHONE = "use_phone"  # prove by the platform's code on a telephone
    USE_SS_CARD = "use_ss_card"  # prove by social security card and PIN
    HAND_IN = "hand_in"  # what an office had asked for
    STAFF = "staff"
    RETEST = "retest"  # look at everything again
    SHEET = "sheet"  # the readiness report
    EXPORT = "export"  # it as files
    GUIDED = "guided"  # the guided tests
    SEEK = "seek"  # devices attached to this machine
    WRITE = "write"  # the found addresses, or the stick's settings, into this machine's
    IMPORT = "import"  # signed settings from a USB stick
    POINT = "point"  # value: one of the nine points that are touched
    GIVE_UP = "give_up"  # this test can't be passed
    AGREE = "agree"
    AGREE_WITHOUT_FACE = "agree_without_face"
    NO_CARD = "no_card"
    DECLINE_FACE = "decline_face"
    TURN_ONLY = "turn_only"  # the head can be turned, the eyes not closed on demand
    TRY_AGAIN = "try_again"
    NO_OTHER_PROOF = "no_other_proof"
    TOGGLE = "toggle"  # value: service code, or the fact to mark as wrong
    NEXT = "next"
    MORE = "more"  # turn to the next part of a list
    BACK = "back"
    RESUME = "resume"  # go on where this person left off
    START_ANEW = "start_anew"
    OTHER_TIME = "other_time"  # another month than the one offered
    OTHER_WAY = "other_way"  # special work, disability allowance, another post
    WHY = "why"  # value: the service whose answer is to be explained
    INSIST = "insist"  # file it although the shared data speak against it
    PLAN = "plan"  # what happens now, part by part
    PRINT = "print"  # the one notice
    PRINT_CERTIFICATE = "print_certificate"  # of the result that is shown, on A4
    DIGIT = "digit"  # value: one digit
    ERASE = "erase"
    SPELL = "spell"  # value: one Latin letter of a reading
    CHARACTER = "character"  # value: what is written next
    JOIN = "join"  # value: how many of the last characters make one, and which
    RARE = "rare"  # writing of a rare character
    OTHER_HAND = "other_hand"  # write with the finger, or by letters
    NONE_OF_IT = "none_of_it"  # "没有手机"
    PICK = "pick"  # value: the option
    LETTERS = "letters"  # look for a place by its first letter
    LETTER = "letter"  # value: a group of first letters
    COMMITMENT = "commitment"  # the text of what is promised in place of a paper
    PROMISE = "promise"
    CAPTURE = "capture"
    KEEP_PICTURE = "keep_picture"  # of a paper, after looking at it
    DROP_PAGE = "drop_page"  # the last one of a paper that was kept, to take it anew
    ALL_PAGES = "all_pages"  # no page of this paper is left to photograph
    BRING_LATER = "bring_later"
    CONFIRM = "confirm"  # sent by the first stroke in the signing field
    CLEAR_INK = "clear_ink"
    MARK = "mark"  # sign by a key, for whoever holds no pen
    CHANGE = "change"
    WHOLE_FORM = "whole_form"  # look at the merged form
    SIGNED = "signed"
    RATE = "rate"  # value: 5..1
    SKIP = "skip"
    DONE = "done"
    CONFIRM_CARD = "confirm_card"  # it says what was read with doubts
    REFUSE_CARD = "refuse_card"  # it says something else, or nobody of the staff comes
    CONFIRM_FILING = "confirm_filing"  # what somebody filed in the person's name
    REFUSE_FILING = "refuse_filing"
    NO_PREPARING = "no_preparing"  # erase what was prepared, and prepare nothing more
    DECIDE_LATER = "decide_later"
    QUIT = "quit"
    QUIT_YES = "quit_yes"
    STAY = "stay"  # "我还在", and closing a page that lies on top
    REPEAT = "repeat"
    LOUDER = "louder"
    SLOWER = "slower"
    LARGER = "larger"
    CONTRAST = "contrast"
    LOWER = "lower"  # what is pressed comes down to who sits, or up again
    TURN = "turn"  # to the next rows of a page that has room for few
    HELP = "help"
    PHONE = "phone"
    SIGNS = "signs"  # films in sign language
    CALL_OFF = "call_off"  # no helper is needed any more
