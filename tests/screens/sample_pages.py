"""Sample pages from the welcome to the wiping, as values."""

from __future__ import annotations

from dataclasses import replace

from kiosk.pages.display import TextSize
from kiosk.pages.page import (
    ButtonStyle,
    Choice,
    Layout,
    NumberField,
    Page,
    Panel,
    Row,
    Tick,
    TimeBar,
)
from kiosk.pages.press import Press
from tests.screens.sample_docks import DOCK, DOCK_AT_END, DOCK_IDLE


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
            Choice(Press.COMMITMENT, "写承诺，先办", tone=ButtonStyle.PRIMARY),
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
        "没办成，可以再交",
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
