"""Every setting in every format: what is written is read back, and what is not written means the same everywhere."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest

from hullmark.linter.manifest.components import catalogue
from hullmark.linter.manifest.components.aliases import aliases
from hullmark.linter.manifest.components.detect import components
from hullmark.linter.manifest.components.values import Typed
from hullmark.linter.manifest.file import read_manifest
from hullmark.linter.rule.examples import marks, without_marks
from hullmark.linter.rule.settings.formats import Written
from hullmark.linter.rule.settings.judgement import Verdict
from hullmark.linter.text import Source

VALUES = {
    "bool": "true",
    "int": "17",
    "duration": "17m",
    "ip": "10.1.2.3",
    "hostport": "10.1.2.3:4567",
    "list": "a,b",
    "urls": "https://a:1,https://b:2",
    "map": "a=b,c=d",
    "gates": "A=true,B=false",
}
READ: dict[str, Typed] = {
    "bool": True,
    "int": 17,
    "duration": 1020.0,
    "list": ("a", "b"),
    "urls": ("https://a:1", "https://b:2"),
    "map": (("a", "b"), ("c", "d")),
    "gates": (("A", "true"), ("B", "false")),
}


class Trip(NamedTuple):
    """One setting in one format."""

    carrier: Any
    component: str
    known: Any
    text: str
    lines: list[int]


def _names(carrier: Any, component: str) -> Iterator[str]:
    if not carrier.column:
        yield from (name for name, known in catalogue.settings(component).items() if known.flags)
    elif carrier.column in ("kops", "kubespray"):
        yield from dict.fromkeys(
            alias.setting for alias in aliases(component, carrier.column) if not alias.means and len(alias.path) != 2
        )
    else:
        yield from catalogue.fields(component, carrier.column)


def _trips(carriers: Any) -> Iterator[Trip]:
    for carrier in carriers:
        for component in carrier.components:
            for name in _names(carrier, component):
                known = catalogue.setting(component, name)
                value = VALUES.get(known.type, "some-text")
                # A mark for every member: fields hold them one a line.
                text = carrier.write(component, [Written(name, value, (True,) * len(value.split(",")))])
                yield Trip(carrier, component, known, without_marks(text), [mark.line for mark in marks("x", text)])


@pytest.fixture(scope="module")
def trips(carriers: Any) -> list[Trip]:
    return list(_trips(carriers))


def _fault(trip: Trip) -> str:
    found = [
        component.settings[trip.known.name]
        for resource in read_manifest(Source(trip.carrier.path, trip.text)).resources
        for component in components(resource)
        if component.name == trip.component and trip.known.name in component.settings
    ]
    if not found:
        return "is not read"
    # One block of Talos or kOps may speak of several processes.
    setting = found[0]
    wanted = READ.get(trip.known.type, VALUES.get(trip.known.type, "some-text"))
    if setting.reading.value != wanted:
        return f"is read as {setting.reading.value!r}"
    line = setting.place.source.region(setting.place.span).line
    members = [word.place.source.region(word.place.span).line for word in setting.members]
    if members and sorted(members) != sorted(trip.lines):
        return f"has members in {members}, not in {trip.lines}"
    return "" if members or line in trip.lines else f"is in line {line}, not in {trip.lines}"


def test_what_is_written_is_read_back_with_its_name_value_and_place(trips: list[Trip]) -> None:
    wrong = [
        f"{trip.component} {trip.known.name} in {trip.carrier.name} {fault}\n{trip.text}"
        for trip in trips
        if (fault := _fault(trip))
    ]
    assert not wrong, f"{len(wrong)} of {len(trips)}\n" + "\n".join(wrong[:10])
    assert len(trips) > 2000


def _unset(rule: Any, carrier: Any, component: str) -> list[Verdict]:
    """Verdicts on a process that says nothing of what the rule is about."""
    beside = next(
        name
        for name in ("v", "node-ip", "data-dir", "node-labels", *_names(carrier, component))
        if name not in rule.row["settings"]
    )
    text = without_marks(carrier.write(component, [Written(beside, VALUES.get("int", "2"))]))
    return [
        rule.outcome(found).verdict
        for resource in read_manifest(Source(carrier.path, text)).resources
        for found in components(resource)
        if found.name == component
    ]


def _proves(component: str, rule: Any, origin: str) -> bool:
    """Whether the absence of a setting means something to an origin that is otherwise only partly visible."""
    return any(
        origin in default.origins and default.proves
        for name in rule.row["settings"]
        for default in catalogue.setting(component, name).defaults
    )


def test_absence_means_the_same_in_all_complete_formats_and_nothing_in_others(rows: list[Any], carriers: Any) -> None:
    wrong = []
    asked = 0
    for rule in rows:
        component = rule.row["component"]
        by_origin: dict[str, set[Verdict]] = {}
        for carrier in carriers:
            if (
                component not in carrier.components
                or carrier.column
                or (component == "etcd" and "variab" in carrier.name)
            ):
                continue
            found = _unset(rule, carrier, component)
            asked += 1
            if carrier.complete:
                by_origin.setdefault(carrier.origin, set()).update(found)
            elif Verdict.FAIL in found and not _proves(component, rule, carrier.origin):
                wrong.append(f"{rule.id} fails on an absence in {carrier.name}")
        wrong += [f"{rule.id}: {origin} says {said}" for origin, said in by_origin.items() if len(said) > 1]
    assert wrong == []
    assert asked > 2500
