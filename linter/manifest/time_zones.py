"""Names of time zones: the table `time_zones`, ready to be asked."""

from __future__ import annotations

from functools import cache

from hullmark.linter.manifest.facts import table


@cache
def time_zones() -> frozenset[str]:
    """Every name that the IANA database has."""
    areas = table("time_zones")["areas"]
    return frozenset(f"{area}/{name}" if area else name for area, names in areas.items() for name in names)


def meant_zone(name: str) -> str:
    """The zone whose name differs in case, blanks or separators, or whose city this is; empty where there is none."""
    plain = _plain(name)
    same = [zone for zone in sorted(time_zones()) if _plain(zone) == plain]
    cities = [zone for zone in sorted(time_zones()) if "/" in zone and _plain(zone.rpartition("/")[2]) == plain]
    return next(iter((*same, *cities)), "")


def _plain(name: str) -> str:
    return name.lower().replace(" ", "_").replace("-", "_").replace("\\", "/")
