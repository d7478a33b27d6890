"""A page as a value: all that a person sees and hears; screens/ only draws it.

Words are plain Chinese. What is said stands on the page, too: title, sentence, and what the page
adds in `spoken`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from kiosk.application.ink import Ink
from kiosk.pages.display import View
from kiosk.pages.press import Press


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


class ButtonStyle(StrEnum):
    """The look of a choice; a page has at most one PRIMARY."""

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


@dataclass(frozen=True)
class Said:
    """A phrase that is said; private ones are never said by the loudspeaker.

    Private and proper phrases that nobody recorded are said syllable by syllable.
    """

    words: str
    private: bool = False
    proper: bool = False


@dataclass(frozen=True)
class Choice:
    """Something pressable; `arrow` only when the press turns the page."""

    act: Press
    words: str
    value: str = ""
    tone: ButtonStyle = ButtonStyle.SECOND
    icon: str = ""
    picture: str = ""
    under: str = ""  # a second, smaller line
    arrow: bool = False
    chosen: bool = False  # an option that is already picked
    said: str = ""  # what is heard instead of the words


@dataclass(frozen=True)
class Row:
    """One row of a list: a service to tick, a fact, or an option; `act` None: not pressable."""

    words: str
    reason: str = ""
    value: str = ""
    tick: Tick = Tick.NONE
    act: Press | None = None
    icon: str = ""
    group: str = ""  # a heading is drawn above the first row of each group
    label: str = ""  # FACTS and SIGN: the small word left of `words`
    mend: bool = False  # marked as wrong: rust, with glyph and word
    private: bool = False  # of a person: never said by the loudspeaker


@dataclass(frozen=True)
class Figure:
    """A number of things, "" when it is unknown; `mend`: somebody has to see to it."""

    number: str
    words: str
    mend: bool = False


@dataclass(frozen=True)
class StatusCard:
    """The state of one part of the machine in a plain phrase; `good` None: not known yet."""

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
    """A text being written: what stands, the letters of the next character, what may follow.

    `by_hand`: there is a field for the finger in place of the letters, with the words `here` on it.
    """

    text: str
    letters: str
    follow: str
    by_hand: bool = False
    here: str = ""


@dataclass(frozen=True)
class TimeBar:
    """The contents of the dates page in words; `share` is the statutory month's place, 0..1."""

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
    """One stop on the way that a case takes after filing."""

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
    """The tinted panel of a page: a heading and its lines."""

    heading: str
    lines: tuple[str, ...] = ()


@dataclass(frozen=True)
class PageWait:
    """The wait of a page for the machine or for an answer.

    `late` are the words that take the sentence's place after so many seconds; `beat` counts the
    seconds, by which its sign shows that the machine goes on.
    """

    late: tuple[tuple[float, str], ...]
    beat: int = 0


@dataclass(frozen=True)
class Page:
    """Everything a layout needs; what it does not draw must be left empty.

    `step` is 1..5 for the path, 6 when all five are done, 0 when there is no path. `dock` holds
    five places; None leaves the place empty (a cell is never moved).
    """

    name: str
    layout: Layout
    title: str
    sentence: str
    spoken: tuple[Said, ...] = ()  # pages name what follows title and sentence
    step: int = 0
    picture: str = ""
    photo: int = 0  # PICTURE: the held picture of a paper, in place of a drawing
    live: bool = False  # PICTURE: what the document camera sees, in place of a drawing
    film: str = ""  # PICTURE: a film in sign language, in place of a drawing
    pill: str = ""  # calm waiting words
    waiting: PageWait | None = None  # something is being done, and nothing has to be pressed
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
    watch: str = ""  # whether a helper in the control room looks, painted above the page
    credit: str = ""  # who the simulated person in the mirror is
    dock: tuple[Choice | None, ...] = (None, None, None, None, None)
    voice: tuple[Choice, ...] = ()  # beside 再听: slower, louder
    sight: tuple[Choice, ...] = ()  # beside 大字: the other contrast, lower
    focus: tuple[Press, str] | None = None  # what the keys stand on; a ring is drawn around it
    pointed: tuple[Press, str] | None = None  # what a helper points at; a ring is drawn around it
    orientation: tuple[Said, ...] = ()  # said first with headphones: which step, how many choices
    focus_said: tuple[Said, ...] = ()  # what is heard of it
    view: View = View()
    mend: bool = False  # MESSAGE: something to mend (rust glyph) rather than a plain word

    def presses(self) -> tuple[Choice, ...]:
        """Return every choice on the page, dock included, in reading order."""
        maybe = (*self.choices, *(self.corners or ()), *self.dock, *self.voice, *self.sight)
        return tuple(choice for choice in maybe if choice is not None)

    def with_sentence(self, words: str) -> Page:
        """Return the page with another sentence, which is said in place of its own."""
        spoken = tuple(Said(words) if one == Said(self.sentence) else one for one in self.spoken)
        return replace(self, sentence=words, spoken=spoken)
