"""`--fix` and `--diff`: findings that can be fixed, fixed; in the files or on standard output."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from hullmark.linter.cli.options import LintOptions
from hullmark.linter.cli.outputs import write_bytes
from hullmark.linter.cli.stop import StopError, inert, say
from hullmark.linter.cli.terminal import is_terminal, show
from hullmark.linter.engine.repairing import Mended, Repaired, repaired
from hullmark.linter.engine.run import Request
from hullmark.linter.finding import Problem, Report
from hullmark.linter.load.read import read
from hullmark.linter.patterns import regex
from hullmark.linter.rule.registry import Registry

_CONTEXT = 3
_UNUSUAL = regex(r'[\x00-\x1f"\\\x7f-\uffff]')


def fixed(request: Request, registry: Registry, options: LintOptions) -> tuple[Report, Mapping[str, bytes]]:
    """The report after the fixes, and what the files hold then; with --diff the report before them."""
    done = repaired(request, registry, options.unsafe)
    if options.diff:
        _tell(done, options)
        _show(done.files)
        return done.first, {}
    for file in done.files:
        _replace(file, request)
    _tell(done, options)  # once it is true
    return done.report, {file.path: file.after for file in done.files}


def _replace(file: Mended, request: Request) -> None:
    """Writes a fixed file, unless it was changed while we were at it."""
    now = read(file.where, file.path, request.settings.limits.file_size)
    if isinstance(now, Problem) or now != file.before:
        raise StopError(f"{file.path!r} was changed meanwhile and is left as it is; run --fix again")
    write_bytes(file.where, file.after)


def _tell(done: Repaired, options: LintOptions) -> None:
    """What was done, on standard error."""
    verb = "would fix" if options.diff else "fixed"
    say(f"{verb} {_counted(done.made, 'finding')} in {_counted(len(done.files), 'file')}")
    for reason, count in sorted(Counter(reason for _, reason in done.left).items()):
        say(f"{_counted(count, 'fix', 'fixes')} not made: {reason or 'others stand in its way; run it again'}")


def _counted(number: int, noun: str, plural: str = "") -> str:
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def _show(files: Iterable[Mended]) -> None:
    import sys

    text = "".join(line for file in files for line in difference(file))
    if is_terminal(sys.stdout):
        text = "".join(f"{inert(line)}\n" for line in text.split("\n")[:-1])
    show(text)


def difference(file: Mended) -> Iterator[str]:
    """A unified diff that `git apply` and `patch -p1` take."""
    from difflib import unified_diff

    old, new = _lines(file.old), _lines(file.new)
    for line in unified_diff(old, new, _name("a", file.path), _name("b", file.path), n=_CONTEXT):
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def _lines(text: str) -> list[str]:
    """Lines as diffs have them: they end with LF, and a CR before it belongs to them."""
    lines = text.split("\n")
    return [*(f"{line}\n" for line in lines[:-1]), *([lines[-1]] if lines[-1] else [])]


def _name(side: str, path: str) -> str:
    """A name in a diff, quoted as git does where it holds anything unusual."""
    name = f"{side}/{path}"
    if not _UNUSUAL.search(name):
        return name
    escaped = "".join(
        f"\\{chr(byte)}" if chr(byte) in '"\\' else chr(byte) if 32 <= byte < 127 else f"\\{byte:03o}"
        for byte in name.encode("utf-8", "surrogateescape")
    )
    return f'"{escaped}"'
