"""The bytes of one file: regular files only, bounded, and never a wait."""

from __future__ import annotations

import os
import stat

from hullmark.linter.finding import Problem, ProblemKind

# A name may become a pipe between looking and opening: O_NONBLOCK keeps the open from waiting for a writer.
_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)


def read(where: str, path: str, limit: int) -> bytes | Problem:
    """At most `limit` bytes of the file at `where`, which reports call `path`; a larger file is not read at all."""
    try:
        descriptor = os.open(where, _FLAGS)
    except OSError as error:
        return unreadable(path, error)
    try:
        facts = os.fstat(descriptor)
        if not stat.S_ISREG(facts.st_mode):
            return Problem(ProblemKind.UNREADABLE, f"not read: a {sort_of(facts.st_mode)}, not a file", path)
        if facts.st_size > limit:
            return too_large(path, facts.st_size, limit)
        data = os.read(descriptor, facts.st_size + 1)
        # Files of /proc say that they are empty, and files grow: the limit holds for what is read, too.
        while len(data) != facts.st_size and len(data) <= limit:
            more = os.read(descriptor, limit + 1 - len(data))
            if not more:
                break
            data += more
    except OSError as error:
        return unreadable(path, error)
    finally:
        os.close(descriptor)
    return data if len(data) <= limit else too_large(path, len(data), limit)


def unreadable(path: str, error: OSError) -> Problem:
    """Why a file could not be read, in the system's words."""
    reason = (error.strerror or type(error).__name__).lower()
    return Problem(ProblemKind.UNREADABLE, f"cannot be read: {reason}", path)


def too_large(path: str, size: int, limit: int) -> Problem:
    """A file beyond the limit."""
    return Problem(ProblemKind.LIMIT, f"not read: {size:,} bytes, more than the limit of {limit:,}", path)


def sort_of(mode: int) -> str:
    """What a thing is that is no regular file."""
    names = {
        stat.S_IFIFO: "named pipe",
        stat.S_IFSOCK: "socket",
        stat.S_IFCHR: "device",
        stat.S_IFBLK: "device",
        stat.S_IFDIR: "directory",
        stat.S_IFLNK: "symbolic link",
    }
    return names.get(stat.S_IFMT(mode), "special file")
