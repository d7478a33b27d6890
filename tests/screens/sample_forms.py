"""Sample pages of lists, facts, receipts and troubles, as values."""

from __future__ import annotations

from dataclasses import replace

from kiosk.pages.page import (
    ButtonStyle,
    Choice,
    Ink,
    Layout,
    NumberSlip,
    Page,
    Panel,
    Row,
    Stop,
)
from kiosk.pages.press import Press
from kiosk.visit.step_parts.draft import draft_of
from kiosk.visit.steps.facts.events import DraftFound
from tests.kiosk.invented_people import InventedVisitor
from tests.screens.sample_docks import DOCK, DOCK_AT_END

SIGNED_INK: Ink = (
    ((26.0, 36.0, 0.0), (52.0, 34.0, 0.3)),
    ((27.0, 51.0, 0.6), (50.0, 49.0, 0.9)),
    ((38.0, 37.0, 1.2), (36.0, 66.0, 1.6)),
    ((14.0, 68.0, 1.9), (60.0, 66.0, 2.3), (63.0, 69.0, 2.4)),
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
            Row("13 项一起交", label="办理"),
            Row("2026年11月", label="退休"),
            Row("139 0000 1234", label="手机"),
            Row("打进社保卡，尾号 6688", label="养老金"),
        ),
        panel=Panel("在这里签名"),
        ink=SIGNED_INK,
        choices=(
            Choice(Press.CHANGE, "有错要改"),
            Choice(Press.WHOLE_FORM, "看整张表"),
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
    return InventedVisitor().at_form().press(Press.QUIT).page


def draft() -> Page:
    found = DraftFound(draft_of(InventedVisitor().at_form().visit))
    return InventedVisitor().with_facts().happen(found).page


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
