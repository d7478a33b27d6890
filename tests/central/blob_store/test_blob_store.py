"""Stores of pages: a folder and a bucket keep the same contract; signatures are those of AWS."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from central.blob_store.addresses import BLOBS_VARIABLE, SECRET_VARIABLE, blob_store_of, open_bucket
from central.blob_store.folder import FolderStore
from central.blob_store.ports import BlobStore, BlobStoreAway
from central.blob_store.s3 import S3Store
from central.blob_store.signing import S3Credentials, S3Request, signed_headers
from kiosk.config.schema import ConfigError
from kiosk.crypto.envelope import digest
from tests.central.blob_store.bucket import KEY, REGION, SECRET, Bucket, serving_bucket

PAGE = bytes(range(256)) * 1000
NAME = digest(PAGE)
EMPTY = digest(b"")


@pytest.fixture
def bucket() -> Iterator[Bucket]:
    with serving_bucket() as found:
        yield found


def store_in(bucket: Bucket, path: str = "/kiosk/pages", **changed: str) -> S3Store:
    said = {"key": KEY, "secret": SECRET, "region": REGION, **changed}
    return open_bucket(f"{bucket.address}{path}", S3Credentials(**said))


@pytest.fixture(params=["folder", "bucket"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> BlobStore:
    if request.param == "folder":
        return FolderStore(tmp_path)
    return store_in(request.getfixturevalue("bucket"), "/kiosk/pages of 2027/a+b~é")


def test_what_was_put_is_given(store: BlobStore) -> None:
    assert store.get(NAME) is None
    for _ in range(2):
        store.put(NAME, PAGE)
        assert store.get(NAME) == PAGE
    store.put(EMPTY, b"")
    assert store.get(EMPTY) == b""


def test_a_page_in_a_folder_is_for_its_owner_alone(tmp_path: Path) -> None:
    FolderStore(tmp_path).put(NAME, PAGE)
    (path,) = (one for one in tmp_path.rglob("*") if one.is_file())
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_a_folder_that_is_not_mounted_is_away_and_is_not_made(tmp_path: Path) -> None:
    store = FolderStore(tmp_path / "share")
    with pytest.raises(BlobStoreAway, match="not there"):
        store.put(NAME, PAGE)
    with pytest.raises(BlobStoreAway, match="not there"):
        store.get(NAME)
    assert not (tmp_path / "share").exists()
    (tmp_path / NAME[:2]).write_text("a file where a folder should be")
    with pytest.raises(BlobStoreAway):
        FolderStore(tmp_path).put(NAME, PAGE)


def test_a_bucket_that_answers_otherwise_is_away(bucket: Bucket) -> None:
    store = store_in(bucket)
    store.put(NAME, PAGE)
    for status in (301, 500, 503):
        bucket.status = status
        with pytest.raises(BlobStoreAway, match=str(status)):
            store.put(NAME, PAGE)
        with pytest.raises(BlobStoreAway, match=str(status)):
            store.get(NAME)
    bucket.status = 404  # the bucket itself is gone
    with pytest.raises(BlobStoreAway, match="404"):
        store.put(NAME, PAGE)


def test_nobody_listens() -> None:
    store = open_bucket("http://127.0.0.1:9/kiosk", S3Credentials(KEY, SECRET, REGION))
    with pytest.raises(BlobStoreAway, match="ConnectionRefused"):
        store.put(NAME, PAGE)


@pytest.mark.parametrize(
    ("changed", "trouble"),
    [
        ({"secret": "other"}, "SignatureDoesNotMatch"),
        ({"region": "eu-1"}, "SignatureDoesNotMatch"),
        ({"key": "OTHER"}, "InvalidAccessKeyId"),
    ],
)
def test_the_server_verifies(bucket: Bucket, changed: dict[str, str], trouble: str) -> None:
    """The control: another secret, region or key is refused."""
    with pytest.raises(BlobStoreAway, match="403"):
        store_in(bucket, **changed).put(NAME, PAGE)
    assert bucket.refused == [trouble]
    assert bucket.objects == {}


def test_a_clock_that_is_wrong_is_refused(bucket: Bucket) -> None:
    right = store_in(bucket)
    late = S3Store(
        right.url,
        right.credentials,
        right.tls,
        lambda: datetime.now(UTC) - timedelta(hours=1),
        right.longest,
    )
    with pytest.raises(BlobStoreAway, match="403"):
        late.put(NAME, PAGE)
    assert bucket.refused == ["RequestTimeTooSkewed"]


def test_an_answer_without_end_is_not_read(bucket: Bucket) -> None:
    right = store_in(bucket)
    right.put(NAME, PAGE)
    short = S3Store(right.url, right.credentials, right.tls, right.now, len(PAGE) - 1)
    with pytest.raises(BlobStoreAway, match="too long"):
        short.get(NAME)


# The four examples of AWS's own documentation: their key, secret, bucket and instant.
EXAMPLE = S3Credentials(
    "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "us-east-1"
)
AT = datetime(2013, 5, 24, tzinfo=UTC)
HOST = {"host": "examplebucket.s3.amazonaws.com"}
TEXT = digest(b"Welcome to Amazon S3.")


@pytest.mark.parametrize(
    ("request_", "signature"),
    [
        (
            S3Request("GET", "/test.txt", {**HOST, "range": "bytes=0-9"}, EMPTY),
            "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
        ),
        (
            S3Request(
                "PUT",
                "/test$file.text",
                {
                    **HOST,
                    "date": "Fri, 24 May 2013 00:00:00 GMT",
                    "x-amz-storage-class": "REDUCED_REDUNDANCY",
                },
                TEXT,
            ),
            "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd",
        ),
        (
            S3Request("GET", "/", HOST, EMPTY, {"lifecycle": ""}),
            "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543",
        ),
        (
            S3Request("GET", "/", HOST, EMPTY, {"prefix": "J", "max-keys": "2"}),
            "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7",
        ),
    ],
)
def test_signatures_are_those_of_the_published_examples(
    request_: S3Request, signature: str
) -> None:
    said = signed_headers(request_, EXAMPLE, AT)["authorization"]
    assert said.endswith(f"Signature={signature}")
    assert EXAMPLE.secret not in said
    assert EXAMPLE.secret not in repr(EXAMPLE)


@pytest.fixture
def secret(tmp_path: Path) -> str:
    path = tmp_path / "secret"
    path.write_text(f"{KEY}\n{SECRET}\n")
    return str(path)


def test_the_settings_name_a_store(tmp_path: Path, secret: str, bucket: Bucket) -> None:
    assert blob_store_of({}) is None
    folder = blob_store_of({BLOBS_VARIABLE: f"file://{tmp_path}/a%20b"})
    assert folder == FolderStore(tmp_path / "a b")
    named = f"{bucket.address}/kiosk/pages?region={REGION}"
    found = blob_store_of({BLOBS_VARIABLE: named, SECRET_VARIABLE: secret})
    assert found is not None
    found.put(NAME, PAGE)
    assert bucket.objects == {f"/kiosk/pages/{NAME}": PAGE}


@pytest.mark.parametrize(
    "address",
    [
        "/srv/pages",
        "file://host/srv/pages",
        "ftp://host/bucket",
        "http://store.example/bucket",
        "https://key:secret@store.example/bucket",
        "https://store.example",
        "https://store.example/",
    ],
)
def test_a_wrong_address_is_refused_with_words(address: str, secret: str) -> None:
    with pytest.raises(ConfigError, match=BLOBS_VARIABLE) as told:
        blob_store_of({BLOBS_VARIABLE: address, SECRET_VARIABLE: secret})
    assert "key:secret" not in str(told.value)


@pytest.mark.parametrize("spoil", [lambda path: path.unlink(), lambda path: path.write_text("x")])
def test_a_wrong_secret_is_refused_with_words(secret: str, spoil: Callable[[Path], object]) -> None:
    spoil(Path(secret))
    with pytest.raises(ConfigError, match=SECRET_VARIABLE):
        blob_store_of({BLOBS_VARIABLE: "https://store.example/b", SECRET_VARIABLE: secret})
