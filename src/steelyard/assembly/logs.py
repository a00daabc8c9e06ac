"""What the processes write to their logs: where a fault happened and of what kind, never what was in it.

An exception's words may quote a row, an address, a post. Its type and its frames are enough to find it.
"""

import logging
import traceback
from types import TracebackType


class Discreet(logging.Formatter):
    """Frames and types of exceptions, without their messages; requests without their path."""

    def format(self, record: logging.LogRecord) -> str:
        if record.name.startswith("django."):  # its words name the path, which may be secret
            record.msg, record.args = str(record.msg).partition(":")[0], ()
        return super().format(record)

    def formatException(  # noqa: N802 - the name logging calls
        self,
        ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None],
    ) -> str:
        kind, fault, frames = ei
        if kind is None:
            return ""
        chain = [kind.__name__]
        while fault and (fault := fault.__cause__ or fault.__context__):
            chain.append(type(fault).__name__)
        return "".join(traceback.format_tb(frames)) + " <- ".join(chain)


LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": Discreet, "format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
        # Django names the path of each refused or missing page; a path may carry a secret.
        "django.request": {"handlers": ["stderr"], "level": "ERROR", "propagate": False},
        "django.security": {"handlers": ["stderr"], "level": "ERROR", "propagate": False},
    },
}
