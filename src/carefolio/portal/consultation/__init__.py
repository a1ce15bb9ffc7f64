"""The room of a visit by video: waiting, the call, its chat, the note."""
