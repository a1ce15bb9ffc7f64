"""One GET after the other on one connection, until somebody ends it.

As a program: ``python -m tests.faults.again_and_again PORT TOKEN PATH``: prints the number of resources of each answer.
"""

from __future__ import annotations

import sys

from tests.faults.client import Client

MOST = 100_000


def main(port: str, token: str, path: str) -> None:
    """Again and again."""
    client = Client(int(port), token)
    for _ in range(MOST):
        reply = client.get(path)
        sys.stdout.write(f"{reply.status} {reply.body.count(b'fullUrl')}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
