"""A visit by video: the waiting room, letting in, the call's signals, the note, the end."""
