"""The door of calls: a WebSocket by which two browsers of one visit find each other; their media never come here."""
