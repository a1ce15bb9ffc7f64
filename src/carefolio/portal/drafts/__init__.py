"""Half-filled forms, kept sealed until they are sent."""
