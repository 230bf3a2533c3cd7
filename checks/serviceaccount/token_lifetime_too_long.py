"""Projected tokens that outlive the day."""

from collections.abc import Iterator

from hullmark.linter.manifest.pod import PodSpec
from hullmark.linter.rule import Hit, Profile, Rule, Severity, in_pod
from hullmark.linter.rule.repair import rewrite

_DAY = 86400
_VOLUME = """
volumes:
  - name: token
    projected:
      sources:
        - serviceAccountToken:
            audience: vault
            path: token
            expirationSeconds: {seconds}
"""


class TokenLifetimeTooLong(Rule[PodSpec]):
    """Projected token is valid for more than a day.

    A stolen token works until it expires, whatever happens to the pod's
    permissions in the eyes of those who verify it offline.

    Set `expirationSeconds: 3600`: the kubelet renews the token in time.
    """

    severity = Severity.LOW
    profile = Profile.STRICT
    controls = ("CIS-1.12/5.1.6", "MITRE/T1528")
    mentions = ("serviceAccountToken",)
    bad = (in_pod(_VOLUME.format(seconds="604800  # ! 604800 seconds"), fixed=_VOLUME.format(seconds="3600")),)
    good = (in_pod(_VOLUME.format(seconds="3600")),)

    def check(self, pod: PodSpec) -> Iterator[Hit]:
        """A hit for every token source with a longer life."""
        for volume in pod.volumes:
            for source in volume.projected_sources:
                seconds = source.token.expiration_seconds
                if seconds.value is not None and seconds.value > _DAY:
                    yield self.hit(
                        seconds,
                        f"token in {volume} of {pod} is valid for {seconds.value} seconds",
                        fix=rewrite(seconds, 3600),
                    )
