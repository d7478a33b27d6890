"""Pages that the screens must be able to draw: at least one sample for every layout."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from kiosk.failures import Failure
from kiosk.pages.display import TextSize
from kiosk.pages.page import (
    ButtonStyle,
    Choice,
    Ink,
    Layout,
    NumberField,
    NumberSlip,
    Page,
    Panel,
    Row,
    Stop,
    Tick,
    TimeBar,
    Writing,
)
from kiosk.pages.press import Press
from kiosk.visit.draft import draft_of
from kiosk.visit.events.cards import CardRead
from kiosk.visit.events.staff import LoggedIn
from kiosk.visit.stages import Stage
from kiosk.visit.steps.desk.page import DESK_ROWS
from kiosk.visit.steps.face_check.events import FaceMatched
from kiosk.visit.steps.facts.events import DraftFound, FactsKnown, FactsUnknown
from kiosk.visit.steps.maintenance.events import Examined
from kiosk.visit.steps.maintenance.page import CARDS
from kiosk.visit.steps.submission.events import Accepted, Stored
from tests.kiosk.invented_people import Visitor, persona, receipt_for
from tests.kiosk.staff_people import DESK as BUSY_DESK
from tests.kiosk.staff_people import ENGINEER
from wiring.maintenance_pages import sheets

REPEAT = Choice(Press.REPEAT, "再听", icon="speaker-high")
LARGER = Choice(Press.LARGER, "大字", icon="text-size")
HELP = Choice(Press.HELP, "帮忙", tone=ButtonStyle.HELP, icon="headset")
QUIT = Choice(Press.QUIT, "退出", icon="sign-out")
BACK = Choice(Press.BACK, "返回", icon="arrow-left")
DOCK = (QUIT, BACK, REPEAT, LARGER, HELP)
DOCK_AT_END = (None, None, REPEAT, LARGER, HELP)
DOCK_IDLE = (
    Choice(Press.STAFF, "员工", icon="identification-badge"),
    None,
    REPEAT,
    LARGER,
    Choice(Press.PHONE, "电话", icon="phone"),
)

VOICE = (Choice(Press.SLOWER, "慢"), Choice(Press.LOUDER, "响"))
SIGHT = (Choice(Press.CONTRAST, "黑"), Choice(Press.LOWER, "低"))

SIGNED_INK: Ink = (
    ((26.0, 36.0, 0.0), (52.0, 34.0, 0.3)),
    ((27.0, 51.0, 0.6), (50.0, 49.0, 0.9)),
    ((38.0, 37.0, 1.2), (36.0, 66.0, 1.6)),
    ((14.0, 68.0, 1.9), (60.0, 66.0, 2.3), (63.0, 69.0, 2.4)),
)


def idle() -> Page:
    return Page(
        name="idle",
        layout=Layout.IDLE,
        title="退休一次办",
        sentence="一张表，办好 18 件事",
        picture="branch",
        pill="点一下就开始，随时可以退出",
        choices=(
            Choice(
                Press.START_SELF,
                "我来办",
                tone=ButtonStyle.PRIMARY,
                picture="me",
                under="给自己办退休",
                arrow=True,
            ),
            Choice(Press.START_PROXY, "帮人办", icon="users", under="替亲友办"),
            Choice(Press.ASK_PROGRESS, "查进度", icon="path", under="看办到哪了"),
            Choice(
                Press.HELP, "找人帮忙", tone=ButtonStyle.HELP, icon="headset", under="叫帮办员来"
            ),
        ),
        dock=DOCK_IDLE,
    )


def notice() -> Page:
    return Page(
        name="notice",
        layout=Layout.NOTICE,
        title="先说清楚三件事",
        sentence="听完再选。不同意，就点退出。",
        step=1,
        rows=(
            Row("带好身份证、社保卡", "没带社保卡也能办", icon="identification-card"),
            Row("大约 10 分钟", "中途停下，一天内可以接着办", icon="clock"),
            Row("信息只用来办退休", "办完就从这台机器里清掉", icon="lock-key"),
        ),
        panel=Panel(
            "怎么核对是您本人？",
            ("刷脸：镜头看一下，不留照片。", "不刷脸：用社保卡密码，或找帮办员。"),
        ),
        choices=(
            Choice(Press.AGREE, "同意刷脸", tone=ButtonStyle.EQUAL, icon="scan-smiley"),
            Choice(Press.AGREE_WITHOUT_FACE, "不刷脸", tone=ButtonStyle.EQUAL, icon="credit-card"),
        ),
        dock=DOCK,
    )


def card() -> Page:
    return Page(
        name="card",
        layout=Layout.PICTURE,
        title="请放身份证",
        sentence="照片朝上，平放在亮灯的地方。",
        step=1,
        picture="card_on_reader",
        pill="等您放卡，不着急",
        choices=(Choice(Press.NO_CARD, "没带身份证"),),
        dock=DOCK,
    )


def card_failed() -> Page:
    return replace(card(), sentence="身份证拿开早了，请再放平一次。", mend=True)


def materials() -> Page:
    return Page(
        name="materials",
        layout=Layout.PICTURE,
        title="独生子女光荣证",
        sentence="今天没带也行，先写个承诺。",
        step=4,
        picture="paper_under_camera",
        pill="共 3 张，这是第 1 张",
        panel=Panel("为什么要：领一次性奖励要核对"),
        choices=(
            Choice(Press.BRING_LATER, "以后再交"),
            Choice(Press.PROMISE, "承诺属实，先办", tone=ButtonStyle.PRIMARY),
        ),
        dock=DOCK,
    )


def wiping() -> Page:
    return Page(
        name="wiping",
        layout=Layout.PICTURE,
        title="请取走身份证",
        sentence="您的信息已经从机器里清掉。",
        picture="card_on_reader",
        dock=DOCK_AT_END,
    )


def proof() -> Page:
    return Page(
        name="proof",
        layout=Layout.CAMERA,
        title="请看着镜头",
        sentence="镜头在屏幕上方，亮灯的地方。",
        step=1,
        hint="请靠近一点",
        hint_icon="come_closer",
        choices=(
            Choice(Press.DECLINE_FACE, "不刷脸，换一种"),
            Choice(Press.TURN_ONLY, "不方便闭眼"),
        ),
        credit="模拟镜头：美国航天局公有领域肖像",
        banner="演示，数据都是编的",
        dock=DOCK,
    )


def dates() -> Page:
    return Page(
        name="dates",
        layout=Layout.DATES,
        title="您的退休时间",
        sentence="这是估算，审核后为准。",
        step=2,
        time_bar=TimeBar(
            hero="2026年11月",
            under="就是这个月，您 50 岁 8 个月",
            question="想早一点，或晚一点？",
            here="到年龄：这个月",
            share=8 / 44,
            inside="还可以晚 3 年",
            earliest=("最早", "2026年3月", "日子已过"),
            latest=("最晚", "2029年11月", "要和单位写好约定"),
        ),
        choices=(
            Choice(Press.OTHER_TIME, "想早晚一点"),
            Choice(Press.NEXT, "对，往下办", tone=ButtonStyle.PRIMARY, arrow=True),
        ),
        dock=DOCK,
    )


SERVICES = (
    Row(
        "领养老金的资格",
        "到年龄了，缴费也满 15 年",
        "R01",
        Tick.ON,
        Press.TOGGLE,
        group="最先办：资格",
    ),
    Row("户籍信息核对", "自动核对，不用户口本", "R17", Tick.ON, Press.TOGGLE, group="最先办：资格"),
    Row("社保关系转移", "不用办：都交在亳州", "R04", Tick.NOT_NEEDED, group="最先办：资格"),
    Row(
        "早年工龄认定", "要看档案，由人来审核", "R05", Tick.ON, Press.TOGGLE, group="接着办：养老金"
    ),
    Row("按月领养老金", "打进您的社保卡", "R06", Tick.OFF, Press.TOGGLE, group="接着办：养老金"),
    Row("电子退休证", "手机上就能看", "R07", Tick.ON, Press.TOGGLE, group="接着办：养老金"),
)
ROWS_A_PAGE = {TextSize.NORMAL: 5, TextSize.LARGE: 4, TextSize.LARGEST: 3}


def choose() -> Page:
    return Page(
        name="choose",
        layout=Layout.LIST,
        title="这些一起办",
        sentence="都替您勾好了，不要的点一下。",
        step=2,
        rows=SERVICES[:5],
        count=("已选 13 项", "还有 2 页"),
        choices=(Choice(Press.NEXT, "下一页", tone=ButtonStyle.PRIMARY, arrow=True),),
        dock=DOCK,
    )


def choose_six() -> Page:
    rows = tuple(replace(row, group="一起办：福利待遇") for row in SERVICES)
    return replace(choose(), name="choose_six", rows=rows)


def progress() -> Page:
    states = ("waiting", "ready", "working", "correction", "done", "refused")
    said = (
        "等前一项办好",
        "已收到，等着办",
        "正在办",
        "要补材料，请打电话",
        "办好了",
        "没办成，请打电话",
    )
    rows = tuple(
        Row(row.words, words, icon=f"state-{state}")
        for row, words, state in zip(SERVICES, said, states, strict=True)
    )
    return Page(
        name="progress",
        layout=Layout.LIST,
        title="办到哪了",
        sentence="每一项办到哪，都在这里。",
        rows=rows,
        count=("受理号 亳退 0042 7138", "还有 2 页"),
        choices=(Choice(Press.NEXT, "下一页", tone=ButtonStyle.PRIMARY, arrow=True),),
        dock=DOCK,
    )


def mobile() -> Page:
    return Page(
        name="mobile",
        layout=Layout.KEYPAD,
        title="您的手机号码？",
        sentence="一位一位念给您听，对了再往下。",
        step=3,
        number=NumberField("1390000", (3, 4, 4)),
        corners=(
            Choice(Press.NONE_OF_IT, "没有手机"),
            Choice(Press.ERASE, "删一位", icon="backspace"),
        ),
        choices=(Choice(Press.NEXT, "号码对，下一步", tone=ButtonStyle.PRIMARY, arrow=True),),
        dock=DOCK,
    )


def account() -> Page:
    field = NumberField("6217001234567890", (4, 4, 4, 4, 3))
    return replace(mobile(), name="account", title="您的银行卡号？", number=field)


def rating() -> Page:
    grades = {"5": "非常满意", "4": "满意", "3": "基本满意", "2": "不满意", "1": "非常不满意"}
    return Page(
        name="rating",
        layout=Layout.OPTIONS,
        title="办得怎么样？",
        sentence="您自己点，不想评就跳过。",
        step=6,
        rows=tuple(
            Row(said, value=grade, act=Press.RATE, icon=f"grade-{grade}")
            for grade, said in grades.items()
        ),
        choices=(Choice(Press.SKIP, "跳过"),),
        dock=DOCK_AT_END,
    )


def talent() -> Page:
    return Page(
        name="talent",
        layout=Layout.OPTIONS,
        title="退休后想做点啥？",
        sentence="自愿选，不影响办退休。",
        step=3,
        rows=(
            Row("教教别人", "把手艺传下去", "teach", act=Press.PICK),
            Row("帮帮邻里", "社区志愿服务", "help", act=Press.PICK),
            Row("学点新的", "老年大学", "learn", act=Press.PICK),
            Row("先歇一歇", "以后想好了再说", "rest", act=Press.PICK),
        ),
        dock=DOCK,
    )


def live() -> Page:
    return Page(
        name="live",
        layout=Layout.OPTIONS,
        title="您现在住哪儿？",
        sentence="卡和通知，会送到您住的地方。",
        step=3,
        rows=(
            Row(
                "和身份证上一样",
                "安徽省亳州市谯城区花戏楼街道示范社区幸福家园 12 栋 502 室",
                "same",
                act=Press.PICK,
            ),
            Row("住在别处", "下一页一级一级选", "other", act=Press.PICK),
        ),
        dock=DOCK,
    )


def towns() -> Page:
    names = ("花戏楼街道", "薛阁街道", "汤陵街道", "古井镇", "芦庙镇", "十八里镇")
    return Page(
        name="live_town",
        layout=Layout.OPTIONS,
        title="住在哪个乡镇？",
        sentence="没看到就点下一页。",
        step=3,
        rows=tuple(Row(name, value=name, act=Press.PICK) for name in names),
        count=("还有 4 页",),
        choices=(Choice(Press.NEXT, "下一页", arrow=True),),
        dock=DOCK,
    )


FACTS = (
    ("姓名", "王秀英"),
    ("出生", "1976年3月15日"),
    ("单位", "安徽省亳州市谯城区示范纺织股份有限公司第一分公司"),
    ("参加工作", "1994年7月"),
    ("养老缴费", "31 年 2 个月"),
    ("社保卡", "徽商银行 尾号 6688"),
)


def facts() -> Page:
    rows = tuple(
        Row(
            value,
            "会有人核实" if label == "参加工作" else "",
            value=label,
            act=Press.TOGGLE,
            label=label,
            mend=label == "参加工作",
        )
        for label, value in FACTS
    )
    return Page(
        name="facts",
        layout=Layout.FACTS,
        title="看看对不对",
        sentence="不对的点一下，会有人核实。",
        step=2,
        rows=rows,
        count=("还有 1 页",),
        choices=(Choice(Press.NEXT, "都看过了", tone=ButtonStyle.PRIMARY, arrow=True),),
        dock=DOCK,
    )


def review() -> Page:
    return Page(
        name="review",
        layout=Layout.SIGN,
        title="看一遍，签个名",
        sentence="对的话，用手指在白框里签名。",
        step=5,
        rows=(
            Row("王秀英", label="姓名"),
            Row("13 项，一次交上", label="办理"),
            Row("2026年11月", label="退休"),
            Row("139 0000 1234", label="手机"),
            Row("打进社保卡，尾号 6688", label="养老金"),
        ),
        panel=Panel("在这里签名"),
        ink=SIGNED_INK,
        choices=(
            Choice(Press.CHANGE, "有错要改"),
            Choice(Press.SIGNED, "签好了，交上去", tone=ButtonStyle.PRIMARY),
            Choice(Press.CLEAR_INK, "重签", icon="eraser"),
        ),
        dock=DOCK,
    )


def receipt() -> Page:
    return Page(
        name="receipt",
        layout=Layout.RECEIPT,
        title="收到了，请放心",
        sentence="请取走小票和身份证。",
        step=6,
        picture="take_slip",
        slip=NumberSlip(
            "受理号",
            "亳退 0042 7138",
            "手机扫右边的图，随时看办到哪了。",
            "https://progress.example.invalid/00427138",
        ),
        stops=(
            Stop("今天", "13 项都交上了", "done"),
            Stop("接着", "社保部门先审资格", "now"),
            Stop("12月14日前", "全部办好，发短信", "later"),
        ),
        choices=(Choice(Press.DONE, "我取好了", tone=ButtonStyle.PRIMARY),),
        dock=DOCK_AT_END,
    )


def receipt_pending() -> Page:
    slip = NumberSlip("取号", "7F3K 92QD", "中心还没收到，收到了发短信。", "")
    sentence = "这台机器收下了，联网后自动送到。"
    return replace(
        receipt(), name="receipt_pending", title="已收下，请放心", sentence=sentence, slip=slip
    )


def help_page() -> Page:
    return Page(
        name="help",
        layout=Layout.MESSAGE,
        title="找人帮忙",
        sentence="打这个电话，马上有人帮您。",
        panel=Panel(
            "服务电话", ("0558-12333", "您在 示范社区便民服务点", "机器有毛病也打这个电话")
        ),
        choices=(
            Choice(Press.CONTRAST, "黑底黄字"),
            Choice(Press.LOUDER, "声音大一点"),
            Choice(Press.STAY, "回去接着办", tone=ButtonStyle.PRIMARY),
        ),
        dock=DOCK,
    )


def leaflet() -> Page:
    return Page(
        name="leaflet",
        layout=Layout.MESSAGE,
        title="下次这样办",
        sentence="今天没办成，不要紧，记住这几样。",
        step=1,
        panel=Panel(
            "下次请带上",
            ("身份证和社保卡。", "也可以请帮办员上门帮您办。", "电话 0558-12333"),
        ),
        choices=(Choice(Press.DONE, "知道了", tone=ButtonStyle.PRIMARY),),
        dock=DOCK,
    )


def quit_page() -> Page:
    return Page(
        name="quit",
        layout=Layout.MESSAGE,
        title="要退出吗？",
        sentence="退出后，刚才填的就不留了。",
        choices=(
            Choice(Press.QUIT_YES, "退出"),
            Choice(Press.STAY, "接着办", tone=ButtonStyle.PRIMARY),
        ),
        dock=DOCK,
    )


def quit_kept() -> Page:
    return Visitor().at_form().press(Press.QUIT).page


def draft() -> Page:
    found = DraftFound(draft_of(Visitor().at_form().visit))
    return Visitor().with_facts().happen(found).page


def still_here() -> Page:
    return Page(
        name="still_here",
        layout=Layout.MESSAGE,
        title="您还在吗？",
        sentence="还在就点一下，东西都给您留着。",
        choices=(Choice(Press.STAY, "我还在", tone=ButtonStyle.PRIMARY),),
        dock=DOCK,
    )


def waiting() -> Page:
    return Page(
        name="waiting",
        layout=Layout.MESSAGE,
        title="请稍等",
        sentence="正在帮您查资料，马上就好。",
        step=2,
        dock=DOCK,
    )


def out_of_service() -> Page:
    return Page(
        name="out_of_service",
        layout=Layout.MESSAGE,
        title="机器歇一会儿",
        sentence="读卡器没反应，请稍等或点帮忙。",
        panel=Panel("先打这个电话", ("0558-12333", "亳州市退休服务运维")),
        mend=True,
        dock=DOCK_AT_END,
    )


def stored_trouble() -> Page:
    return Page(
        name="trouble",
        layout=Layout.MESSAGE,
        title="机器存不了",
        sentence="机器存不了，没有交，请点帮忙。",
        choices=(Choice(Press.TRY_AGAIN, "再试一次", tone=ButtonStyle.PRIMARY),),
        mend=True,
        dock=DOCK,
    )


# pages as the visit itself makes them


def young() -> Visitor:
    return Visitor().with_young_facts()


def other_time() -> Page:
    return young().press(Press.OTHER_TIME).page


def other_way() -> Page:
    return young().press(Press.OTHER_TIME).press(Press.OTHER_WAY).page


def early_dates() -> Page:
    return young().press(Press.PICK, "R02").page


def assumed_dates() -> Page:
    facts = replace(persona("wang")[1], category="")
    return Visitor().proved("wang").happen(FactsKnown(facts)).page


def choose_dropped() -> Page:
    return Visitor().at_choose().press(Press.TOGGLE, "R01").press(Press.NEXT).page


def choose_ahead() -> Page:
    visitor = young()
    while visitor.visit.stage is Stage.FACTS:
        visitor.press(Press.NEXT)
    return visitor.page


def why() -> Page:
    return Visitor().at_choose("wang").press(Press.WHY, "R16").page


def why_short() -> Page:
    return Visitor().at_choose("wang").press(Press.WHY, "R12").page


def guide() -> Page:
    return Visitor().press(Press.HELP).press(Press.READ_GUIDE).page


def entry() -> Page:
    return Visitor().press(Press.HELP).press(Press.READ_GUIDE).press(Press.WHY, "R15").page


def living_elsewhere() -> Visitor:
    visitor = Visitor().at_form().type("13900001234").press(Press.NEXT).press(Press.PICK, "other")
    return visitor.press(Press.PICK, "341622")


def places() -> Page:
    return living_elsewhere().page


def letters() -> Page:
    return living_elsewhere().press(Press.LETTERS).page


def places_by_letter() -> Page:
    visitor = living_elsewhere().press(Press.LETTERS)
    return visitor.press(Press.LETTER, visitor.page.rows[-1].value).page


def plan() -> Page:
    return Visitor().at_receipt().press(Press.PLAN).page


def receipt_walked() -> Page:
    return Visitor().at_receipt().page


def signed_before_the_month() -> Visitor:
    """Whose pension begins in January, and who still has medical months to pay."""
    card, _ = persona("liu")
    later = replace(card, birth=card.birth.replace(month=8))
    visitor = Visitor().press(Press.START_SELF).press(Press.AGREE).happen(CardRead(later))
    visitor.happen(FaceMatched(0.31, 0.42, "dlib128")).filled_in()
    visitor.signed().happen(Stored())
    signed = replace(receipt_for(visitor.visit), due_on=date(2027, 1, 22))
    return visitor.happen(Accepted(signed))


def receipt_of_a_later_month() -> Page:
    return signed_before_the_month().page


def plan_of_a_later_month() -> Page:
    return signed_before_the_month().press(Press.PLAN).page


def kind() -> Page:
    return Visitor().proved().happen(FactsUnknown(Failure.CENTRAL_UNREACHABLE)).page


def told(kind: str) -> Visitor:
    return Visitor().offline(kind)


def resident() -> Page:
    return told("JM").page


def resident_choose() -> Page:
    return told("JM").press(Press.NEXT).press(Press.NEXT).page


def drawn() -> Page:
    facts = replace(persona("liu")[1], draws_pension=True)
    return Visitor().proved().happen(FactsKnown(facts)).page


def fitting_rows(page: Page, size: TextSize) -> Page:
    """Return a list page with as many rows as a page of that text size has (T9)."""
    if page.layout is Layout.DESK:
        return replace(page, rows=page.rows[: DESK_ROWS[size]])
    if page.layout is Layout.STATUS:
        return replace(page, cards=page.cards[: CARDS[size]])
    if page.layout not in {Layout.LIST, Layout.FACTS, Layout.OPTIONS}:
        return page
    most = {TextSize.NORMAL: 6, TextSize.LARGE: 4, TextSize.LARGEST: 3}[size]
    return replace(page, rows=page.rows[:most])


def low_rows(page: Page) -> Page:
    """Return a page with as many rows as are shown to who sits."""
    return replace(page, rows=page.rows[: 1 if page.layout is Layout.DESK else 3])


def writing() -> Page:
    visitor = Visitor().at_form()
    visitor.type("13900001234").press(Press.NEXT).press(Press.PICK, "other").press(
        Press.PICK, "341602"
    )
    for _ in range(2):
        visitor.press(Press.PICK, visitor.page.rows[0].value)
    for _ in range(12):
        visitor.press(Press.CHARACTER, "单元")
    return visitor.page


def writing_by_letters() -> Page:
    page = writing()
    long = Writing(
        page.writing.text if page.writing else "", "zhuang", "abcdefghijklmnopqrstuvwxyz"
    )
    return replace(page, writing=long, ink=())


def desk() -> Page:
    return Visitor().at_desk(BUSY_DESK).page


def machine() -> Page:
    sheet = tuple(sheets())[1]
    visitor = Visitor().knocking().happen(LoggedIn(ENGINEER)).type("123456")
    return visitor.happen(LoggedIn(ENGINEER)).happen(Examined(sheet)).page


def nine_points() -> Page:
    visitor = Visitor().knocking().happen(LoggedIn(ENGINEER)).type("123456")
    visitor.happen(LoggedIn(ENGINEER)).press(Press.GUIDED).press(Press.PICK, "touch")
    return visitor.press(Press.POINT, "5").page


ALL = (
    machine,
    nine_points,
    idle,
    desk,
    notice,
    card,
    card_failed,
    materials,
    wiping,
    proof,
    dates,
    choose,
    choose_six,
    progress,
    mobile,
    account,
    rating,
    talent,
    live,
    towns,
    facts,
    review,
    receipt,
    receipt_pending,
    help_page,
    leaflet,
    quit_page,
    quit_kept,
    draft,
    still_here,
    waiting,
    out_of_service,
    stored_trouble,
    other_time,
    other_way,
    early_dates,
    choose_ahead,
    assumed_dates,
    choose_dropped,
    why,
    why_short,
    guide,
    entry,
    places,
    letters,
    writing,
    writing_by_letters,
    places_by_letter,
    plan,
    receipt_walked,
    receipt_of_a_later_month,
    plan_of_a_later_month,
    kind,
    resident,
    resident_choose,
    drawn,
)
