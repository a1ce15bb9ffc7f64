"""In front of programs' and people's doors: who may come in now, who waits, who is asked to come again."""
