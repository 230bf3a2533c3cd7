"""Suppressions for other linters that nobody told us to respect."""

from collections.abc import Iterator

from hullmark.linter.manifest.waiver import ForeignWaiver
from hullmark.linter.rule import Hit, Profile, Rule, Severity, manifest

_POD = """
    apiVersion: v1
    kind: Pod
    metadata:
      name: agent
      namespace: shop
      annotations:
        ignore-check.kube-linter.io/privileged-container: the agent loads kernel modules{mark}
    spec:
      containers:
        - name: agent
          image: registry.example/shop/agent:1.4.2
          securityContext: {{privileged: true}}
    """


class ForeignIgnored(Rule[ForeignWaiver]):
    """Suppression for another linter is not respected.

    Somebody has decided about this finding before, and it is told again:
    two lists of exceptions drift apart, and the reasons are in the other
    one.

    Name the linter under `respect:` in the configuration, or write a waiver
    and take the old one out.
    """

    severity = Severity.INFO
    profile = Profile.ALL
    bad = (manifest(_POD.format(mark="  # ! 'privileged-container' of kube-linter")),)
    good = (manifest(_POD.format(mark=""), options={"respect": ("kube-linter",)}),)

    def check(self, waiver: ForeignWaiver) -> Iterator[Hit]:
        """One hit at a suppression under which we have found what it is about."""
        if waiver.matches and not waiver.respected:
            message = f"{waiver.check!r} of {waiver.peer} is suppressed for that linter only"
            yield self.hit(waiver.place, message, subject_name=f"{waiver.peer}:{waiver.check}")
