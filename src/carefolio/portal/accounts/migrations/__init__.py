"""Django's steps from an empty database to this one."""
