"""A chart to take away: one zip that a person can read without us, and a program too."""
