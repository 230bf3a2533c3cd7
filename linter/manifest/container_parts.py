"""What containers and pods consist of, besides volumes, probes and security contexts."""

from __future__ import annotations

from hullmark.linter.manifest.fields import StrField
from hullmark.linter.manifest.view import Any, Bool, Int, Str, StrMap, VariableStr, View

_CORE = "io.k8s.api.core.v1."


class Port(View):
    """One port of a container."""

    schema = _CORE + "ContainerPort"

    name = Str("name")
    container_port = Int("containerPort")
    host_port = Int("hostPort")
    host_ip = Str("hostIP")
    protocol = Str("protocol")

    @property
    def transport(self) -> str | None:
        """Effective protocol, TCP where none is written; None where unknown."""
        return "TCP" if self.protocol.absent else self.protocol.value


class EnvVar(View):
    """One environment variable; `place` is its name."""

    schema = _CORE + "EnvVar"

    name = Str("name")
    value = VariableStr("value")
    value_from = Any("valueFrom")
    secret_name = Str("valueFrom.secretKeyRef.name")
    secret_key = Str("valueFrom.secretKeyRef.key")
    secret_optional = Bool("valueFrom.secretKeyRef.optional")
    config_map_name = Str("valueFrom.configMapKeyRef.name")
    config_map_key = Str("valueFrom.configMapKeyRef.key")
    config_map_optional = Bool("valueFrom.configMapKeyRef.optional")
    field_path = Str("valueFrom.fieldRef.fieldPath")
    resource = Str("valueFrom.resourceFieldRef.resource")


class EnvFrom(View):
    """A ConfigMap or Secret whose keys all become environment variables."""

    schema = _CORE + "EnvFromSource"

    prefix = Str("prefix")
    secret_name = Str("secretRef.name")
    secret_optional = Bool("secretRef.optional")
    config_map_name = Str("configMapRef.name")
    config_map_optional = Bool("configMapRef.optional")


class Resources(View):
    """What a container asks for and may use at most."""

    schema = _CORE + "ResourceRequirements"

    limits = StrMap("limits")
    requests = StrMap("requests")

    def limit(self, name: str) -> StrField:
        """The limit of one resource; quantities may be numbers, so read its `text`."""
        return self.limits.get(name)

    def request(self, name: str) -> StrField:
        """The written request of one resource; where there is none, the limit stands in for it."""
        return self.requests.get(name)


class ImagePullSecret(View):
    """A Secret with credentials for a registry."""

    schema = _CORE + "LocalObjectReference"

    name = Str("name")


class Toleration(View):
    """A taint that the pod does not mind."""

    schema = _CORE + "Toleration"

    key = Str("key")
    operator = Str("operator")
    value = Str("value")
    effect = Str("effect")
