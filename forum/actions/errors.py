"""Why an action was not done. Each message is a French sentence for the person who tried."""


class ActionError(Exception):
    """The action was not done and nothing was changed."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class NotAllowed(ActionError):
    """The person may see it but not do it: a closed question, a suspension, a missing role."""


class Conflict(ActionError):
    """Somebody was first, or the text has changed since it was seen."""


class NothingNew(ActionError):
    """What was sent is what a moderator has already said no to."""


class LimitReached(ActionError):
    """Too many in too short a time."""

    def __init__(self, message: str, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after  # seconds
