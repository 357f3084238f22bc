"""The kinds of backup there are, and which module writes and restores each."""

from . import portable, postgresql, sqlite

PORTABLE = "portable"
KINDS = {"sqlite": sqlite, "postgresql": postgresql, PORTABLE: portable}
WORDS = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
