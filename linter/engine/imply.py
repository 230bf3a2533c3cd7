"""What follows from another finding is kept behind it, and comes forward when that one is fixed or waived.

Rules say it of their own hits (`Hit.key`, `Hit.implied_by`); `absorb` knows it of findings of different families. The
difference is what a waiver does: who accepts a privileged container accepts what that is, whereas who accepts one
power of a subject has not yet said a word about the weaker ones.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from hullmark.linter.finding import Finding
from hullmark.linter.records import replace


def implied(findings: Sequence[Finding], counts: Callable[[Finding], bool]) -> list[Finding]:
    """The findings, in the same order, those that another one implies absorbed by it.

    Waivers have to be applied before: a finding that is suppressed implies nothing. `counts` says which findings are
    asked for. Findings of a baseline go on implying, since what was not recorded would seem new.
    """
    leaders: dict[str, int] = {}
    for number, finding in enumerate(findings):
        if finding.key and finding.suppression is None and counts(finding):
            leaders.setdefault(finding.key, number)
    result = list(findings)
    absorbs: dict[int, set[str]] = {}
    for number, finding in enumerate(findings):
        if not finding.implied_by or not counts(finding):
            continue
        leader = next((leaders[key] for key in finding.implied_by if leaders.get(key, number) != number), None)
        if leader is not None:
            result[number] = replace(finding, absorbed_by=findings[leader].rule)
            absorbs.setdefault(leader, set()).add(finding.rule)
    for number, rules in absorbs.items():
        result[number] = replace(result[number], absorbs=tuple(sorted({*result[number].absorbs, *rules})))
    return result
