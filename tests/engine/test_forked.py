"""Processes and pipes of our own: messages arrive whole, and whoever is left alone notices."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from hullmark.linter.engine.forked import Forked, Pipe, ready

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="processes are forked on Linux only")


def echo(pipe: Pipe) -> None:
    while True:
        pipe.send(pipe.recv())


@contextmanager
def started(*others: Pipe) -> Iterator[Forked]:
    process = Forked(echo, others)
    try:
        yield process
    finally:
        process.stop()


@pytest.mark.parametrize(
    "message", ["", [1, 2], "x" * 3_000_000, {"a": ("b", None)}], ids=["empty", "list", "large", "map"]
)
def test_messages_arrive_whole(message: object) -> None:
    """Also those that are larger than what a pipe holds."""
    with started() as process:
        process.connection.send(message)
        assert process.connection.recv() == message


def test_messages_arrive_in_order() -> None:
    with started() as process:
        for number in range(50):
            process.connection.send(number)
        assert [process.connection.recv() for _ in range(50)] == list(range(50))


def test_who_died_is_noticed() -> None:
    with started() as process:
        process.connection.send(signal.SIGKILL)
        process.connection.recv()
        os.kill(process._number, signal.SIGKILL)
        assert list(ready([process.connection])) == [process.connection]
        with pytest.raises(EOFError):
            process.connection.recv()


def test_who_crashes_says_nothing_itself(capfd: pytest.CaptureFixture[str]) -> None:
    def crash(pipe: Pipe) -> None:
        raise ValueError(pipe.recv())

    process = Forked(crash, ())
    process.connection.send("text")
    with pytest.raises(EOFError):
        process.connection.recv()
    process.stop()
    assert capfd.readouterr() == ("", "")


def test_only_who_has_something_to_say_is_ready() -> None:
    with started() as first, started(first.connection) as second:
        second.connection.send("text")
        assert list(ready([first.connection, second.connection])) == [second.connection]


def test_processes_end_when_nobody_is_left_to_ask_them() -> None:
    """The second was forked when the first had its pipe already: no copy of it may keep the first waiting."""
    first = Forked(echo, ())
    with started(first.connection):
        first.connection.close()
        number, status = os.waitpid(first._number, 0)
        assert (number, os.waitstatus_to_exitcode(status)) == (first._number, 0)
