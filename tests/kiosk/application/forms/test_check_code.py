"""Check codes: 100 bits that derive from the signed application, typed in any way."""

from kiosk.application.forms.check_code import check_code, grouped_code, typed_code

CONTENT = b'{"id":"0192f0c1-0000-7000-8000-000000000001"}'


def test_each_form_of_each_application_has_a_code_of_its_own_and_keeps_it():
    code = check_code(CONTENT, "merged")
    assert code == check_code(CONTENT, "merged")
    others = {check_code(CONTENT, "R06"), check_code(CONTENT + b" ", "merged"), code}
    assert len(others) == 3
    assert len(code) * 5 == 100, "bits"


def test_a_code_is_found_however_it_is_typed():
    code = check_code(CONTENT, "merged")
    printed = grouped_code(code)
    assert [len(part) for part in printed.split("-")] == [5, 5, 5, 5]
    assert typed_code(printed) == code
    assert typed_code(printed.lower().replace("-", " ").replace("0", "o")) == code


def test_what_is_no_code_is_none():
    assert [typed_code(one) for one in ("", "0" * 19, "0" * 21, "U" * 20, "码" * 20)] == [""] * 5
