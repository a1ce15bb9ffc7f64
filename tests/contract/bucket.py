"""A server that speaks S3, in this process, on this machine only; and a bucket of a test's own in it."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from itertools import count

import boto3
from moto.server import ThreadedMotoServer

from carefolio.blobs.files import Files
from carefolio.blobs.port import Blobs, Upload
from tests.ports import free_port

_numbers = count(1)
NOBODYS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_EC2_METADATA_DISABLED": "true"}


@contextmanager
def serving() -> Iterator[str]:
    """Its address, while it runs."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    try:
        yield f"http://{host}:{port}"
    finally:
        server.stop()


def client(endpoint: str):
    """boto3's own client, to look at what is there."""
    return boto3.client("s3", endpoint_url=endpoint, region_name="us-east-1")


def fresh(endpoint: str) -> tuple[str, str]:
    """A new bucket: its name, and the setting that names a prefix in it."""
    bucket = f"attachments-{next(_numbers)}"
    client(endpoint).create_bucket(Bucket=bucket)
    return bucket, f"s3://{bucket}/north?endpoint={endpoint}&region=us-east-1"


def upload(name: str, content: bytes) -> Upload:
    """A blob of a test's own."""
    return Upload(name, len(content), sha256(content).digest(), lambda: [content])


@contextmanager
def away(store: Blobs) -> Iterator[None]:
    """Meanwhile the folder is gone, or nobody answers where the bucket was."""
    if isinstance(store, Files):
        elsewhere = store.folder.rename(store.folder.with_name("elsewhere"))
        yield
        elsewhere.rename(store.folder)
    else:
        real = store._client
        store._client = client(f"http://127.0.0.1:{free_port()}")
        yield
        store._client = real
