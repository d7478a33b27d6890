"""The stand-in for the vendors' library behaves as badly as its script says."""

from __future__ import annotations

import ctypes
import signal
import subprocess
import sys
from ctypes import c_char_p, c_int, create_string_buffer

import pytest

from tests.drivers.vendor_library.library import TEXT, VendorLibrary

CHALLENGES = "0123456789ABCDEF|FEDCBA9876543210|"
ANSWER = "0123456789ABCDEF" * 2 + "|" + "FEDCBA9876543210" * 2 + "|"


def call(library: VendorLibrary, function: str, *arguments: object) -> tuple[int, bytes]:
    loaded = ctypes.CDLL(str(library.path))
    buffer = create_string_buffer(b"untouched", 4096)
    symbol = getattr(loaded, function)
    symbol.restype = ctypes.c_long
    return symbol(*arguments, buffer), buffer.value


def in_a_process(library: VendorLibrary) -> subprocess.Popen[bytes]:
    program = (
        "import ctypes, sys; library = ctypes.CDLL(sys.argv[1]);"
        "out = ctypes.create_string_buffer(4096); print('called', flush=True);"
        "library.iReadCardBas(1, out)"
    )
    return subprocess.Popen(
        [sys.executable, "-ISc", program, str(library.path)],
        env=library.environment,
        stdout=subprocess.PIPE,
    )


def test_a_card_is_read(vendor_library: VendorLibrary) -> None:
    assert call(vendor_library, "iReadCardBas", c_int(3)) == (0, TEXT.encode("gbk"))
    assert vendor_library.calls() == ["iReadCardBas 3 0 "]


@pytest.mark.parametrize("code", [-1, -24, -2201, -2202, -2203, -27272])
def test_codes_come_with_a_text_or_without(vendor_library: VendorLibrary, code: int) -> None:
    vendor_library.play(f"iReadCardBas return {code} 未找到卡片")
    assert call(vendor_library, "iReadCardBas", c_int(1)) == (code, "未找到卡片".encode("gbk"))
    vendor_library.play(f"iReadCardBas return {code}")
    assert call(vendor_library, "iReadCardBas", c_int(1)) == (code, b"untouched")


def test_the_two_steps_of_the_centre(vendor_library: VendorLibrary) -> None:
    vendor_library.play(
        "iReadCardBas return -2201 PSAM 不存在",
        f"iReadCardBas_HSM_Step1 return 0 {CHALLENGES}",
        f"iReadCardBas_HSM_Step2 expect {ANSWER} {TEXT}",
    )
    assert call(vendor_library, "iReadCardBas", c_int(1))[0] == -2201
    step1 = call(vendor_library, "iReadCardBas_HSM_Step1", c_int(1))
    assert step1 == (0, CHALLENGES.encode())
    step2 = call(vendor_library, "iReadCardBas_HSM_Step2", c_char_p(ANSWER.encode()))
    assert step2 == (0, TEXT.encode("gbk"))
    wrong = call(vendor_library, "iReadCardBas_HSM_Step2", c_char_p(b"0|0|"))
    assert wrong == (-1, "外部认证失败".encode("gbk"))
    assert vendor_library.calls()[2] == f"iReadCardBas_HSM_Step2 0 0 {ANSWER}"


def test_items_and_pin(vendor_library: VendorLibrary) -> None:
    vendor_library.play("iReadCard return 0 Z00000013|", "iVerifyPIN return -63")
    wanted = c_char_p(b"SSSEEF05|07|$")
    read = call(vendor_library, "iReadCard", c_int(1), c_int(2), c_char_p(b""), wanted)
    assert read == (0, b"Z00000013|")
    assert call(vendor_library, "iVerifyPIN", c_int(1)) == (-63, b"untouched")
    assert vendor_library.calls() == ["iReadCard 1 2 SSSEEF05|07|$", "iVerifyPIN 1 0 "]


def test_answers_that_are_cut_or_too_long(vendor_library: VendorLibrary) -> None:
    inside_the_name = TEXT.encode("gbk").index("测".encode("gbk")) + 1
    vendor_library.play(f"iReadCardBas cut {inside_the_name} {TEXT}")
    code, text = call(vendor_library, "iReadCardBas", c_int(1))
    assert (code, text) == (0, TEXT.encode("gbk")[:inside_the_name])
    with pytest.raises(UnicodeDecodeError):
        text.decode("gbk")
    vendor_library.play("iReadCardBas fill 3000")
    assert call(vendor_library, "iReadCardBas", c_int(1)) == (0, b"x" * 3000)


def test_without_a_line_for_it_a_function_fails(vendor_library: VendorLibrary) -> None:
    vendor_library.play("iReadCard return 0 x")
    assert call(vendor_library, "iReadCardBas", c_int(1)) == (-1, "没有脚本".encode("gbk"))


@pytest.mark.parametrize(("verb", "code"), [("crash", -signal.SIGSEGV), ("exit", 3)])
def test_some_calls_end_their_process(vendor_library: VendorLibrary, verb: str, code: int) -> None:
    vendor_library.play(f"iReadCardBas {verb}")
    with in_a_process(vendor_library) as process:
        assert process.wait(60) == code


def test_some_calls_never_return(vendor_library: VendorLibrary) -> None:
    vendor_library.play("iReadCardBas hang")
    with in_a_process(vendor_library) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"called\n"
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(0.2)
        process.kill()
        assert process.wait(60) == -signal.SIGKILL
