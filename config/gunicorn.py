"""How gunicorn serves a real site; the command line may say otherwise."""

import gc

from gunicorn.glogging import Logger

from forum.logs import JsonFormatter


class JsonLogger(Logger):
    """What gunicorn has to say, in the form of the site's own log."""

    def setup(self, cfg) -> None:
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(JsonFormatter())

    def warning(self, msg, *args, **kwargs) -> None:
        """Gunicorn fills this one in by itself: "Invalid request from ip=…", and then what was sent."""
        super().warning(msg.partition(" from ip=")[0], *args, **kwargs)


gc.disable()  # until `config.wsgi` has loaded the forum: what is loaded stays

logger_class = JsonLogger
workers = 2
threads = 4
# Loaded once, before the workers are forked from it: they start at once, a new one too, and share its memory.
preload_app = True
control_socket_disable = True
# No header moves the site to another path: not every proxy keeps a visitor's SCRIPT_NAME to itself.
forwarder_headers = ""
