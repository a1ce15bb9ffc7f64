"""Blobs in S3, or what speaks like it: written under a free name only, in parts where large, encrypted once more there.

Who we are comes from boto3's own environment (``AWS_ACCESS_KEY_ID``, ``AWS_PROFILE``, a role of the machine …).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from carefolio.base import clock
from carefolio.base.failures import broken
from carefolio.blobs.port import PIECE, Stored, Upload, away, checked, lost, refuse_other

PART = 8 << 20
"""What is longer goes in parts of so many bytes; S3 takes none below 5 MiB but the last."""
_CONNECT_SECONDS, _READ_SECONDS, _TRIES = 3, 10, 3
"""A silent bucket holds a thread for three quarters of a minute; whoever waits for it is told before (``beside``)."""
_TAKEN = frozenset({"PreconditionFailed", "412"})
_ABSENT = frozenset({"NoSuchKey", "404"})
_BEYOND = frozenset({"InvalidRange", "416"})


class _Taken(Exception):  # noqa: N818 - it says what is so, and never leaves this file
    """The name is taken."""


class S3:
    """The store below one prefix of one bucket."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        asked = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        self.bucket, prefix = parts.netloc, unquote(parts.path).strip("/")
        self.prefix = f"{prefix}/" if prefix else ""
        self._sealing = (
            {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": asked["kms"]}
            if "kms" in asked
            else {"ServerSideEncryption": "AES256"}
        )
        endpoint = asked.get("endpoint")
        config = Config(
            connect_timeout=_CONNECT_SECONDS,
            read_timeout=_READ_SECONDS,
            retries={"mode": "standard", "max_attempts": _TRIES},
            s3={"addressing_style": "path"} if endpoint else {},
        )
        try:
            self._client: Any = boto3.session.Session().client(
                "s3", endpoint_url=endpoint, region_name=asked.get("region"), config=config
            )
        except (BotoCoreError, ValueError) as problem:
            raise broken(f"S3 cannot be used for attachments: {problem}.") from None

    @property
    def place(self) -> str:
        """Bucket and prefix."""
        return f"s3://{self.bucket}/{self.prefix}".rstrip("/")

    def put(self, upload: Upload) -> None:
        """One request, or several parts that become an object with the last request; only under a free name."""
        try:
            with _answering():
                if upload.size <= PART:
                    self._client.put_object(
                        **self._named(upload.name), Body=b"".join(upload.pieces()), IfNoneMatch="*", **self._sealing
                    )
                else:
                    self._put_in_parts(upload)
        except _Taken:
            refuse_other(self, upload)

    def _put_in_parts(self, upload: Upload) -> None:
        """If we crash in between, the parts are charged for until ``tidy`` throws them away; nobody can read them."""
        begun = self._client.create_multipart_upload(**self._named(upload.name), **self._sealing)
        this = self._named(upload.name) | {"UploadId": begun["UploadId"]}
        try:
            parts = [
                {"PartNumber": number, "ETag": self._client.upload_part(**this, PartNumber=number, Body=part)["ETag"]}
                for number, part in enumerate(_parts(upload.pieces()), 1)
            ]
            self._client.complete_multipart_upload(**this, MultipartUpload={"Parts": parts}, IfNoneMatch="*")
        except BaseException:
            self._client.abort_multipart_upload(**this)
            raise

    def get(self, name: str, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """The object's bytes, streamed."""
        if end is not None and end <= start:
            return
        asked = {} if not start and end is None else {"Range": f"bytes={start}-{'' if end is None else end - 1}"}
        with _answering(beyond_is_empty=True):
            found = self._client.get_object(**self._named(name), **asked)
            yield from found["Body"].iter_chunks(PIECE)

    def size(self, name: str) -> int | None:
        """The object's length."""
        try:
            with _answering(absent_is=KeyError(name)):
                length: int = self._client.head_object(**self._named(name))["ContentLength"]
                return length
        except KeyError:
            return None

    def delete(self, name: str) -> None:
        """Delete the object; a bucket that keeps versions keeps the older one."""
        with _answering():
            self._client.delete_object(**self._named(name))

    def list(self, prefix: str = "") -> Iterator[Stored]:
        """All objects below the prefix, a thousand a request."""
        with _answering():
            pages = self._client.get_paginator("list_objects_v2").paginate(
                Bucket=self.bucket, Prefix=self.prefix + prefix
            )
            for page in pages:
                for found in page.get("Contents", ()):
                    written = clock.micros(found["LastModified"])
                    yield Stored(found["Key"].removeprefix(self.prefix), found["Size"], written)

    def tidy(self, before: int) -> int:
        """Abort old uploads in parts."""
        with _answering():
            pages = self._client.get_paginator("list_multipart_uploads").paginate(
                Bucket=self.bucket, Prefix=self.prefix
            )
            begun = [upload for page in pages for upload in page.get("Uploads", ())]
            old = [upload for upload in begun if clock.micros(upload["Initiated"]) < before]
            for upload in old:
                self._client.abort_multipart_upload(Bucket=self.bucket, Key=upload["Key"], UploadId=upload["UploadId"])
        return len(old)

    def look(self) -> None:
        """The bucket answers, and lets us list what is ours in it."""
        try:
            self._client.list_objects_v2(Bucket=self.bucket, Prefix=self.prefix, MaxKeys=1)
        except (BotoCoreError, ClientError) as problem:
            raise broken(f"{self.place} cannot be used for attachments: {problem}.") from None

    def _named(self, name: str) -> dict[str, str]:
        return {"Bucket": self.bucket, "Key": self.prefix + checked(name)}


def _parts(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in pieces of ``PART``, the last one shorter."""
    held = bytearray()
    for piece in pieces:
        held += piece
        while len(held) >= PART:
            yield bytes(held[:PART])
            del held[:PART]
    if held:
        yield bytes(held)


@contextmanager
def _answering(absent_is: Exception | None = None, *, beyond_is_empty: bool = False) -> Iterator[None]:
    """What S3 answers, in the words of the port."""
    try:
        yield
    except ClientError as problem:
        code = problem.response.get("Error", {}).get("Code", "")
        if code in _TAKEN:
            raise _Taken from None
        if code in _ABSENT:
            raise absent_is or lost() from None
        if code not in _BEYOND or not beyond_is_empty:
            raise away(problem) from None
    except BotoCoreError as problem:
        raise away(problem) from None
