"""How a command ends before its time: one line that says what is wrong, where, and what to do; never a traceback."""

from __future__ import annotations

import atexit
import os
import sys
from collections.abc import Callable, Iterable
from types import TracebackType
from typing import NoReturn

MISUSED = 2
INCOMPLETE = 3
INTERRUPTED = 130
COMMANDS = ("lint", "explain", "rules", "init", "baseline", "who-can", "can-they", "graph", "generate")


class StopError(Exception):
    """A mistake of the user: the lines go to standard error, the exit code is 2."""

    def __init__(self, *lines: str) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines


class LocatedError(StopError):
    """Mistakes in a file: every line begins with its place, which editors turn into a link."""


def guarded(command: Callable[[list[str]], int], arguments: list[str]) -> int:
    """The exit code of `command`, whatever happens to it."""
    sys.excepthook = _defect
    try:
        code = command(arguments)
        sys.stdout.flush()
    except StopError as error:
        for line in error.lines:
            say(line, "" if isinstance(error, LocatedError) else "hullmark: ")
        return MISUSED
    except KeyboardInterrupt:
        silence()
        return INTERRUPTED
    except BrokenPipeError:
        silence()
        return 0
    return code


def leave(code: int) -> NoReturn:
    """Ends the process without taking it apart: freeing every module takes 15 ms, and the system does it anyway."""
    atexit._run_exitfuncs()
    sys.stderr.flush()
    os._exit(code)


def misused(message: str, arguments: Iterable[str]) -> int:
    """Says that words of the command line make no sense, and where to look."""
    command = next((f" {word}" for word in arguments if word in COMMANDS), "")
    say(hinted(_sentence(message), f"see `hullmark{command} --help`"))
    return MISUSED


def say(line: str, start: str = "hullmark: ") -> None:
    """One line on standard error that can do nothing to the terminal."""
    sys.stderr.write(f"{start}{inert(line)}\n")


def inert(text: str) -> str:
    """`text` with control and other unprintable characters as escapes."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)


def silence() -> None:
    """Sends what is still to be flushed to nowhere: whoever read it is gone."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def hinted(message: str, hint: str) -> str:
    """`message`, and a hint where it does not end with one."""
    return message if message.endswith("?") else f"{message}; {hint}"


def _sentence(message: str) -> str:
    text = message.removeprefix("Invalid value for ").replace("Value error, ", "").replace("Input should", "should")
    text = text.replace(". Did you", "; did you").replace(" (Possible options:", ", but there is").rstrip(".)")
    return text[:1].lower() + text[1:]


def _defect(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Says that hullmark itself failed. Python's own exit code 1 would be taken for findings."""
    if os.environ.get("HULLMARK_DEBUG"):
        sys.__excepthook__(kind, error, trace)
    else:
        where = ""
        while trace is not None:
            where = f" at {trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}"
            trace = trace.tb_next
        say(f"a defect of hullmark: {kind.__name__}: {error}{where}; set HULLMARK_DEBUG=1 for the whole story")
    sys.stderr.flush()
    os._exit(INCOMPLETE)
