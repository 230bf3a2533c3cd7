"""Where reports go: standard output, and files that appear whole or not at all."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from contextlib import suppress

from hullmark.linter.cli.options import FORMATS
from hullmark.linter.cli.stop import StopError
from hullmark.linter.named_tuple import NamedTuple


class Output(NamedTuple):
    """One `--output FORMAT=FILE`."""

    format: str
    path: str


def outputs(words: Iterable[str]) -> tuple[Output, ...]:
    """The files to be written; whatever cannot work is said before the work begins."""
    found: dict[str, Output] = {}
    for word in words:
        name, equals, path = word.partition("=")
        if not equals or not path:
            raise StopError(f"--output {word!r} is not FORMAT=FILE, such as sarif=hullmark.sarif")
        if name not in FORMATS:
            raise StopError(f"--output {word!r}: there is no format {name!r}, only {', '.join(FORMATS)}")
        if path == "-":
            raise StopError(f"--output {word!r}: standard output takes --format {name}")
        folder = os.path.dirname(path) or "."
        if not os.path.isdir(folder):
            raise StopError(f"--output {word!r}: there is no folder {folder!r}; make it first")
        if os.path.isdir(path):
            raise StopError(f"--output {word!r}: {path!r} is a folder; name a file")
        real = os.path.realpath(path)
        if real in found:
            raise StopError(f"--output {word!r}: {path!r} is written twice")
        found[real] = Output(name, path)
    return tuple(found.values())


def write(path: str, text: str) -> None:
    """Writes a file at once: a reader sees the old one or the new one, never half of it."""
    write_bytes(path, text.encode("utf-8", "backslashreplace"))


def write_bytes(path: str, data: bytes) -> None:
    """The same for bytes. The mode of a file that is there is kept."""
    try:
        if _is_special(path):
            with open(path, "wb") as file:
                file.write(data)
        else:
            _replace(os.path.realpath(path), data)
    except OSError as error:
        raise StopError(f"cannot write {path!r}: {(error.strerror or type(error).__name__).lower()}") from None


def _is_special(path: str) -> bool:
    """Whether there is something that must not be replaced, such as /dev/stdout or a pipe."""
    try:
        return not stat.S_ISREG(os.stat(path).st_mode)
    except OSError:
        return False


def _replace(path: str, data: bytes) -> None:
    folder, name = os.path.split(path)
    draft = os.path.join(folder, f".{name}.{os.getpid()}.{os.urandom(4).hex()}")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
    descriptor = os.open(draft, flags, 0o666)
    try:
        with open(descriptor, "wb") as file:
            with suppress(OSError):
                os.chmod(draft, stat.S_IMODE(os.stat(path).st_mode))
            file.write(data)
        os.replace(draft, path)
    finally:
        with suppress(OSError):
            os.unlink(draft)  # it is gone already, unless something failed
