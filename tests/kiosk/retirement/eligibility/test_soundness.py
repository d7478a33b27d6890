"""A catalogue that is not sound is refused, with file, line, key and cure."""

from __future__ import annotations

import pytest

from kiosk.retirement.reading import read_catalogue
from tests.kiosk.retirement.shipped import edit, number_of, refused

BRACES = "花括号没有配成对"
GONE = "不存在，请改名，或先把它加上"
NO_OFFICE = "写了 fact 就要写是哪个部门知道的"


def brace(name: str) -> str:
    return f"句子里的“{{{name}}}”不是能填的事实"


@pytest.mark.parametrize(
    ("service", "pattern", "new", "key", "cure"),
    [
        ("R06", r'"R01", "R02"', '"R01", "R99"', "needs_any", f"“R99”{GONE}"),
        ("R06", r"^source", 'needs_all = ["R98"]\nsource', "needs_all", f"“R98”{GONE}"),
        ("R06", r'"A1", "A4"', '"A1", "Z9"', "materials", f"“Z9”{GONE}"),
        ("R06", r'"paid_months", ', '"paid_moons", ', "fields", f"“paid_moons”{GONE}"),
        ("R06", r'office = "RS"', 'office = "XX"', "office", f"“XX”{GONE}"),
        ("R06", r"^source", 'with_offices = ["YY"]\nsource', "with_offices", f"“YY”{GONE}"),
        ("R07", r"stage = 3", "stage = 4", "stage", f"“4”{GONE}"),
        ("R06", r"^reason = .*$", 'reason = "{rich}"', "reason", brace("rich")),
        ("R06", r"^reason = .*$", 'reason = "{}"', "reason", brace("")),
        ("R06", r"^reason = .*$", 'reason = "{missing}"', "reason", brace("missing")),
        ("R06", r"^reason = .*$", 'reason = "{paid"', "reason", BRACES),
        ("R06", r"^helper = .*$", 'helper = "paid}"', "helper", BRACES),
        (
            "R06",
            r"^paid_enough = .*$",
            'paid_enough = "{rich}"',
            "reasons.paid_enough",
            brace("rich"),
        ),
        (
            "R04",
            r"^source",
            'exclusive_group = "retire_route"\nsource',
            "exclusive_group",
            "R01、R02、R03 是三选一的路，都要写，别的不写",
        ),
    ],
)
def test_unsound_service(config, service, pattern, new, key, cure):
    path = config / "services" / f"{service}.toml"
    line = edit(path, pattern, new)
    assert refused(config) == [f"services/{service}.toml 第 {line} 行：{key}：{cure}。"]


@pytest.mark.parametrize(
    ("pattern", "new", "lines"),
    [
        (
            r'when = \["paid_enough"\]',
            'when = ["rich"]',
            [
                "services/R06.toml 第 {line} 行：when：“rich”{gone}。",
                "services/R06.toml 第 {reasons} 行：reasons：“paid_enough”{gone}。",
                "services/R06.toml 第 {reasons} 行：reasons.rich：缺少这一句说明。",
            ],
        ),
        (
            r"^paid_enough = .*\n",
            "",
            ["services/R06.toml 第 {reasons} 行：reasons.paid_enough：缺少这一句说明。"],
        ),
        (
            r"^paid_enough = ",
            'annuity = "x"\npaid_enough = ',
            ["services/R06.toml 第 {reasons} 行：reasons：“annuity”{gone}。"],
        ),
        (
            r"^needs_any",
            "need_any",
            [
                "services/R06.toml 第 {line} 行：need_any：没有这一项，请删去或改名。是不是想写“needs_any”？"
            ],
        ),
        (
            r'^office = "RS"\n',
            "",
            ["services/R06.toml：office：缺少这一项，应是带引号的文字。"],
        ),
        (
            r"^days = 20",
            'days = "20"',
            ["services/R06.toml 第 {line} 行：statutory.days：应是整数，写的是 '20'。"],
        ),
        (
            r'"JG", "QY", "LH"',
            '"JG", "XX"',
            [
                "services/R06.toml 第 {line} 行：kinds：应是这几个之一：JG、QY、LH、JM，写的是 'XX'。"
            ],
        ),
        (
            r"^\[reasons\]",
            "[reasons",
            ["services/R06.toml 第 {line} 行：格式：不是正确的 TOML，请检查引号、等号和方括号。"],
        ),
    ],
)
def test_wrong_words_in_a_service(config, pattern, new, lines):
    path = config / "services" / "R06.toml"
    line, reasons = edit(path, pattern, new), number_of(path, "[reasons")
    found = refused(config)
    assert found[: len(lines)] == [
        one.format(line=line, reasons=reasons, gone=GONE) for one in lines
    ]


def test_a_route_without_its_group(config):
    edit(config / "services" / "R02.toml", r"^exclusive_group.*\n", "")
    assert refused(config) == [
        "services/R02.toml：exclusive_group：R01、R02、R03 是三选一的路，都要写，别的不写。"
    ]


def test_the_line_is_named(config):
    path = config / "services" / "R06.toml"
    line = edit(path, r'office = "RS"', 'office = "XX"')
    assert refused(config) == [f"services/R06.toml 第 {line} 行：office：“XX”{GONE}。"]


def test_seventeen_services(config):
    (config / "services" / "R18.toml").unlink()
    assert refused(config) == ["services：services：应正好 18 项，现在 17 项。"]
    assert len(read_catalogue(config, 17).services) == 17


def test_eighteen_where_nineteen_are_asked_for(config):
    assert refused(config, 19) == ["services：services：应正好 19 项，现在 18 项。"]


def test_file_name_and_code_disagree(config):
    (config / "services" / "R18.toml").rename(config / "services" / "R28.toml")
    assert refused(config) == ["services/R28.toml 第 2 行：code：文件名是 R28.toml，编号应是 R28。"]


def test_a_service_that_cannot_be_read_is_left_out_and_named(config):
    line = edit(config / "services" / "R08.toml", r"^stage = 3", 'stage = "3"')
    assert refused(config) == [
        f"services/R08.toml 第 {line} 行：stage：应是整数，写的是 '3'。",
        "services：services：应正好 18 项，现在 17 项。",
    ]


def test_every_file_after_a_wrong_one_is_read(config):
    line = edit(config / "services" / "R08.toml", r"^stage = 3", 'stage = "3"')
    edit(config / "services" / "R18.toml", r'^code = "R18"', 'code = "R28"')
    assert refused(config) == [
        f"services/R08.toml 第 {line} 行：stage：应是整数，写的是 '3'。",
        "services/R18.toml 第 2 行：code：文件名是 R18.toml，编号应是 R18。",
        "services：services：应正好 18 项，现在 17 项。",
    ]


PAIR = ("R05", "R06")


def test_a_circle_is_shown(config):
    edit(config / "services" / "R05.toml", r"^source", 'needs_all = ["R06"]\nsource')
    edit(config / "services" / "R06.toml", r"^source", 'needs_all = ["R05"]\nsource')
    (line,) = refused(config)
    lines = {code: number_of(config / "services" / f"{code}.toml", "needs_all") for code in PAIR}
    assert line in (
        f"services/R06.toml 第 {lines['R06']} 行：needs_all：前后绕成了圈：R05 → R06 → R05，请去掉其中一个。",
        f"services/R05.toml 第 {lines['R05']} 行：needs_all：前后绕成了圈：R06 → R05 → R06，请去掉其中一个。",
    )


def test_a_circle_through_any(config):
    edit(config / "services" / "R01.toml", r"^source", 'needs_any = ["R02"]\nsource')
    edit(config / "services" / "R02.toml", r"^source", 'needs_all = ["R01"]\nsource')
    (line,) = refused(config)
    assert "绕成了圈" in line


def test_two_exclusive_groups(config):
    edit(config / "services" / "R02.toml", r'"retire_route"', '"other_group"')
    assert refused(config) == ["services：exclusive_group：应只有一组 retire_route。"]


@pytest.mark.parametrize(
    ("key", "name"), [("needs_any", "R08"), ("needs_all", "R08"), ("after", "R08")]
)
def test_waiting_for_a_later_step(config, key, name):
    path = config / "services" / "R04.toml"
    edit(path, r"^source", f'{key} = ["{name}"]\nsource')
    assert refused(config) == [
        f"services/R04.toml 第 {number_of(path, 'stage')} 行：stage：要等的 {name} 在更后面的一步，请改步骤或去掉它。"
    ]


@pytest.mark.parametrize(
    ("pattern", "new", "key"),
    [
        (r'when = \["flexible_month"\]', 'when = ["full_moon"]', "P6.when"),
        (
            r'personal_when = \["household_mismatch"\]',
            'personal_when = ["full_moon"]',
            "A2.personal_when",
        ),
    ],
)
def test_unknown_condition_of_a_paper(config, pattern, new, key):
    line = edit(config / "materials.toml", pattern, new)
    assert refused(config) == [
        f"materials.toml 第 {line} 行：{key}：没有“full_moon”这个条件，可以用的写在 conditions.toml。"
    ]


@pytest.mark.parametrize(
    ("pattern", "new", "key", "said"),
    [
        (r'^how = "employer"', 'how = "personal"', "P1.request", "单位转来的材料"),
        (r'(?<=劳动能力鉴定结论"\nhow = ")personal', "employer", "P5.request", "单位转来的材料"),
        (r'^office = "RS"\nby', 'office = "XX"\nby', "P1.request.office", f"“XX”{GONE}"),
        (r"^days = 5", "days = 367", "P1.request.limit.days", "天"),
    ],
)
def test_who_asks_for_a_paper_of_the_employer_is_said(config, pattern, new, key, said):
    edit(config / "materials.toml", pattern, new)
    (line,) = refused(config)
    assert f"：{key}：" in line
    assert said in line


def test_misspelt_key_of_a_paper(config):
    award = number_of(config / "services" / "R15.toml", "materials")
    line = edit(config / "materials.toml", r'(?<=领奖励才要"\nhow = "personal"\n)promise', "promis")
    assert refused(config) == [
        f"materials.toml 第 {line} 行：P2.promis：没有这一项，请删去或改名。是不是想写“promise”？",
        f"services/R15.toml 第 {award} 行：materials：“P2”{GONE}。",
    ]


def test_an_unknown_check_of_a_field(config):
    line = edit(config / "fields.toml", r'check = "mobile"', 'check = "telephone"')
    assert refused(config) == [f"fields.toml 第 {line} 行：mobile.check：“telephone”{GONE}。"]


@pytest.mark.parametrize(
    ("pattern", "new", "key", "cure"),
    [
        (r'^fact = "unit_code"', 'fact = "unit_number"', "unit_uscc.fact", f"“unit_number”{GONE}"),
        (r'^office = "YB"', 'office = "XX"', "medical_months.office", NO_OFFICE),
    ],
)
def test_an_unsound_fact_of_a_field(config, pattern, new, key, cure):
    line = edit(config / "fields.toml", pattern, new)
    assert refused(config) == [f"fields.toml 第 {line} 行：{key}：{cure}。"]


def test_a_wrong_source_of_a_field(config):
    line = edit(config / "fields.toml", r'(?<=label = "性别"\n)source = "card"', 'source = "cards"')
    assert refused(config) == [
        f"fields.toml 第 {line} 行：sex.source：应是这几个之一：card、shared、person、rule，写的是 'cards'。"
    ]


@pytest.mark.parametrize(
    ("pattern", "new", "key", "cure"),
    [
        (
            r'^helper = "社保卡的银行账户已经激活。"',
            'helper = "{x}"',
            "card_account_inactive.helper",
            brace("x"),
        ),
        (r'^unknown = "有光荣证就可以领"', 'unknown = "{x"', "only_child.unknown", BRACES),
        (
            r'^changes = \["补交.*$',
            'changes = ["好", "{x}"]',
            "medical_enough.changes",
            brace("x"),
        ),
        (
            r'fact = "has_annuity"',
            'fact = "has_boat"',
            "annuity.fact",
            "没有“has_boat”这项事实，可以用的写在 facts.toml",
        ),
    ],
)
def test_unsound_words_of_a_condition(config, pattern, new, key, cure):
    line = edit(config / "conditions.toml", pattern, new)
    assert refused(config) == [f"conditions.toml 第 {line} 行：{key}：{cure}。"]


@pytest.mark.parametrize(
    ("pattern", "new", "key", "cure"),
    [
        (r'^reason = "先一起交.*$', 'reason = "{first}"', "unknown.reason", brace("first")),
        (r'^helper = "要等“.*$', 'helper = "{kinds}"', "waits.helper", brace("kinds")),
        (r'^changes = \["改成.*$', 'changes = ["{month}"]', "needs.changes", brace("month")),
        (r'^reason = "您说能办.*$', 'reason = "{"', "insisted.reason", BRACES),
        (r'^reason = "也可以走.*$', 'reason = "{missing}"', "other_route.reason", brace("missing")),
    ],
)
def test_unsound_general_words(config, pattern, new, key, cure):
    line = edit(config / "verdicts.toml", pattern, new)
    assert refused(config) == [f"verdicts.toml 第 {line} 行：{key}：{cure}。"]


def test_words_for_what_is_not_known_may_name_facts(config):
    edit(config / "conditions.toml", r'^unknown = "有光荣证就可以领"', 'unknown = "{retire_month}"')
    assert read_catalogue(config).conditions["only_child"].unknown == "{retire_month}"


def test_all_that_may_be_filled_in(config):
    reason = "{kinds}{kind}{route}{paid_short}"
    edit(config / "verdicts.toml", r"^reason = .不用办：只给.*$", f'reason = "{reason}"')
    edit(config / "verdicts.toml", r"^reason = .\{month\}起.*$", 'reason = "{first}{month}{route}"')
    edit(config / "verdicts.toml", r"^reason = .先一起.*$", 'reason = "{missing}{route}"')
    assert read_catalogue(config).words.waits.reason == "{first}{month}{route}"


@pytest.mark.parametrize(
    ("pattern", "key"),
    [
        (r"^R02 = .*$", "routes.R02"),
        (r"^LH = .*$", "kinds.LH"),
        (r"^day = .*$", "guide.units.day"),
        (r"^in_person = .*$", "guide.proxy.in_person"),
    ],
)
def test_words_that_are_missing(config, pattern, key):
    path = config / "verdicts.toml"
    edit(path, pattern, "")
    line = number_of(path, f"[{key.rpartition('.')[0]}]")
    assert refused(config) == [f"verdicts.toml 第 {line} 行：{key}：缺少这一句说明。"]


def test_all_missing_words_in_order(config):
    path = config / "verdicts.toml"
    head, _, rest = path.read_text("utf-8").partition("[kinds]")
    guide = "[guide]" + rest.partition("[guide]")[2]
    path.write_text(f"{head}[kinds]\n[routes]\n{guide}", "utf-8")
    assert [line.split("：")[1] for line in refused(config)] == [
        "routes.R01",
        "routes.R02",
        "routes.R03",
        "kinds.JG",
        "kinds.JM",
        "kinds.LH",
        "kinds.QY",
    ]


def test_a_missing_general_answer(config):
    edit(config / "verdicts.toml", r"^\[insisted\]\n.*\n.*\n.*\n", "")
    assert refused(config) == ["verdicts.toml：insisted：缺少这一项，应是一个小节。"]


def test_general_words_may_name_a_fact_besides_their_own(config):
    edit(config / "verdicts.toml", r'^reason = "由人来审核"', 'reason = "{first}"')
    assert [line.split("：")[1] for line in refused(config)] == ["manual.reason"]


def test_a_wrong_office(config):
    path = config / "offices.toml"
    edit(path, r'^phone = "12366"\n', "")
    line = number_of(path, "[offices.SW]")
    said = "offices.SW.phone：缺少这一项，应是带引号的文字"
    assert refused(config) == [f"offices.toml 第 {line} 行：{said}。"]


@pytest.mark.parametrize(
    "name", ["facts", "conditions", "materials", "fields", "offices", "verdicts"]
)
def test_a_missing_file(config, name):
    (config / f"{name}.toml").unlink()
    assert refused(config) == [f"{name}.toml：文件：没有这个文件，请补上。"]


def test_every_unsound_place_is_named_at_once(config):
    edit(config / "services" / "R06.toml", r'office = "RS"', 'office = "XX"')
    edit(config / "services" / "R02.toml", r'"retire_route"', '"other_group"')
    edit(config / "materials.toml", r'when = \["flexible_month"\]', 'when = ["full_moon"]')
    edit(config / "fields.toml", r'check = "mobile"', 'check = "telephone"')
    edit(config / "conditions.toml", r'fact = "has_annuity"', 'fact = "has_boat"')
    edit(config / "verdicts.toml", r"^R02 = .*$", "")
    assert [line.split("：")[0].split(" ")[0] for line in refused(config)] == [
        "conditions.toml",
        "services/R06.toml",
        "materials.toml",
        "fields.toml",
        "verdicts.toml",
        "services",
    ]
