"""Why there is no backup, or why one was not restored: in words for who tends the server."""


class BackupError(Exception):
    """One message, with what to do about it."""
