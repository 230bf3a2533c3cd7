"""Flags that the version of a component no longer knows."""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.linter.manifest.components.setting import Carrier
from hullmark.linter.model.processes import Etcd
from hullmark.linter.patterns import regex
from hullmark.linter.rule import Hit, Rule, Severity, manifest

# First minor of etcd 3 that stops at a flag: https://github.com/etcd-io/etcd/blob/main/CHANGELOG/CHANGELOG-3.6.md and
# https://github.com/etcd-io/etcd/blob/main/CHANGELOG/CHANGELOG-3.7.md
_REMOVED = {
    **dict.fromkeys(("enable-v2", "experimental-enable-v2v3", "proxy"), 6),
    **dict.fromkeys((f"proxy-{each}" for each in ("failure-wait", "refresh-interval", "dial-timeout")), 6),
    **dict.fromkeys(("proxy-write-timeout", "proxy-read-timeout"), 6),
}
_EXPERIMENTAL = "experimental-"
_EXPERIMENTAL_UNTIL = 7
_RELEASE = regex(r"v?3\.(\d{1,3})(?!\d)")


def _pod(release: str, *flags: str) -> str:
    lines = "\n".join(f"            - {flag}" for flag in flags)
    return f"""
    apiVersion: v1
    kind: Pod
    metadata: {{name: etcd, namespace: kube-system}}
    spec:
      containers:
        - name: etcd
          image: registry.k8s.io/etcd:{release}
          command:
            - etcd
{lines}
    """


class RemovedFlag(Rule[Etcd]):
    """Component is given a flag that its version does not know.

    A component stops at a flag that it does not know: this version of etcd
    does not start.

    Remove the flag, whatever its value.
    """

    severity = Severity.MEDIUM
    by_text = True
    bad = (
        manifest(_pod("3.6.5-0", "--enable-v2=false  # ! etcd 3.6 does not know --enable-v2")),
        manifest(_pod("v3.7.0", "--experimental-initial-corrupt-check=true  # !")),
    )
    good = (
        manifest(_pod("3.5.16-0", "--enable-v2=false", "--proxy=off")),
        manifest(_pod("3.6.5-0", "--experimental-initial-corrupt-check=true")),
    )

    def check(self, member: Etcd) -> Iterator[Hit]:
        """One hit a flag, at each place where it is given."""
        match = _RELEASE.match(member.component.traits.release)
        if match is None:
            return
        minor, component = int(match[1]), member.component
        briefs = component.briefs
        if briefs is not None and not any(_is_removed(name, minor) for name, _, _ in briefs):
            return  # most give none, and their flags need not be placed
        for name, setting in component.settings.items():
            if not _is_removed(name, minor):
                continue
            for each in setting.occurrences:
                if each.carrier is Carrier.FLAG:
                    yield self.hit(each, f"etcd 3.{minor} does not know --{name}: it does not start")


def _is_removed(name: str, minor: int) -> bool:
    known_until = _EXPERIMENTAL_UNTIL if name.startswith(_EXPERIMENTAL) else minor + 1
    return _REMOVED.get(name, known_until) <= minor
