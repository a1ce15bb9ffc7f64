"""The commands, one file a group; a group's file is read when one of its commands is called."""

from carefolio.cli.commands import app, main

__all__ = ["app", "main"]
