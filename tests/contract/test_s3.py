"""Blobs in S3: encrypted there once more, in parts where they are large, away when the bucket is."""

import os

import pytest

from carefolio.base import clock
from carefolio.base.failures import Category, Failure
from carefolio.blobs.s3 import PART, S3
from tests.contract import bucket
from tests.contract.test_blobs import CONTENT, read, refused, upload


@pytest.fixture
def made(endpoint, s3):
    """boto3's client and the bucket."""
    return bucket.client(endpoint), s3.bucket


def test_it_is_below_its_prefix_and_encrypted_there_too(s3, made):
    client, name = made
    s3.put(upload())
    s3.put(upload("large", b"x" * (PART + 1)))
    for key in ("north/17_Binary_b1_1_x", "north/large"):
        assert client.head_object(Bucket=name, Key=key)["ServerSideEncryption"] == "AES256"
    assert client.head_object(Bucket=name, Key="north/large")["ETag"].endswith('-2"')


def test_it_can_be_encrypted_under_a_key_of_kms(endpoint, s3, made):
    client, name = made
    sealed = S3(f"s3://{name}/kms?endpoint={endpoint}&region=us-east-1&kms=alias/carefolio")
    sealed.put(upload())
    found = client.head_object(Bucket=name, Key="kms/17_Binary_b1_1_x")
    assert found["ServerSideEncryption"] == "aws:kms"
    assert read(sealed) == CONTENT


def test_a_bucket_may_be_used_without_a_prefix(endpoint, s3, made):
    client, name = made
    bare = S3(f"s3://{name}?endpoint={endpoint}&region=us-east-1")
    bare.put(upload())
    assert client.head_object(Bucket=name, Key="17_Binary_b1_1_x")["ContentLength"] == len(CONTENT)
    assert bare.place == f"s3://{name}"


def test_what_is_beside_the_prefix_is_not_ours(s3, made):
    client, name = made
    client.put_object(Bucket=name, Key="other/17_Binary_b1_1_x", Body=b"theirs")
    assert list(s3.list()) == []
    assert s3.size("17_Binary_b1_1_x") is None


def test_an_upload_in_parts_that_was_left_is_aborted(s3, made):
    client, name = made
    client.create_multipart_upload(Bucket=name, Key="north/left")
    assert s3.tidy(clock.now() + clock.DAY) == 1
    assert "Uploads" not in client.list_multipart_uploads(Bucket=name)


def test_a_bucket_that_is_not_there_is_a_store_that_is_away(endpoint, s3):
    gone = S3(f"s3://no-such-bucket?endpoint={endpoint}&region=us-east-1")
    calls = [lambda: gone.put(upload()), lambda: read(gone), lambda: list(gone.list()), lambda: gone.tidy(0)]
    assert [refused(call) for call in calls] == [Category.UNAVAILABLE] * len(calls)
    with pytest.raises(Failure, match="NoSuchBucket"):
        gone.look()


def test_an_address_where_nobody_answers_is_a_store_that_is_away(s3, free_address):
    silent = S3(f"s3://a-bucket?endpoint={free_address}&region=us-east-1")
    assert refused(lambda: silent.put(upload())) is Category.UNAVAILABLE
    assert refused(lambda: read(silent)) is Category.UNAVAILABLE


def test_without_anybody_to_be_it_says_so(endpoint, monkeypatch, tmp_path):
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("HOME", str(tmp_path))
    nobody = S3(f"s3://a-bucket?endpoint={endpoint}&region=us-east-1")
    assert refused(lambda: nobody.put(upload())) is Category.UNAVAILABLE
    with pytest.raises(Failure, match="credentials"):
        nobody.look()


def test_a_region_that_cannot_be_is_refused(monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    with pytest.raises(Failure, match="S3 cannot be used"):
        S3("s3://a-bucket?region=no%20region")
