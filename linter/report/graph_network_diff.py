"""What a change opens and closes, as text and JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from hullmark.linter.model.network.ports import EVERY_PORT, port_text
from hullmark.linter.model.reach.changes import Change, Ranges, minus
from hullmark.linter.model.reach.published import Published
from hullmark.linter.records import record
from hullmark.linter.report.escape import visible
from hullmark.linter.report.graph_network import entry, ports, published_data
from hullmark.linter.report.wording import counted


@record(eq=False)
class Difference:
    """What is open now and was not (`opened`), what was and is not (`closed`), in one bundle.

    `meanings` says whom the wildcards of lines stand for; those of what is closed are called `before: ...`.
    """

    bundle: str
    opened: tuple[Change, ...]
    closed: tuple[Change, ...]
    exposed: tuple[Published, ...]
    withdrawn: tuple[Published, ...]
    added: tuple[str, ...]
    removed: tuple[str, ...]
    meanings: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @property
    def opens(self) -> bool:
        """Whether something is open that was not."""
        return bool(self.opened or self.exposed)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to tell."""
        return not (self.opens or self.closed or self.withdrawn or self.added or self.removed)


def diff_text(base: str, found: Sequence[Difference]) -> str:
    """Lines `+ source => target : ports` for what is open now, `-` for what no longer is; what is new comes first."""
    told = [each for each in found if not each.is_empty]
    opened = sum(len(each.opened) + len(each.exposed) for each in told)
    closed = sum(len(each.closed) + len(each.withdrawn) for each in told)
    lines: list[str] = []
    for each in told:
        if len(found) > 1:
            lines.append(f"# ---- {visible(each.bundle)}")
        lines += _section(each)
    lines.append(visible(f"# compared with {base}: {counted(opened, 'line')} opened, {closed:,} closed"))
    return "".join(f"{line}\n" for line in lines)


def _section(each: Difference) -> Iterator[str]:
    for word, names in (("new", each.added), ("gone", each.removed)):
        if names:
            yield visible(f"# {word}: {', '.join(names)}")
    for name, members in each.meanings:
        if members:
            yield visible(f"# {name} = {', '.join(members)}")
    yield from sorted(f"+ {entry(way)}" for way in each.exposed)
    yield from sorted(f"+ {_line(change)}" for change in each.opened)
    yield from sorted(f"- {entry(way)}" for way in each.withdrawn)
    yield from sorted(f"- {_line(change)}" for change in each.closed)


def _line(each: Change) -> str:
    mark = "" if each.sure else " (perhaps)"
    return visible(f"{each.source.name} => {each.target.name} : {_words(each.ports)}{mark}")


def _words(ranges: Ranges) -> str:
    """Ports; nearly all of them by those that are missing."""
    left = minus(EVERY_PORT, ranges)
    return f"{port_text(EVERY_PORT)} but {port_text(left)}" if left and len(left) < len(ranges) else port_text(ranges)


def diff_json(base: str, found: Sequence[Difference]) -> str:
    """The same for programs; the format is described in docs/network.md."""
    bundles = [
        {
            "name": each.bundle,
            "wildcards": [{"id": name, "members": list(members)} for name, members in each.meanings],
            "added": list(each.added),
            "removed": list(each.removed),
            "opened": [_data(change) for change in each.opened],
            "closed": [_data(change) for change in each.closed],
            "exposed": [published_data(way) for way in each.exposed],
            "withdrawn": [published_data(way) for way in each.withdrawn],
        }
        for each in found
    ]
    return json.dumps({"schema": "hullmark-graph-network-diff/1", "base": base, "bundles": bundles}, indent=2) + "\n"


def _data(each: Change) -> dict[str, object]:
    return {"from": each.source.name, "to": each.target.name, "ports": ports(each.ports), "sure": each.sure}
