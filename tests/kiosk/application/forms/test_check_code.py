"""Check codes: 100 bits that derive from the signed application, typed in any way."""

import hashlib
import hmac

from kiosk.application.forms.check_code import (
    ALPHABET,
    check_code,
    check_secret,
    grouped_code,
    typed_code,
)

CONTENT = b'{"id":"0192f0c1-0000-7000-8000-000000000001"}' * 20
SECRET = check_secret(CONTENT)


def test_each_form_of_each_application_has_a_code_of_its_own_and_keeps_it():
    code = check_code(SECRET, "merged")
    assert code == check_code(check_secret(CONTENT), "merged")
    others = {check_code(SECRET, "R06"), check_code(check_secret(CONTENT + b" "), "merged"), code}
    assert len(others) == 3
    assert len(code) * 5 == 100, "bits"


def test_whoever_knows_the_digest_of_an_application_can_not_tell_its_codes():
    """The digest stands in the database; HMAC replaces a long key by its digest."""
    known = hashlib.sha256(CONTENT).digest()
    for key in (known, CONTENT):
        for message in (b"merged", b"form-check\nmerged"):
            found = int.from_bytes(hmac.digest(key, message, hashlib.sha256))
            guessed = "".join(ALPHABET[found >> (5 * place) & 31] for place in range(20))
            assert guessed != check_code(SECRET, "merged")


def test_a_code_is_found_however_it_is_typed():
    code = check_code(SECRET, "merged")
    printed = grouped_code(code)
    assert [len(part) for part in printed.split("-")] == [5, 5, 5, 5]
    assert typed_code(printed) == code
    assert typed_code(printed.lower().replace("-", " ").replace("0", "o")) == code


def test_what_is_no_code_is_none():
    assert [typed_code(one) for one in ("", "0" * 19, "0" * 21, "U" * 20, "码" * 20)] == [""] * 5
