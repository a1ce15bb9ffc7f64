"""How often a page is answered in a second: ``python -m tests.portal.asking ADDRESS`` prints it."""

import asyncio
import sys
import time

from tests.acceptance.wire import Ask, Wire

CONNECTIONS, SECONDS, WARM_UP = 8, 8.0, 20


async def measure(address: str) -> float:
    root, _, path = address.removeprefix("http://").partition("/")
    ask = Ask("GET", "/" + path)

    async def keep_asking(until: float) -> int:
        count = 0
        async with Wire.open("http://" + root) as wire:
            while time.monotonic() < until:
                answer = await wire.ask(ask)
                assert answer.status == 200
                count += 1
        return count

    async with Wire.open("http://" + root) as wire:
        for _ in range(WARM_UP):
            await wire.ask(ask)
    began = time.monotonic()
    counts = await asyncio.gather(*(keep_asking(began + SECONDS) for _ in range(CONNECTIONS)))
    return sum(counts) / (time.monotonic() - began)


if __name__ == "__main__":
    sys.stdout.write(f"{asyncio.run(measure(sys.argv[1])):.1f}\n")
