"""The old name of the field that chooses the account."""

from collections.abc import Iterator

from hullmark.linter.manifest.pod import PodSpec
from hullmark.linter.rule import Hit, Profile, Rule, Severity, in_pod
from hullmark.linter.rule.rekey import renamed


class LegacyField(Rule[PodSpec]):
    """Pod chooses its account by a deprecated field.

    `serviceAccount` is an alias that tools overlook: a check of
    `serviceAccountName` believes that the pod runs as default. Where both are
    written, `serviceAccountName` wins.

    Write `serviceAccountName` alone.
    """

    severity = Severity.INFO
    mentions = ("serviceAccount",)
    bad = (
        in_pod("serviceAccount: web  # ! deprecated", fixed="serviceAccountName: web"),
        in_pod("serviceAccountName: web\nserviceAccount: db  # ! 'db' is ignored"),
    )
    good = (in_pod("serviceAccountName: web"),)

    def check(self, pod: PodSpec) -> Iterator[Hit]:
        """A hit at the key; medium and for everybody where the two names differ."""
        old, new = pod.deprecated_service_account, pod.service_account_name
        if old.absent:
            return
        if new.value and old.value and new.value != old.value:
            yield self.hit(
                old.key_place,
                f"serviceAccount {old.value!r} is ignored: {pod} runs as {new.value!r}",
                severity=Severity.MEDIUM,
            )
        elif new.absent:
            yield self.hit(
                old.key_place,
                f"{pod} chooses its account by the deprecated field serviceAccount",
                profile=Profile.ALL,
                fix=renamed(old.cursor, "serviceAccountName", safe=True),
            )
