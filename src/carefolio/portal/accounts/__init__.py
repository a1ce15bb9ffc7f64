"""Signing up and in, the second factor, sessions: credentials stay here, rights in ``identity``."""
