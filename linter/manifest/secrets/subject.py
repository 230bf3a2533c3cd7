"""What a resource discloses, as the subject of rules: found once, whoever asks."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import ClassVar

from hullmark.linter.manifest.generated import GENERATED
from hullmark.linter.manifest.resource import KindSet, Resource
from hullmark.linter.manifest.secrets import carriers
from hullmark.linter.manifest.secrets.disclosure import Found, summed_up
from hullmark.linter.manifest.structure import POD_KINDS

# Schemas are no data; kubeconfigs have a family of rules of their own; encrypted Secrets are what they should be.
_LEFT_OUT = frozenset(
    {
        ("apiextensions.k8s.io", "CustomResourceDefinition"),
        ("", "Config"),
        ("bitnami.com", "SealedSecret"),
        ("external-secrets.io", "ExternalSecret"),
        ("external-secrets.io", "ClusterExternalSecret"),
        ("secrets-store.csi.x-k8s.io", "SecretProviderClass"),
    }
)


class Disclosures:
    """A resource and every secret that is written in it."""

    kinds: ClassVar[KindSet | None] = None
    by_content: ClassVar[bool] = True
    left_out: ClassVar[KindSet] = _LEFT_OUT

    def __init__(self, resource: Resource) -> None:
        self.resource = resource

    @classmethod
    def of(cls, resource: Resource) -> Iterator[Disclosures]:
        """The resource itself where it discloses something, unless its kind may hold what looks like secrets."""
        for each in cls.known(resource):
            if each.found:  # most hold nothing, and no rule has to be asked
                yield each

    @classmethod
    def known(cls, resource: Resource) -> Iterator[Disclosures]:
        """The resource itself, whether it discloses something or not."""
        if resource.gk not in _LEFT_OUT:
            yield cls(resource)

    @cached_property
    def found(self) -> tuple[Found, ...]:
        """Every secret, in the order in which places are looked at."""
        return tuple(summed_up(_found(self.resource), self.resource.cursor.source))


def _found(resource: Resource) -> Iterator[Found]:
    seen = frozenset[str]()
    if resource.gk == ("", "Secret"):
        from hullmark.linter.manifest.secrets.secret_objects import in_secret

        yield from in_secret(resource)
        seen = frozenset({"data", "stringData", "sops"})
    elif resource.gk == ("", "ConfigMap"):
        yield from carriers.in_config_map(resource)
        seen = frozenset({"data", "binaryData"})
    elif resource.gk in POD_KINDS:
        yield from carriers.in_pods(resource)
    yield from carriers.in_values(resource)
    if resource.group.startswith("kustomize") or resource.gk == ("", GENERATED):
        from hullmark.linter.manifest.secrets.generators import in_generators

        yield from in_generators(resource)
    yield from carriers.in_metadata(resource)
    yield from carriers.in_the_rest(resource, seen)
