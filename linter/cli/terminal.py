"""What is known about the place that output goes to."""

from __future__ import annotations

import os
import sys
from typing import TextIO

NARROWEST = 40
USUAL = 80


def is_terminal(stream: TextIO) -> bool:
    """Whether a person looks at the stream."""
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def colored(choice: str, stream: TextIO) -> bool:
    """Whether to colour: as the user says, else on a terminal unless NO_COLOR is set (https://no-color.org)."""
    if choice == "auto":
        return is_terminal(stream) and not os.environ.get("NO_COLOR")
    return choice == "always"


def width(stream: TextIO) -> int:
    """Columns of the terminal; 80 where there is none. Not shutil's: importing that takes 7 ms."""
    try:
        columns = int(os.environ.get("COLUMNS", "")) or os.get_terminal_size(stream.fileno()).columns
    except ValueError:
        columns = _columns(stream)
    except OSError:
        columns = USUAL
    return max(columns, NARROWEST)


def _columns(stream: TextIO) -> int:
    try:
        return os.get_terminal_size(stream.fileno()).columns or USUAL
    except OSError:
        return USUAL


def show(text: str) -> None:
    """Writes to standard output, whatever its encoding, even if its reader has gone meanwhile."""
    from hullmark.linter.cli.stop import silence

    try:
        encoding = sys.stdout.encoding or "utf-8"
        sys.stdout.buffer.write(text.encode(encoding, "backslashreplace"))
        sys.stdout.flush()
    except BrokenPipeError:
        silence()
