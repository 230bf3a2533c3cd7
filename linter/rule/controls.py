"""The catalogue of controls that rules may name, and what a framework's name selects.

    PSS/baseline            PSS/restricted/runAsNonRoot   Pod Security Standards: level, perhaps check
    CIS-1.12/5.2.2          CIS-2.1/5.2.13                CIS Kubernetes Benchmark: version and number
    CIS-EKS-1.8/5.4.1       CIS-K3S-1.12/1.1.13           a benchmark of a distribution
    NSA/network-policies                                  NSA/CISA Kubernetes Hardening Guidance 1.2: topic
    MITRE/T1610             MITRE/T1552.007               ATT&CK technique
    STIG/V-242381                                         DISA Kubernetes STIG
    CVE-2020-8554                                         an advisory

Numbers of the CIS benchmarks move from version to version: a rule names one number, and the others
follow from the fact table, so that `cis-1.8` finds what was written as `CIS-1.12/5.2.2`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Any

from hullmark.linter.manifest.facts import table
from hullmark.linter.named_tuple import NamedTuple
from hullmark.linter.patterns import regex

_CVE = regex(r"CVE-\d{4}-\d{4,}")
_CIS = regex(r"CIS-(?:(?P<product>[A-Z][A-Z0-9]*)-)?(?P<version>\d+(?:\.\d+)+)")
_PSS_VERSION = regex(r"v?1\.\d{1,2}|latest")
_NSA_GUIDE = (
    "https://media.defense.gov/2022/Aug/29/2003066362/-1/-1/0/CTR_KUBERNETES_HARDENING_GUIDANCE_1.2_20220829.PDF"
)
_PSS_PAGE = "https://kubernetes.io/docs/concepts/security/pod-security-standards/"

Matches = Callable[[Iterable[str]], bool]
"""Whether the controls of a rule contain what was asked for."""


class Control(NamedTuple):
    """A known control: id, what it is called, where it is published."""

    id: str
    title: str
    url: str


class _Benchmark(NamedTuple):
    """A CIS benchmark: numbers with the key of their control, and the titles of controls of its own."""

    name: str
    keys: dict[str, str]
    titles: dict[str, str]
    skipped: frozenset[str]


def control(name: str) -> Control | None:
    """The control with this id, or None where the catalogue has none."""
    framework, _, rest = name.partition("/")
    if framework.startswith("CIS-"):
        return _cis_control(name, framework, rest)
    facts = table("controls")
    if framework == "PSS":
        return _pss_control(name, rest, facts["pss"])
    if framework == "NSA" and rest in facts["nsa"]:
        return Control(name, facts["nsa"][rest], _NSA_GUIDE)
    if framework == "MITRE" and rest in facts["mitre"]:
        return Control(name, facts["mitre"][rest], f"https://attack.mitre.org/techniques/{rest.replace('.', '/')}/")
    if framework == "STIG" and rest in facts["stig"]:
        return Control(name, "DISA Kubernetes STIG", "https://www.cyber.mil/stigs/")
    if _CVE.fullmatch(name):
        return Control(name, "", f"https://www.cve.org/CVERecord?id={name}")
    return None


def complaint(name: str) -> str:
    """Why `name` is no control, as one line; empty where it is one."""
    if control(name) is not None:
        return ""
    near = ", ".join(near_controls(name))
    return f"unknown control {name!r}" + (f" (near: {near})" if near else "")


def near_controls(name: str) -> tuple[str, ...]:
    """Known controls that are written like `name`, best first, at most three."""
    # Takes longer to import than everything else here, and nobody asks unless something is wrong.
    from difflib import get_close_matches

    return tuple(get_close_matches(name, _known(), 3, 0.6))


def framework_profiles() -> tuple[str, ...]:
    """Names of profiles that select by control, sorted."""
    fixed = ("mitre", "nsa", "pss-baseline", "pss-restricted", "stig")
    return tuple(sorted({*fixed, *(name.lower() for name in _benchmarks())}))


def framework_of(profile: str) -> str:
    """The framework that the name of a profile means, without the version that may follow a level of the
    Pod Security Standards (`pss-baseline@v1.29`); empty where there is no such framework.
    """
    name, at, version = profile.partition("@")
    if at and (name not in ("pss-baseline", "pss-restricted") or not _PSS_VERSION.fullmatch(version)):
        return ""
    return name if name in framework_profiles() else ""


def matcher(name: str) -> Matches | None:
    """What the name of a control, a part of one, or a framework profile selects; None where it is unknown.

    Case does not matter. `CIS-1.8/5.2` selects the section, `MITRE/T1552` the sub-techniques too.
    """
    wanted = name.casefold()
    if wanted == "pss-restricted":
        # The restricted level contains the baseline level.
        return _by_check("pss/")
    if wanted == "pss-baseline":
        return _by_check("pss/baseline/")
    if wanted.startswith("cis-"):
        return _by_benchmark(wanted)
    if not any(_within(known.casefold(), wanted) for known in _known()) and not _CVE.fullmatch(name.upper()):
        return None
    return _by_prefix(wanted)


def benchmark_keys(profile: str) -> Iterator[tuple[str, str, str, bool]]:
    """Controls of a CIS benchmark: number, key in the table, own title, whether the product makes them moot."""
    for name, benchmark in _benchmarks().items():
        if name.lower() == profile:
            for number, key in benchmark.keys.items():
                yield number, key, benchmark.titles.get(number, ""), key in benchmark.skipped


def equivalents(name: str) -> tuple[str, ...]:
    """Ids that the same CIS control has in the benchmarks for Kubernetes, newest last; nothing for others."""
    key = _cis_key(name)
    if key is None:
        return ()
    return tuple(
        f"{benchmark.name}/{number}"
        for benchmark in _benchmarks().values()
        for number, other in benchmark.keys.items()
        if other == key and "-" not in benchmark.name.removeprefix("CIS-")
    )


def _pss_control(name: str, rest: str, checks: dict[str, str]) -> Control | None:
    level, _, check = rest.partition("/")
    if level not in ("baseline", "restricted") or (check and checks.get(check) != level):
        return None
    title = f"Pod Security Standards, {level}" + (f": {check}" if check else "")
    return Control(name, title, f"{_PSS_PAGE}#{level}")


def _cis_control(name: str, framework: str, number: str) -> Control | None:
    benchmark = _benchmarks().get(framework)
    if benchmark is None or number not in benchmark.keys:
        return None
    title = benchmark.titles.get(number) or table("cis_benchmarks")["controls"][benchmark.keys[number]]["title"]
    return Control(name, title, "https://www.cisecurity.org/benchmark/kubernetes")


def _cis_key(name: str) -> str | None:
    framework, _, number = name.partition("/")
    benchmark = _benchmarks().get(framework)
    return None if benchmark is None else benchmark.keys.get(number)


@cache
def _benchmarks() -> dict[str, _Benchmark]:
    """Benchmarks by the name that control ids use, oldest first; `CIS-EKS-1.8.0` and `CIS-EKS-1.8` are one."""
    facts = table("cis_benchmarks")
    found = {
        f"CIS-{version}": _Benchmark(f"CIS-{version}", row["ids"], {}, frozenset())
        for version, row in facts["benchmarks"].items()
    }
    own: dict[str, Any] = table("controls")["cis"]
    for product in sorted({*facts["variants"], *own}):
        versions = {**facts["variants"].get(product, {}), **own.get(product, {})}
        for version in versions:
            short = version.removesuffix(".0") if version.count(".") == 2 else version
            name = f"CIS-{product.upper()}-{short}"
            titles = own.get(product, {}).get(version, {})
            keys = {
                **facts["variants"].get(product, {}).get(version, {}),
                **{number: f"{product}-{short}/{number}" for number in titles},
            }
            skipped = frozenset(facts["skipped"].get(product, {}).get(version, ()))
            found[name] = _Benchmark(name, keys, titles, skipped)
    return found


@cache
def _known() -> tuple[str, ...]:
    """Every control that the tables list."""
    facts = table("controls")
    return (
        "PSS/baseline",
        "PSS/restricted",
        *(f"PSS/{level}/{check}" for check, level in facts["pss"].items()),
        *(f"NSA/{topic}" for topic in facts["nsa"]),
        *(f"MITRE/{technique}" for technique in facts["mitre"]),
        *(f"STIG/{number}" for number in facts["stig"]),
        *(f"{name}/{number}" for name, benchmark in _benchmarks().items() for number in benchmark.keys),
    )


def _within(control_name: str, wanted: str) -> bool:
    """Whether a control is the wanted one or a part of it."""
    return control_name.startswith(wanted) and control_name[len(wanted) : len(wanted) + 1] in ("", "/", ".")


def _by_prefix(wanted: str) -> Matches:
    return lambda controls: any(_within(each.casefold(), wanted) for each in controls)


def _by_check(prefix: str) -> Matches:
    """Rules that carry a check of the Pod Security Standards, and none that are only about the standards."""
    return lambda controls: any(each.count("/") > 1 and each.casefold().startswith(prefix) for each in controls)


def _by_benchmark(wanted: str) -> Matches | None:
    framework, _, section = wanted.partition("/")
    match = _CIS.fullmatch(framework.upper())
    benchmark = _benchmarks().get(framework.upper()) or _benchmarks().get(framework.upper().removesuffix(".0"))
    if match is None or benchmark is None:
        return None
    keys = {
        key
        for number, key in benchmark.keys.items()
        if _within(number, section) or (not section and key not in benchmark.skipped)
    }
    if not keys:
        return None
    return lambda controls: any(_cis_key(each) in keys for each in controls)
