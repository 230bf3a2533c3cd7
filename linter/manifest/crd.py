"""Definitions of custom resources: their names and scope. Their schemas are another layer's business."""

from __future__ import annotations

from typing import ClassVar

from hullmark.linter.manifest.resource import KindSet, Resource
from hullmark.linter.manifest.view import Str


class CustomResourceDefinition(Resource):
    """What makes the API server know a kind."""

    __slots__ = ()

    kinds: ClassVar[KindSet | None] = frozenset({("apiextensions.k8s.io", "CustomResourceDefinition")})
    schema = "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinition"

    api_group = Str("spec.group")
    scope = Str("spec.scope")
    plural = Str("spec.names.plural")
    defined_kind = Str("spec.names.kind")

    @property
    def is_cluster_scoped(self) -> bool | None:
        """Whether objects of the kind belong to no namespace; None where unknown."""
        scope = self.scope
        if scope.absent and self.version == "v1beta1":  # the default of that version
            return False
        return {"Cluster": True, "Namespaced": False}.get(scope.value or "")
