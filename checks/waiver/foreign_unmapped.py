"""Suppressions for other linters that have no counterpart here."""

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
        kube-score/ignore: {check}
    spec:
      containers:
        - name: agent
          image: registry.example/shop/agent:1.4.2
    """


class ForeignUnmapped(Rule[ForeignWaiver]):
    """Suppression for another linter has no counterpart here.

    It is to be respected, and it hides nothing: no rule of hullmark judges
    what it names, or it names everything, which hullmark does not hide.

    Write a waiver where hullmark finds what it was written for, or leave it
    to the other linter.
    """

    severity = Severity.INFO
    profile = Profile.ALL
    bad = (
        manifest(
            _POD.format(check="label-values  # ! 'label-values' of kube-score"), options={"respect": ("kube-score",)}
        ),
    )
    good = (manifest(_POD.format(check="container-image-tag"), options={"respect": ("kube-score",)}),)

    def check(self, waiver: ForeignWaiver) -> Iterator[Hit]:
        """One hit at a suppression that is respected and stands for no rule."""
        if waiver.respected and not waiver.mapped:
            message = f"{waiver.check!r} of {waiver.peer} has no counterpart"
            yield self.hit(waiver.place, message, subject_name=f"{waiver.peer}:{waiver.check}")
