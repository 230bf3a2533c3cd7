"""Ingresses: host names and paths that lead from outside to Services."""

from __future__ import annotations

from typing import ClassVar

from hullmark.linter.manifest.fields import IntOrStrField, StrField
from hullmark.linter.manifest.resource import KindSet, Resource
from hullmark.linter.manifest.view import Any, IntOrStr, Many, One, Str, StrList, View

_API = "io.k8s.api.networking.v1."


class IngressBackend(View):
    """Where traffic goes; old versions (`v1beta1`) write the Service flat."""

    schema = (_API + "IngressBackend", "io.k8s.api.networking.v1beta1.IngressBackend")

    resource = Any("resource")
    service_name_v1 = Str("service.name")
    service_port_name = Str("service.port.name")
    service_port_number = IntOrStr("service.port.number")
    service_name_v1beta1 = Str("serviceName")
    service_port_v1beta1 = IntOrStr("servicePort")

    @property
    def service_name(self) -> StrField:
        """Name of the Service."""
        return self.service_name_v1beta1 if self.service_name_v1.absent else self.service_name_v1

    @property
    def service_port(self) -> IntOrStrField:
        """Port of the Service, by number or by name."""
        for path in (("service", "port", "number"), ("service", "port", "name")):
            at = self.cursor.get(*path)
            if at.present:
                return IntOrStrField(at)
        return self.service_port_v1beta1


class IngressPath(View):
    """One path below a host."""

    schema = (_API + "HTTPIngressPath",)

    path = Str("path")
    path_type = Str("pathType")
    backend = One(IngressBackend, "backend")


class IngressRule(View):
    """Paths of one host, or of all hosts where none is written."""

    schema = _API + "IngressRule"

    host = Str("host")
    paths = Many(IngressPath, "http.paths")


class IngressTls(View):
    """Hosts whose certificate is in a Secret."""

    schema = _API + "IngressTLS"

    hosts = StrList("hosts")
    secret_name = Str("secretName")


class Ingress(Resource):
    """An Ingress, of whichever group its age put it into."""

    __slots__ = ()

    kinds: ClassVar[KindSet | None] = frozenset({("networking.k8s.io", "Ingress"), ("extensions", "Ingress")})
    schema = (_API + "Ingress", "io.k8s.api.networking.v1beta1.Ingress")

    ingress_class_name = Str("spec.ingressClassName")
    rules = Many(IngressRule, "spec.rules")
    tls = Many(IngressTls, "spec.tls")
    default_backend_v1 = One(IngressBackend, "spec.defaultBackend")
    default_backend_v1beta1 = One(IngressBackend, "spec.backend")

    @property
    def default_backend(self) -> IngressBackend:
        """Where requests go that no rule takes."""
        return self.default_backend_v1beta1 if self.default_backend_v1.absent else self.default_backend_v1

    @property
    def class_name(self) -> StrField:
        """The class, by field or by the annotation that came before it."""
        if self.ingress_class_name.present:
            return self.ingress_class_name
        old = self.annotation("kubernetes.io/ingress.class")
        return old if old.present else self.ingress_class_name
