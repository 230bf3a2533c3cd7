"""Entries of the baseline that outlived what they stand for."""

from collections.abc import Iterator

from hullmark.linter.manifest.baseline import BaselineEntry
from hullmark.linter.rule import Hit, Profile, Rule, Severity, manifest

_POD = """
apiVersion: v1
kind: Pod
metadata: {name: agent, namespace: shop}
spec:
  containers:
    - name: agent
      image: registry.example/shop/agent:1.4.2
      securityContext: {privileged: PRIVILEGED}
"""
_KNOWN = """
{"schema": "hullmark-baseline/1", "findings": [
{"rule": "workload/privileged-container", "resource": "Pod shop/agent", "fingerprint": "MARK", "count": 1}@
]}
"""
_MARK = "bc276b94220aeb524b0a517f4af666a2"


class BaselineStale(Rule[BaselineEntry]):
    """Baseline holds what is no longer there.

    What was known is fixed, and its entry is left behind: whoever brings
    the same defect back will not be told.

    Run `hullmark baseline --prune`.
    """

    severity = Severity.INFO
    profile = Profile.STRICT
    bad = (
        manifest(
            _KNOWN.replace("MARK", _MARK).replace("@", "  # ! is gone"),
            path="hullmark-baseline.json",
            others={"pod.yaml": _POD.replace("PRIVILEGED", "false")},
        ),
    )
    good = (
        manifest(
            _KNOWN.replace("MARK", _MARK).replace("@", ""),
            path="hullmark-baseline.json",
            others={"pod.yaml": _POD.replace("PRIVILEGED", "true")},
        ),
    )

    def check(self, entry: BaselineEntry) -> Iterator[Hit]:
        """One hit at an entry of which less was found than is recorded."""
        if entry.found is None or entry.found >= entry.count:
            return
        about = f" of {entry.resource!r}" if entry.resource else ""
        left = "is gone" if not entry.found else f"is there {entry.found} times, not {entry.count}"
        yield self.hit(
            entry.place, f"{entry.rule!r}{about} {left}", subject_name=f"{entry.fingerprint}:{entry.resource}"
        )
