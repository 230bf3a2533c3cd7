"""Forked processes and the pipes to them: what `multiprocessing` offers, without the 25 ms that importing it takes.

Messages are pickled, between a process and one that it forked alone: nothing else can write into their pipes.
"""

from __future__ import annotations

import os
import pickle
import select
import signal
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from typing import Any

_LENGTH = 8
"""Bytes before a message that tell how many it has."""


class Pipe:
    """One end of a connection in both directions."""

    __slots__ = ("_reads", "_writes")

    def __init__(self, reads: int, writes: int) -> None:
        self._reads = reads
        self._writes = writes

    def fileno(self) -> int:
        """The descriptor from which messages are read."""
        return self._reads

    def send(self, message: object) -> None:
        """Sends a message, and waits where the other end is slow to read; OSError where nobody is left to read it."""
        data = pickle.dumps(message, pickle.HIGHEST_PROTOCOL)
        rest = memoryview(len(data).to_bytes(_LENGTH, "little") + data)
        while rest:
            rest = rest[os.write(self._writes, rest) :]

    def recv(self) -> Any:
        """The next message, which is waited for; EOFError where nobody is left to send one."""
        size = int.from_bytes(self._read(_LENGTH), "little")
        return pickle.loads(self._read(size))  # noqa: S301  # by a process that was forked from this one

    def _read(self, size: int) -> bytes:
        parts = []
        while size:
            part = os.read(self._reads, size)
            if not part:
                raise EOFError
            parts.append(part)
            size -= len(part)
        return b"".join(parts)

    def close(self) -> None:
        """Ends the connection; the other end notices."""
        os.close(self._reads)
        os.close(self._writes)


class Forked:
    """A process that does `work` with its end of a connection, and ends with it.

    It lets go of its copies of the `others`' connections: as long as one is open, nobody notices an end of the other.
    """

    __slots__ = ("_number", "connection")

    def __init__(self, work: Callable[[Pipe], None], others: Iterable[Pipe]) -> None:
        reads, far_writes = os.pipe()
        far_reads, writes = os.pipe()
        self.connection = Pipe(reads, writes)
        far = Pipe(far_reads, far_writes)
        self._number = os.fork()
        if self._number == 0:
            with suppress(BaseException):  # whoever waits for an answer says what comes of this
                for pipe in (self.connection, *others):
                    pipe.close()
                work(far)
            os._exit(0)
        far.close()

    def stop(self) -> None:
        """Ends the process at once, and waits until it is gone."""
        self.connection.close()
        os.kill(self._number, signal.SIGKILL)
        os.waitpid(self._number, 0)


def ready(pipes: Sequence[Pipe]) -> Iterable[Pipe]:
    """Those pipes that have something to read, or have ended; waits for the first."""
    poll = select.poll()
    for pipe in pipes:
        poll.register(pipe.fileno(), select.POLLIN)
    told = {descriptor for descriptor, _ in poll.poll()}
    return [pipe for pipe in pipes if pipe.fileno() in told]
