"""Exceptions and severities that several rows share: what the table says in words."""

from __future__ import annotations

from collections.abc import Callable

from hullmark.linter.finding import Profile, Severity
from hullmark.linter.manifest.components.component import Component
from hullmark.linter.manifest.components.values import loopback, url_host
from hullmark.linter.rule.settings.conditions import url_of
from hullmark.linter.rule.settings.judgement import PASSED, UNDECIDED, Outcome, Verdict

Refine = Callable[[Component, Outcome], Outcome]

# The unauthenticated ports stopped working in 1.20; the flags went in 1.24.
# https://github.com/kubernetes/kubernetes/blob/master/CHANGELOG/CHANGELOG-1.20.md
_INERT_FROM = 20


def unless(name: str, value: object) -> Refine:
    """Silent while another setting has this value."""

    def refine(component: Component, outcome: Outcome) -> Outcome:
        other = component.effective(name)
        return PASSED if outcome.verdict is Verdict.FAIL and other.values == (value,) else outcome

    return refine


def low_when_inert(component: Component, outcome: Outcome) -> Outcome:
    """Low where the port no longer opens: from 1.20 on."""
    if all(minor < _INERT_FROM for minor in component.traits.minors):
        return outcome
    return lowered(outcome, Severity.LOW)


def lowered(outcome: Outcome, severity: Severity, profile: Profile | None = None, why: str = "") -> Outcome:
    """Every offence at this severity; `why` goes into the message."""
    note = f": {why}" if why else ""
    return Outcome(
        outcome.verdict,
        tuple(
            each._replace(severity=severity, profile=profile or each.profile, message=each.message + note)
            for each in outcome.offences
        ),
    )


def softened(name: str, severity: Severity, why: str, profile: Profile | None = None) -> Refine:
    """Less severe while another setting is given (a path) or true (a switch)."""

    def refine(component: Component, outcome: Outcome) -> Outcome:
        other = component.effective(name)
        on = other.known and all(value not in (None, False, "", ()) for value in other.values)
        return lowered(outcome, severity, profile, why) if outcome.verdict is Verdict.FAIL and on else outcome

    return refine


def only_sockets(component: Component, outcome: Outcome) -> Outcome:
    """Silent where the API server reaches etcd through unix sockets only: no network, no certificates."""
    endpoints = component.effective("etcd-servers").members
    if endpoints and all(word.text.startswith(("unix:", "unixs:")) for word in endpoints):
        return PASSED
    return outcome


def loopback_endpoints(component: Component, outcome: Outcome) -> Outcome:
    """Medium where every clear-text endpoint is on the same machine."""
    hosts = [url_host(url_of(each.word.text)) for each in outcome.offences if each.word is not None]
    return lowered(outcome, Severity.MEDIUM) if hosts and all(map(loopback, hosts)) else outcome


def deferring_to(name: str, flag: str = "") -> Refine:
    """Unknown while a structured file is not in the input that may say otherwise; a `flag` beside it counts."""

    def refine(component: Component, outcome: Outcome) -> Outcome:
        other = component.effective(name)
        if name in component.documents or not other.explicit or other.given is False:
            return outcome
        return outcome if flag and component.explicit(flag) is not None else UNDECIDED

    return refine
