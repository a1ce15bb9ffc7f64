"""Chromium's made-up camera and microphone, and what one side of a call decodes of the other's."""

import pytest

from tests.portal.windows import chromium

SWITCHES = ("--use-fake-device-for-media-stream=fps=10", "--use-fake-ui-for-media-stream")
PERMISSIONS = ("camera", "microphone")
WATCHED = """
const Real = RTCPeerConnection;
window.peers = [];
window.RTCPeerConnection = class extends Real { constructor(...all) { super(...all); window.peers.push(this); } };
"""
"""Goes before the room's own script."""
DECODED = """async () => {
  const peer = window.peers.at(-1);
  if (!peer) return false;
  const found = [...(await peer.getStats()).values()].filter((one) => one.type === "inbound-rtp");
  const frames = found.filter((one) => one.kind === "video").map((one) => one.framesDecoded);
  const sound = found.filter((one) => one.kind === "audio").map((one) => one.packetsReceived);
  return Math.max(0, ...frames) > 5 && Math.max(0, ...sound) > 5;
}"""
"""Whether pictures and sound have come."""


@pytest.fixture(scope="module")
def _chromium():
    """In the place of the one without: its windows have a camera and a microphone."""
    with chromium(*SWITCHES) as running:
        yield running
