"""Which store of blobs an installation has."""

from __future__ import annotations

from importlib import import_module

from carefolio.base.failures import broken
from carefolio.base.settings import Settings
from carefolio.blobs.files import Files
from carefolio.blobs.port import Blobs

_S3 = "carefolio.blobs.s3"
"""By name: boto3 takes a fifth of a second to load, and most installations have no S3."""


def opened_blobs(settings: Settings) -> Blobs:
    """The same, made ready: a folder that is not there yet is made now, at the start, and never later."""
    found = blobs_of(settings)
    if isinstance(found, Files):
        found.make()
    return found


def blobs_of(settings: Settings) -> Blobs:
    """Where long attachments are kept: in S3 when the settings name a bucket, else in files."""
    folder = settings.blobs_folder
    if folder is not None:
        return Files(folder)
    try:
        made: Blobs = import_module(_S3).S3(settings.blobs_url)
    except ModuleNotFoundError as problem:
        raise broken(
            f"CAREFOLIO_BLOBS_URL names S3, which needs {problem.name}: pip install 'carefolio[s3]'."
        ) from None
    return made
