"""The first page of each role, help, and the pages of what went wrong."""
