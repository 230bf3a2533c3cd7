"""Component documents as subjects of rules, found on their own or inside another resource."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import ClassVar, Self

from hullmark.linter.manifest.components.embedded import CARRIERS, KUBESPRAY, ReadText, inside, readings
from hullmark.linter.manifest.components.forms import ADMISSION, APISERVER
from hullmark.linter.manifest.components.glance import may_carry
from hullmark.linter.manifest.components.target import minors
from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.place import Place
from hullmark.linter.manifest.resource import KindSet, Resource

IMAGE_POLICY = "configuration of ImagePolicyWebhook"


class Document:
    """A document of one of the `forms` (pairs of API group and kind); `embedded` when it stands inside another one.

    `fine` is shared by documents that say the same, for what was found to be in order; None where nobody knows of
    others, or where more than the text decides.
    """

    kinds: ClassVar[KindSet | None] = CARRIERS
    glance: ClassVar[Callable[[Resource], bool]] = staticmethod(may_carry)
    by_content: ClassVar[bool] = True
    forms: ClassVar[KindSet] = frozenset()

    def __init_subclass__(cls) -> None:
        if "kinds" not in cls.__dict__:
            cls.kinds = cls.forms | CARRIERS

    def __init__(self, resource: Resource, embedded: bool = False) -> None:
        self.resource = resource
        self.cursor = resource.cursor
        self.embedded = embedded
        self.fine: set[object] | None = None

    @classmethod
    def of(cls, resource: Resource) -> Iterable[Self]:
        """Every such document in `resource`."""
        return cls._of(resource)

    @classmethod
    def _of(cls, resource: Resource) -> Iterable[Self]:
        gk, forms, fits = resource.gk, cls.forms, cls.fits
        found = [cls(resource)] if gk in forms and fits(resource) else []
        if gk in CARRIERS:
            inner = [each.resource for each in inside(resource)]
            found += [cls(each, True) for each in inner if each.gk in forms and fits(each)]
        return found

    @classmethod
    def fits(cls, document: Resource) -> bool:
        """Whether the document is what its kind says; some kinds are used by several projects."""
        return True

    @property
    def minors(self) -> tuple[int, ...]:
        """Kubernetes minors to judge for."""
        return minors(self.resource.context)

    @property
    def place(self) -> Place:
        """The value of `kind`, else the start."""
        kind = self.cursor.get("kind")
        return kind.place if kind.present else self.cursor.place

    def parent(self, *path: str) -> Place:
        """Where a missing field points: the deepest written key of its path."""
        return self.cursor.get(*path).place


class AuthenticationConfiguration(Document):
    """Who may log in to the API server."""

    forms = frozenset({(APISERVER, "AuthenticationConfiguration")})


class AuthorizationConfiguration(Document):
    """Who decides what a request may do."""

    forms = frozenset({(APISERVER, "AuthorizationConfiguration")})


class AdmissionConfiguration(Document):
    """Configuration of admission plugins."""

    forms = ADMISSION

    @property
    def plugins(self) -> tuple[Cursor, ...]:
        """Entries of `plugins`."""
        return tuple(self.cursor.get("plugins").items())


PLUGIN_FORMS: Mapping[str, KindSet] = {
    "EventRateLimit": frozenset({("eventratelimit.admission.k8s.io", "Configuration")}),
    "ImagePolicyWebhook": frozenset({("", IMAGE_POLICY)}),
    "PodSecurity": frozenset({("pod-security.admission.config.k8s.io", "PodSecurityConfiguration")}),
    "ResourceQuota": frozenset({(APISERVER, "ResourceQuotaConfiguration")}),
    **dict.fromkeys(
        ("MutatingAdmissionWebhook", "ValidatingAdmissionWebhook"),
        frozenset({(APISERVER, "WebhookAdmissionConfiguration")}),
    ),
}
"""Kinds of files that configure a plugin, by its name."""


class ImagePolicy:
    """`imagePolicy` of ImagePolicyWebhook, in a file of its own or inside an AdmissionConfiguration."""

    kinds: ClassVar[KindSet | None] = PLUGIN_FORMS["ImagePolicyWebhook"] | AdmissionConfiguration.forms | CARRIERS
    glance: ClassVar[Callable[[Resource], bool]] = staticmethod(may_carry)
    by_content: ClassVar[bool] = True

    def __init__(self, cursor: Cursor) -> None:
        self.cursor = cursor

    @property
    def place(self) -> Place:
        """The key of the block."""
        return self.cursor.place

    @classmethod
    def of(cls, resource: Resource) -> Iterable[ImagePolicy]:
        """Every one in `resource`."""
        return cls._of(resource)

    @classmethod
    def _of(cls, resource: Resource) -> Iterator[ImagePolicy]:
        if resource.gk in PLUGIN_FORMS["ImagePolicyWebhook"]:
            yield cls(resource.cursor.get("imagePolicy"))
        for admission in AdmissionConfiguration.of(resource):
            for plugin in admission.plugins:
                if plugin.get("name").text == "ImagePolicyWebhook":
                    yield cls(plugin.get("configuration", "imagePolicy"))


class PodSecurityConfiguration(Document):
    """Defaults and exemptions of the PodSecurity plugin, alone or inside an AdmissionConfiguration."""

    forms = frozenset({("pod-security.admission.config.k8s.io", "PodSecurityConfiguration")})
    kinds = forms | CARRIERS | AdmissionConfiguration.forms | {("", KUBESPRAY)}

    @property
    def enforce(self) -> Cursor:
        """The level of namespaces without labels; kubespray has a variable for it."""
        if self.resource.gk == ("", KUBESPRAY):
            return self.cursor.get("kube_pod_security_default_enforce")
        return self.cursor.get("defaults", "enforce")

    @classmethod
    def _of(cls, resource: Resource) -> Iterator[Self]:
        yield from super()._of(resource)
        # https://github.com/kubernetes-sigs/kubespray/blob/master/docs/operations/hardening.md
        if resource.gk == ("", KUBESPRAY):
            names = ("kube_pod_security_use_default", "kube_pod_security_default_enforce")
            used, enforce = (resource.cursor.get(name) for name in names)
            if used.truth and enforce.present:
                yield cls(resource)
            return
        for admission in AdmissionConfiguration.of(resource):
            for plugin in admission.plugins:
                inner = plugin.get("configuration")
                if plugin.get("name").text == "PodSecurity" and inner.is_mapping:
                    yield cls(Resource(inner, resource.context), admission.embedded)


class SchedulerConfiguration(Document):
    """Configuration file of the scheduler."""

    forms = frozenset({("kubescheduler.config.k8s.io", "KubeSchedulerConfiguration")})


class Kubeconfig(Document):
    """Clusters, users and contexts of a client. `kind: Config` alone belongs to several projects."""

    forms = frozenset({("", "Config")})

    @classmethod
    def fits(cls, document: Resource) -> bool:
        """`apiVersion: v1` and at least one key that only a kubeconfig has."""
        keys = ("clusters", "users", "contexts", "current-context")
        return document.api_version == "v1" and any(document.cursor.get(key).present for key in keys)

    @property
    def clusters(self) -> Iterator[Cursor]:
        """`cluster` of every entry of `clusters`."""
        return (entry.get("cluster") for entry in self.cursor.get("clusters").items())

    @property
    def users(self) -> Iterator[Cursor]:
        """`user` of every entry of `users`."""
        return (entry.get("user") for entry in self.cursor.get("users").items())


class EmbeddedText:
    """A component document inside another object; `reason` says why it could not be read and is not judged."""

    kinds: ClassVar[KindSet | None] = CARRIERS
    glance: ClassVar[Callable[[Resource], bool]] = staticmethod(may_carry)
    by_content: ClassVar[bool] = True

    def __init__(self, read: ReadText) -> None:
        self.reason = read.reason
        self.template = read.template
        self.place = read.place

    @classmethod
    def of(cls, resource: Resource) -> Iterable[EmbeddedText]:
        """Every one in `resource`."""
        return (cls(read) for read in readings(resource))
