"""Every store of blobs that there is, empty, one after the other."""

import pytest

from carefolio.blobs.files import Files
from carefolio.blobs.s3 import S3
from tests.acceptance.server import free_port
from tests.contract import bucket


@pytest.fixture(scope="session")
def endpoint():
    with bucket.serving() as address:
        yield address


@pytest.fixture
def files(tmp_path):
    store = Files(tmp_path / "blobs")
    store.make()
    return store


@pytest.fixture
def s3(endpoint, monkeypatch):
    for name, value in bucket.NOBODYS.items():
        monkeypatch.setenv(name, value)
    return S3(bucket.fresh(endpoint)[1])


@pytest.fixture(params=["files", "s3"])
def store(request):
    return request.getfixturevalue(request.param)


@pytest.fixture
def free_address():
    """An address of this machine at which nobody listens."""
    return f"http://127.0.0.1:{free_port()}"
