"""What does a person see and hear? One page as a value; screens/ only draws it.

Words are plain Chinese. What is said stands on the page, too: title, sentence, and what the page
adds in `spoken`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum


class Act(StrEnum):
    """Everything a press can mean. The transition table decides what follows."""

    START_SELF = "start_self"
    START_PROXY = "start_proxy"
    ASK_PROGRESS = "ask_progress"
    CONTINUE = "continue"  # what was begun on a telephone
    READ_GUIDE = "read_guide"
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
    HAND_IN = "hand_in"  # what an office had asked for
    STAFF = "staff"
    RETEST = "retest"  # look at everything again
    SHEET = "sheet"  # the readiness report
    EXPORT = "export"  # it as files
    GUIDED = "guided"  # the guided tests
    SEEK = "seek"  # which devices hang here?
    WRITE = "write"  # the found addresses, or the stick's settings, into this machine's
    IMPORT = "import"  # which settings does a stick bring?
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
    DIGIT = "digit"  # value: one digit
    ERASE = "erase"
    SPELL = "spell"  # value: one Latin letter of a reading
    CHARACTER = "character"  # value: what is written next
    JOIN = "join"  # value: how many of the last characters make one, and which
    RARE = "rare"  # how is a rare character written?
    OTHER_HAND = "other_hand"  # write with the finger, or by letters
    NONE_OF_IT = "none_of_it"  # "没有手机"
    PICK = "pick"  # value: the option
    LETTERS = "letters"  # look for a place by its first letter
    LETTER = "letter"  # value: a group of first letters
    PROMISE = "promise"
    CAPTURE = "capture"
    KEEP_PICTURE = "keep_picture"  # of a paper, after looking at it
    BRING_LATER = "bring_later"
    CONFIRM = "confirm"  # sent by the first stroke in the signing field
    CLEAR_INK = "clear_ink"
    MARK = "mark"  # sign by a key, for whoever holds no pen
    CHANGE = "change"
    SIGNED = "signed"
    RATE = "rate"  # value: 5..1
    SKIP = "skip"
    DONE = "done"
    CONFIRM_CARD = "confirm_card"  # it says what was read with doubts
    REFUSE_CARD = "refuse_card"  # it says something else, or nobody of the staff comes
    CONFIRM_FILING = "confirm_filing"  # what somebody filed in the person's name
    REFUSE_FILING = "refuse_filing"
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
    CALL_OFF = "call_off"  # no helper is needed any more


class Layout(StrEnum):
    """The layouts of screens/layouts/, one module each."""

    IDLE = "idle"
    NOTICE = "notice"
    PICTURE = "picture"
    CAMERA = "camera"
    DATES = "dates"
    LIST = "list"
    DESK = "desk"
    KEYPAD = "keypad"
    OPTIONS = "options"
    FACTS = "facts"
    WRITE = "write"
    SIGN = "sign"
    RECEIPT = "receipt"
    MESSAGE = "message"
    STATUS = "status"  # cards that say how each part of the machine is
    POINTS = "points"  # nine to be touched


class Tone(StrEnum):
    """How a choice looks. At most one PRIMARY a page."""

    PRIMARY = "primary"
    SECOND = "second"
    EQUAL = "equal"  # two of these, same size and tone: the consent pair
    HELP = "help"  # apricot: a human


class Tick(StrEnum):
    """The box in front of a list row."""

    ON = "on"
    OFF = "off"
    NOT_NEEDED = "not_needed"  # sand, a dash, and the reason; pressed, it says why
    NONE = "none"  # no box at all


class TextSize(IntEnum):
    """The 大字 switch."""

    NORMAL = 0
    LARGE = 1
    LARGEST = 2


class Volume(IntEnum):
    """The three steps of the loudspeaker."""

    QUIET = 0
    MIDDLE = 1
    LOUD = 2


class Pace(StrEnum):
    """How fast sentences are said."""

    USUAL = "usual"
    SLOW = "slow"


class Contrast(StrEnum):
    """The two colour themes."""

    LIGHT = "light"
    HIGH = "high_contrast"


class Reach(StrEnum):
    """Up to where a hand comes; who sits in a wheelchair finds everything pressable lower."""

    STANDING = "standing"
    SEATED = "seated"


@dataclass(frozen=True)
class View:
    """How pages are drawn and said for this person; reset at the end of the visit."""

    text_size: TextSize = TextSize.NORMAL
    contrast: Contrast = Contrast.LIGHT
    volume: Volume = Volume.MIDDLE
    pace: Pace = Pace.USUAL
    reach: Reach = Reach.STANDING


@dataclass(frozen=True)
class Said:
    """A phrase that stands on the page and is said; private ones never by the loudspeaker.

    Of proper and private ones what nobody recorded is said syllable by syllable.
    """

    words: str
    private: bool = False
    proper: bool = False


@dataclass(frozen=True)
class Choice:
    """Something pressable. `arrow` only when the press turns the page."""

    act: Act
    words: str
    value: str = ""
    tone: Tone = Tone.SECOND
    icon: str = ""
    picture: str = ""
    under: str = ""  # a second, smaller line
    arrow: bool = False
    chosen: bool = False  # an option that is already picked
    said: str = ""  # what is heard instead of the words


@dataclass(frozen=True)
class Row:
    """One row of a list: a tickable service, a fact, or an option. `act` None: not pressable."""

    words: str
    reason: str = ""
    value: str = ""
    tick: Tick = Tick.NONE
    act: Act | None = None
    icon: str = ""
    group: str = ""  # a heading is drawn above the first row of each group
    label: str = ""  # FACTS and SIGN: the small word left of `words`
    mend: bool = False  # marked as wrong: rust, with glyph and word
    private: bool = False  # of a person: never said by the loudspeaker


@dataclass(frozen=True)
class Figure:
    """How many there are of something, "" when nobody knows; `mend`: somebody has to see to it."""

    number: str
    words: str
    mend: bool = False


@dataclass(frozen=True)
class StatusCard:
    """How one part of the machine is, in a plain phrase; `good` None: it is not known yet."""

    words: str
    phrase: str
    icon: str
    good: bool | None = None


@dataclass(frozen=True)
class NumberField:
    """Digits as they are typed, in the groups in which they are spoken (3-4-4)."""

    digits: str
    groups: tuple[int, ...]


@dataclass(frozen=True)
class Writing:
    """A text as it is written: what stands, the letters of the next character, what may follow.

    `by_hand`: there is a field for the finger in place of the letters, with these words on it.
    """

    text: str
    letters: str
    follow: str
    by_hand: bool = False
    here: str = ""


@dataclass(frozen=True)
class TimeBar:
    """The dates page, all in words; `share` is where the statutory month stands, 0..1."""

    hero: str
    under: str
    question: str
    here: str
    share: float
    inside: str
    earliest: tuple[str, str, str]  # label, month, remark
    latest: tuple[str, str, str]


@dataclass(frozen=True)
class Stop:
    """One stop on the way after filing."""

    when: str
    what: str
    state: str  # "done", "now", "later"


@dataclass(frozen=True)
class NumberSlip:
    """The number card of the receipt page; an empty `qr` leaves the place of the code empty."""

    label: str
    number: str
    remark: str
    qr: str


@dataclass(frozen=True)
class Panel:
    """The one calm tinted panel of a page: a heading and its lines."""

    heading: str
    lines: tuple[str, ...] = ()


Ink = tuple[tuple[tuple[float, float, float], ...], ...]
"""Strokes of (x mm, y mm, seconds since the first point), origin at the field's upper left."""


@dataclass(frozen=True)
class Page:
    """Everything a layout needs. What a layout does not draw must be left empty.

    `step` is 1..5 for the path, 6 when all five are done, 0 when there is no path.
    `dock` holds five places; None leaves the place empty (a cell is never moved).
    """

    name: str
    layout: Layout
    title: str
    sentence: str
    spoken: tuple[Said, ...] = ()  # pages name what follows title and sentence
    step: int = 0
    picture: str = ""
    photo: int = 0  # PICTURE: the held picture of a paper, in place of a drawing
    pill: str = ""  # calm waiting words
    hint: str = ""  # the coach's apricot words (camera)
    hint_icon: str = ""
    panel: Panel | None = None
    rows: tuple[Row, ...] = ()
    figures: tuple[Figure, ...] = ()  # DESK
    cards: tuple[StatusCard, ...] = ()  # STATUS
    choices: tuple[Choice, ...] = ()
    corners: tuple[Choice | None, Choice] | None = None  # KEYPAD: beside the zero
    count: tuple[str, ...] = ()  # footer text beside the primary (LIST)
    number: NumberField | None = None
    writing: Writing | None = None
    time_bar: TimeBar | None = None
    stops: tuple[Stop, ...] = ()
    slip: NumberSlip | None = None
    ink: Ink = ()
    banner: str = ""  # "simulated", painted on every page of demo and training
    credit: str = ""  # who the simulated person in the mirror is
    dock: tuple[Choice | None, ...] = (None, None, None, None, None)
    voice: tuple[Choice, ...] = ()  # beside 再听: slower, louder
    sight: tuple[Choice, ...] = ()  # beside 大字: the other contrast, lower
    focus: tuple[Act, str] | None = None  # what the keys stand on; a ring is drawn around it
    focus_said: tuple[Said, ...] = ()  # what is heard of it
    view: View = View()
    mend: bool = False  # MESSAGE: something to mend (rust glyph) rather than a plain word

    def presses(self) -> tuple[Choice, ...]:
        """Return every choice on the page, dock included, in reading order."""
        maybe = (*self.choices, *(self.corners or ()), *self.dock, *self.voice, *self.sight)
        return tuple(choice for choice in maybe if choice is not None)
