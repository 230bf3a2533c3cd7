"""One defect, one finding: of findings about the same thing, the one that says most is shown.

What is absorbed stays in the report, outside its counts, and comes back when the stronger finding is fixed. A finding
that is suppressed goes on absorbing, so that one waiver does not open five others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache

from hullmark.linter.finding import About, Finding
from hullmark.linter.named_tuple import NamedTuple
from hullmark.linter.records import replace

_HOST_PATHS = (
    "workload/runtime-socket-mounted",
    "workload/sensitive-host-path-writable",
    "workload/sensitive-host-path",
    "workload/writable-host-path",
    "workload/host-path-volume",
)
_CAPABILITIES = (
    "workload/dangerous-capability-added",
    "workload/capability-beyond-baseline",
    "workload/capability-beyond-restricted",
)
_ROOT = (
    "workload/non-root-with-root-user",
    "workload/root-user",
    "workload/non-root-not-enforced",
    "workload/low-user-id",
)
_ESCALATION = ("workload/privilege-escalation-enabled", "workload/privilege-escalation-not-disabled")
_SECCOMP = ("workload/seccomp-unconfined", "workload/seccomp-profile-missing")
_APPARMOR = (
    "workload/apparmor-unconfined",
    "workload/apparmor-annotation-invalid",
    "workload/apparmor-profile-missing",
)
_TOKEN = (
    "serviceaccount/token-mounted-with-power",
    "serviceaccount/default-account-bound",
    "serviceaccount/token-automounted-without-need",
    "serviceaccount/default-account-used",
)
_REFERENCE = (
    "image/invalid-reference",
    "image/mutable-tag",
    "image/moving-tag",
    "image/not-pinned-by-digest",
)
_REGISTRY = ("image/denied-registry", "image/unapproved-registry", "image/retired-registry")
_RESOURCES = (
    "reliability/memory-limit-missing",
    "reliability/memory-request-missing",
    "reliability/cpu-request-missing",
    "reliability/cpu-limit-missing",
)
LADDERS = (_HOST_PATHS, _CAPABILITIES, _ROOT, _ESCALATION, _SECCOMP, _APPARMOR, _TOKEN, _REFERENCE, _REGISTRY)
"""Rules of which only the first that is true speaks, strongest first."""


class Pod:
    """Findings about one pod, by rule and by what exactly they are about."""

    def __init__(self) -> None:
        self.numbers: list[int] = []
        self.rungs: dict[tuple[str, str, str], int] = {}
        self.containers: dict[tuple[str, str], tuple[int, str]] = {}
        self.details: dict[str, dict[str, int]] = {}

    def add(self, number: int, finding: Finding) -> None:
        """Takes up one finding."""
        self.numbers.append(number)
        for about in finding.about:
            self.rungs.setdefault((finding.rule, *_rung(about)), number)
            if about.container:
                self.containers.setdefault((finding.rule, about.container), (number, about.detail))
            self.details.setdefault(finding.rule, {}).setdefault(about.detail, number)


Covers = Callable[[Pod, str, About], int]
"""Number of the finding of a rule that covers one about something; -1 where there is none."""


def _rung(about: About) -> tuple[str, str]:
    return ("", about.volume) if about.volume else (about.container, "")


def _same_rung(pod: Pod, rule: str, about: About) -> int:
    return pod.rungs.get((rule, *_rung(about)), -1)


def _same_container(pod: Pod, rule: str, about: About) -> int:
    return pod.containers.get((rule, about.container), (-1, ""))[0]


def _same_pod(pod: Pod, rule: str, about: About) -> int:
    return min(pod.details.get(rule, {}).values(), default=-1)


def _adds_all(pod: Pod, rule: str, about: About) -> int:
    number, detail = pod.containers.get((rule, about.container), (-1, ""))
    return number if detail == "ALL" else -1


def _is_root(pod: Pod, rule: str, about: About) -> int:
    return -1 if about.detail == "/" else pod.details.get(rule, {}).get("/", -1)


def _below(pod: Pod, rule: str, about: About) -> int:
    found = pod.details.get(rule, {})
    parts = about.detail.split("/")
    above = ("/".join(parts[:length]) for length in range(2, min(len(parts), 32)))
    return next((found[path] for path in above if path in found), -1)


class Absorption(NamedTuple):
    """A rule, the rules that it absorbs, and when."""

    absorber: str
    absorbed: frozenset[str]
    covers: Covers


def _row(absorber: str, covers: Covers, *absorbed: str) -> Absorption:
    return Absorption(absorber, frozenset(absorbed), covers)


_HARDENING = (
    "workload/privilege-escalation-not-disabled",
    "workload/non-root-not-enforced",
    "workload/capabilities-not-dropped",
    "workload/seccomp-profile-missing",
    "workload/writable-root-filesystem",
    "workload/apparmor-profile-missing",
)
ABSORPTIONS = (
    _row(
        "workload/privileged-container",
        _same_container,
        *_CAPABILITIES,
        *_ESCALATION,
        *_SECCOMP,
        *_APPARMOR,
        "workload/capabilities-not-dropped",
        # Nobody asks for all of a node and for a user without rights; a user that is written is a decision of its own.
        "workload/non-root-not-enforced",
        "workload/proc-mount-unmasked",
        "workload/custom-selinux-options",
        "workload/writable-root-filesystem",
        "workload/bidirectional-mount-propagation",
        "workload/host-path-volume",
        "workload/writable-host-path",
    ),
    _row("workload/dangerous-capability-added", _adds_all, "workload/capabilities-not-dropped", *_ESCALATION),
    _row("workload/security-context-missing", _same_container, *_HARDENING),
    _row("workload/sensitive-host-path-writable", _is_root, *_HOST_PATHS),
    _row("workload/runtime-socket-mounted", _below, *_HOST_PATHS),
    _row("workload/host-network", _same_pod, "workload/host-port"),
    _row("workload/windows-host-process", _same_pod, "workload/host-network", *_ROOT),
    _row("exposure/debugger-exposed", _same_container, "workload/remote-debugger-enabled"),
    _row("exposure/remote-shell-exposed", _same_container, "workload/ssh-server"),
    *(
        _row(
            name,
            _same_pod,
            *_ROOT,
            *_CAPABILITIES,
            *_SECCOMP,
            *_RESOURCES,
            "workload/capabilities-not-dropped",
            "reliability/resources-missing",
        )
        for name in ("image/tiller", "image/kubernetes-dashboard")
    ),
    _row("image/mutable-tag", _same_container, "image/stale-pull-policy", "image/pull-policy-not-always"),
    _row("image/moving-tag", _same_container, "image/stale-pull-policy", "image/pull-policy-not-always"),
    _row("image/stale-pull-policy", _same_container, "image/pull-policy-not-always"),
    _row("reliability/resources-missing", _same_container, *_RESOURCES),
)
"""Who absorbs whom besides the ladders, strongest first."""

_SUMS = {"workload/security-context-missing": 3}
"""Rules that sum up others: with fewer of those, each speaks for itself."""

_SAME_PLACE = {
    "serviceaccount/dangling-account": ("reliability/dangling-reference",),
    # A name that is written wrong is one mistake, whatever right it was to give.
    "workload/unknown-capability": ("workload/dangerous-capability-added",),
    "workload/capability-beyond-baseline": ("workload/unknown-capability",),
    "workload/capability-beyond-restricted": ("workload/unknown-capability",),
    "provider/public-api-endpoint": ("exposure/api-server-open-to-internet",),
    "provider/private-api-endpoint-off": ("exposure/api-server-private-endpoint-off",),
}


def absorbed(findings: Sequence[Finding], counts: Callable[[Finding], bool], sums: bool = True) -> list[Finding]:
    """The findings, in the same order, each with the rule that absorbs it; `counts` says which are asked for.

    `sums` False keeps findings that sum up nothing: somebody asks for these rules alone.
    """
    pods: dict[str, Pod] = {}
    for number, finding in enumerate(findings):
        if finding.about and counts(finding):
            for key in {each.pod for each in finding.about}:
                pods.setdefault(key, Pod()).add(number, finding)
    by: dict[int, int] = {}
    for pod in pods.values():
        if len(pod.numbers) > 1:
            for number in pod.numbers:
                found = _absorber(pod, number, findings[number])
                if found is not None:
                    by[number] = found
    by |= _at_one_place(findings, counts)
    dropped = _sums_of_little(findings, by) if sums else frozenset()
    by = {number: found for number, found in by.items() if found not in dropped}
    result = list(findings)
    for number in by:
        result[number] = replace(result[number], absorbed_by=findings[_last(by, number)].rule)
    for number, weaker in _turned(by).items():
        rules = {findings[each].rule for each in weaker}
        also = sorted(rule.partition("/")[2] for rule in rules if not _is_same_statement(findings[number].rule, rule))
        message = result[number].message + (f" (also: {', '.join(also)})" if also else "")
        result[number] = replace(result[number], absorbs=tuple(sorted(rules)), message=message)
    return list(_merged([each for number, each in enumerate(result) if number not in dropped]))


def _sums_of_little(findings: Sequence[Finding], by: dict[int, int]) -> frozenset[int]:
    """Findings that sum up less than they should, since the user does not ask for the rest."""
    sums = {number for number, finding in enumerate(findings) if finding.rule in _SUMS}
    found: dict[int, int] = dict.fromkeys(sums, 0)
    for absorber in by.values():
        if absorber in found:
            found[absorber] += 1
    return frozenset(
        number for number, count in found.items() if count < _SUMS[findings[number].rule] and number not in by
    )


def _last(by: dict[int, int], number: int) -> int:
    """The absorber that nothing absorbs."""
    seen = {number}
    while number in by and by[number] not in seen:
        number = by[number]
        seen.add(number)
    return number


def _turned(by: dict[int, int]) -> dict[int, list[int]]:
    """What each absorber absorbs, through others too."""
    found: dict[int, list[int]] = {}
    for number in by:
        found.setdefault(_last(by, number), []).append(number)
    return found


def _absorber(pod: Pod, number: int, finding: Finding) -> int | None:
    """Number of the finding that absorbs this one: all that it is about has to be covered."""
    first: int | None = None
    for about in finding.about:
        found = next((n for n in _covering(pod, finding.rule, about) if n not in (-1, number)), None)
        if found is None:
            return None
        first = found if first is None else first
    return first


def _covering(pod: Pod, rule: str, about: About) -> Iterator[int]:
    for absorber, covers in _stronger().get(rule, ()):
        yield covers(pod, absorber, about)


@cache
def _stronger() -> dict[str, tuple[tuple[str, Covers], ...]]:
    """What may absorb a rule, strongest first."""
    found: dict[str, list[tuple[str, Covers]]] = {}
    for row in ABSORPTIONS:
        for rule in row.absorbed:
            found.setdefault(rule, []).append((row.absorber, row.covers))
    for ladder in LADDERS:
        for rung, rule in enumerate(ladder):
            found.setdefault(rule, []).extend((above, _same_rung) for above in ladder[:rung])
    return {rule: tuple(rows) for rule, rows in found.items()}


def _is_same_statement(one: str, other: str) -> bool:
    """Whether two rules say the same with more or less force, so that naming the weaker one adds nothing."""
    return one in _SAME_PLACE.get(other, ()) or any(one in ladder and other in ladder for ladder in LADDERS)


def _merged(findings: Sequence[Finding]) -> Iterator[Finding]:
    """One finding for one text, whoever uses it: through an anchor, several containers have one line."""
    first: dict[tuple[object, ...], int] = {}
    more: dict[int, int] = {}
    kept: list[Finding] = []
    for finding in findings:
        if finding.about and not finding.absorbed_by:
            key = (finding.rule, *finding.location.sort_key)
            known = first.setdefault(key, len(kept))
            if known != len(kept):
                more[known] = more.get(known, 0) + 1
                continue
        kept.append(finding)
    for number, count in more.items():
        kept[number] = replace(kept[number], message=f"{kept[number].message} (and {count} more through the same text)")
    yield from kept


def _at_one_place(findings: Sequence[Finding], counts: Callable[[Finding], bool]) -> dict[int, int]:
    """Findings of two families about one field, and the ones that say more."""
    wanted = {rule for rules in _SAME_PLACE.values() for rule in rules}
    places = {
        (finding.rule, finding.location.sort_key): number
        for number, finding in enumerate(findings)
        if finding.rule in wanted and counts(finding)
    }
    by = {}
    for number, finding in enumerate(findings):
        for stronger in _SAME_PLACE.get(finding.rule, ()) if places else ():
            if (stronger, finding.location.sort_key) in places:
                by[number] = places[stronger, finding.location.sort_key]
    return by
