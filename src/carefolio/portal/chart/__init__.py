"""A chart on pages: timeline, record, trends, correction, download."""
