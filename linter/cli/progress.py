"""A progress bar on standard error, for runs that take longer than a second on a terminal."""

from __future__ import annotations

import sys
from time import perf_counter

_PATIENCE = 1.0
_PAUSE = 0.1
_CELLS = 30
_CLEAR = "\r\x1b[K"


class Progress:
    """Called with the files that were judged and with all; `end` wipes the line."""

    def __init__(self) -> None:
        self._start = perf_counter()
        self._last = 0.0

    def __call__(self, done: int, total: int) -> None:
        """Draws the bar if it is time to."""
        now = perf_counter()
        if now - self._start < _PATIENCE or now - self._last < _PAUSE:
            return
        self._last = now
        filled = _CELLS * done // total
        bar = "#" * filled + "." * (_CELLS - filled)
        sys.stderr.write(f"\r[{bar}] {done:,} of {total:,} files")
        sys.stderr.flush()

    def end(self) -> None:
        """Wipes the bar, if there is one."""
        if self._last:
            sys.stderr.write(_CLEAR)
            sys.stderr.flush()
