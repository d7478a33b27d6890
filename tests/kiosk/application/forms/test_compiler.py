"""Forms are PDF/A-3a, the same bytes from the same data, and say where a template is wrong."""

import os
import re
import shutil
import subprocess
import sys
import zlib

import cv2
import numpy as np
import pytest

from kiosk.application.forms.compiler import FormFailure, FormRefusal, FormSigning, form_engine
from kiosk.application.forms.document_case import case_of, mandate_of
from kiosk.application.forms.form_library import read_form_library
from kiosk.application.forms.packet import packet_of
from kiosk.application.ink import KEY_MARK
from kiosk.config.schema import ConfigError
from kiosk.crypto.envelope import canonical
from kiosk.retirement.reading import read_catalogue
from tests.kiosk.application.forms.documents import (
    ASSETS,
    CONFIG,
    INK,
    ROOT,
    document,
    proxy_document,
)

CATALOGUE = read_catalogue(CONFIG)
URL = "https://central.invalid/v1/forms/0192f0c1-0000-7000-8000-000000000001"


def strokes():
    return tuple(tuple(tuple(point) for point in line) for line in INK)


def signing(said):
    return FormSigning(strokes(), (), URL, canonical(said))


def packet(library, said):
    views = {code: CATALOGUE.services[code].fields for code in said["services"]}
    return packet_of(case_of(said), library.contents, views, mandate_of(said))


def parts_of(pdf):
    """Yield the PDF itself and each of its compressed streams."""
    yield pdf
    for found in re.finditer(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL):
        try:
            yield zlib.decompress(found[1])
        except zlib.error:
            yield found[1]


def test_the_same_data_make_the_same_bytes_and_other_data_do_not(library):
    said = document()
    content = library.contents.merged(case_of(said))
    pdf = library.compiler.make_pdf(content, signing(said))
    assert pdf == library.compiler.make_pdf(content, signing(said))
    said["facts"]["mobile"]["value"] = "13900005503"
    changed = library.contents.merged(case_of(said))
    assert changed.digest != content.digest
    assert pdf != library.compiler.make_pdf(changed, signing(said))


def test_a_form_is_pdf_a_3a_with_tags_language_and_the_whole_application_attached(library):
    said = document()
    pdf = library.compiler.make_pdf(library.contents.merged(case_of(said)), signing(said))
    streams = list(parts_of(pdf))
    whole = b"".join(streams)
    assert b"<pdfaid:part>3</pdfaid:part>" in whole
    assert b"<pdfaid:conformance>A</pdfaid:conformance>" in whole
    assert b"<pdfuaid:part>1</pdfuaid:part>" in whole
    assert b"/Marked true" in whole
    assert b"/AFRelationship/Source" in whole.replace(b" ", b"")
    assert b"/OutputIntents" in whole
    assert b"/JavaScript" not in whole
    assert b"/Encrypt" not in whole
    assert canonical(said) in streams


def test_the_packet_of_the_fullest_application_is_small_and_whole(library):
    said = proxy_document()
    made = packet(library, said).make(library.compiler, signing(said))
    assert set(made) == {"merged", "commitment", "authority", *said["services"]}
    assert all(isinstance(one, bytes) for one in made.values())
    assert sum(map(len, made.values())) <= 2 * 2**20


def test_who_promises_nothing_and_files_alone_gets_neither_letter(library):
    said = document(papers=[])
    assert set(packet(library, said).contents) == {"merged", *said["services"]}


def test_the_code_on_the_form_leads_to_its_check(library):
    said = document()
    content = library.contents.merged(case_of(said))
    first = library.compiler.draw_pages(content, signing(said), 12.0)[0]
    picture = cv2.imdecode(np.frombuffer(first, np.uint8), cv2.IMREAD_GRAYSCALE)
    found, _, _ = cv2.QRCodeDetector().detectAndDecode(picture[: picture.shape[0] // 4])
    assert found == URL


def test_the_strokes_are_drawn_where_the_signature_stands(library):
    said = document()
    content = library.contents.merged(case_of(said))
    without = library.compiler.draw_pages(content, FormSigning(), 4.0)
    signed = library.compiler.draw_pages(content, FormSigning(strokes()), 4.0)
    crossed = library.compiler.draw_pages(content, FormSigning(KEY_MARK), 4.0)
    assert len({without[-1], signed[-1], crossed[-1]}) == 3
    assert without[0] == signed[0]


def test_a_changed_fact_and_a_changed_template_are_found(library, tmp_path):
    said = document()
    signed = packet(library, said).digests(library.definitions.templates)
    assert packet(library, said).changed(signed, library.definitions.templates) == ()
    said["facts"]["account"]["value"] = "6200000000000716680"
    assert packet(library, said).changed(signed, library.definitions.templates) == (
        "R06",
        "R14",
        "R15",
        "merged",
    )
    other = copy_of_config(tmp_path)
    file = other / "forms" / "commitment.typ"
    file.write_text(file.read_text("utf-8") + "\n// changed\n", "utf-8")
    forms = read_form_library(other, ASSETS, CATALOGUE)
    assert packet(library, document()).changed(signed, forms.definitions.templates) == (
        "commitment",
    )


def copy_of_config(tmp_path):
    shutil.copytree(CONFIG, tmp_path / "config")
    return tmp_path / "config"


def test_our_templates_have_no_error(library):
    assert library.problems() == ()


@pytest.mark.parametrize(
    ("file", "wrong", "line"),
    [
        ("merged.typ", "#form.nothing_of_this_name\n", 1),
        ("parts.typ", "#let x = (\n", 0),
        ("R15.typ", "#(1 + [a])\n", 1),
    ],
)
def test_a_template_with_an_error_is_named_with_file_and_line(tmp_path, file, wrong, line):
    config = copy_of_config(tmp_path)
    path = config / "forms" / file
    kept = path.read_text("utf-8") if path.exists() else "#show: sheet\n"
    path.write_text(kept + wrong, "utf-8")
    problems = read_form_library(config, ASSETS, CATALOGUE).problems()
    assert {one.file for one in problems} == {str(path)}
    at = kept.count("\n") + 1
    assert {one.line for one in problems} == {at}
    assert problems[0].words().startswith(f"{path} 第 {at} 行：")
    assert "模板有错，做不出表" in problems[0].words()


def test_a_template_that_is_absent_or_no_text_is_named(tmp_path):
    config = copy_of_config(tmp_path)
    (config / "forms" / "notice.typ").write_bytes(b"one\ntwo \xff\n")
    with pytest.raises(ConfigError) as garbled:
        read_form_library(config, ASSETS, CATALOGUE)
    assert "notice.typ 第 2 行" in str(garbled.value)
    (config / "forms" / "notice.typ").unlink()
    with pytest.raises(ConfigError) as absent:
        read_form_library(config, ASSETS, CATALOGUE)
    assert "没有这个文件" in str(absent.value)


def test_a_template_can_read_no_other_file(tmp_path):
    config = copy_of_config(tmp_path)
    (tmp_path / "secret.json").write_text("{}")
    notice = config / "forms" / "notice.typ"
    notice.write_text(
        f'#show: sheet\n#json("{tmp_path}/secret.json")\n#json("../secret.json")\n', "utf-8"
    )
    (problem,) = read_form_library(config, ASSETS, CATALOGUE).problems()
    assert problem.file == str(notice)


def test_without_typst_every_form_says_so(library, monkeypatch):
    monkeypatch.setitem(sys.modules, "typst", None)
    form_engine.cache_clear()
    try:
        failure = library.compiler.make_pdf(library.contents.merged(case_of(document())))
    finally:
        form_engine.cache_clear()
    assert isinstance(failure, FormFailure)
    assert failure.refusal is FormRefusal.ENGINE_MISSING
    assert "没有装 typst" in failure.problem.words()


MAKE = """
from kiosk.application.forms.document_case import case_of
from kiosk.application.forms.form_library import read_form_library
from tests.kiosk.application.forms.test_compiler import (
    ASSETS, CATALOGUE, CONFIG, packet, proxy_document, signing
)
library, said = read_form_library(CONFIG, ASSETS, CATALOGUE), proxy_document()
made = packet(library, said).make(library.compiler, signing(said))
pages = library.compiler.draw_pages(library.contents.merged(case_of(said)), signing(said))
print(len(made), len(pages))
"""
WRITING = re.compile(r'"([^"]+)"[^"]*O_(?:WRONLY|RDWR|CREAT)')


def test_nothing_of_a_form_is_written_to_a_disk(tmp_path):
    trace, place = tmp_path / "trace", tmp_path / "place"
    place.mkdir()
    uncovered = {name: one for name, one in os.environ.items() if "COVERAGE" not in name}
    calls = "trace=openat,open,creat,mkdir,rename,memfd_create"
    command = ["strace", "-f", "-o", str(trace), "-e", calls, sys.executable, "-Bc", MAKE]
    told = subprocess.run(
        command,
        cwd=ROOT,
        env={**uncovered, "TMPDIR": str(place), "HOME": str(place)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout == "19 2\n"
    opened = WRITING.findall(trace.read_text("utf-8", "replace"))
    assert [path for path in opened if not path.startswith("/dev/")] == []
    assert list(place.rglob("*")) == []


REMEMBER = """
import re
from kiosk.application.forms.document_case import case_of
from kiosk.application.forms.form_library import read_form_library
from tests.kiosk.application.forms.documents import document
from tests.kiosk.application.forms.test_compiler import ASSETS, CATALOGUE, CONFIG, signing
def copies():
    found, wanted = 0, "".join(("柒捌玖", "鑫淼焱")).encode()
    with open("/proc/self/maps") as maps, open("/proc/self/mem", "rb", 0) as memory:
        for line in maps:
            place, rights = line.split()[:2]
            first, last = (int(one, 16) for one in place.split("-"))
            if rights.startswith("rw") and "[v" not in line:
                memory.seek(first)
                found += memory.read(last - first).count(wanted)
    return found
def draw():
    said = document()
    said["facts"]["name"]["value"] = "".join(("柒捌玖", "鑫淼焱"))
    content = library.contents.merged(case_of(said))
    assert library.compiler.make_pdf(content, signing(said))
    assert library.compiler.draw_for_panel(content, SAMPLE_SHEET)
from kiosk.application.forms.compiler import SAMPLE_SHEET
library = read_form_library(CONFIG, ASSETS, CATALOGUE)
before = copies()
draw()
print(copies() - before)
"""


def test_typst_keeps_nothing_of_a_form_in_memory():
    lines = (ROOT / "deploy" / "memory.env").read_text("utf-8").splitlines()
    settings = dict(one.split("=", 1) for one in lines if one and not one.startswith("#"))
    uncovered = {name: one for name, one in os.environ.items() if "COVERAGE" not in name}
    command = [sys.executable, "-Bc", REMEMBER]
    told = subprocess.run(
        command, cwd=ROOT, env=uncovered | settings, capture_output=True, text=True, check=True
    )
    assert told.stdout == "0\n"
