"""Pod specs and their containers, of all three sorts, wherever a kind describes pods."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import ClassVar

from hullmark.linter.finding import Confidence, ResourceRef
from hullmark.linter.manifest.container_parts import EnvFrom, EnvVar, ImagePullSecret, Port, Resources, Toleration
from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.effective import Effective
from hullmark.linter.manifest.fields import StrField, StrMapField
from hullmark.linter.manifest.fragment import is_fragment
from hullmark.linter.manifest.image import ImageReference, image_reference
from hullmark.linter.manifest.kinds import ContainerPlace, PodPlace
from hullmark.linter.manifest.place import MaybeWritten, Place
from hullmark.linter.manifest.pod_places import pod_places
from hullmark.linter.manifest.probe import Lifecycle, Probe
from hullmark.linter.manifest.resource import KindSet, Resource
from hullmark.linter.manifest.security import Capabilities, PodSecurityContext, SecurityContext
from hullmark.linter.manifest.structure import POD_KINDS
from hullmark.linter.manifest.view import Any, Bool, Command, Int, Many, One, Str, StrMap, View
from hullmark.linter.manifest.volume import Volume, VolumeDevice, VolumeMount
from hullmark.linter.manifest.workload import Workload

_CORE = "io.k8s.api.core.v1."


class Container(View):
    """One container. `sort` says which: container, init container, sidecar or ephemeral container.

    `place` is the container's name, else its dash; absent fields of the container are shown there.
    """

    __slots__ = ("_name", "pod", "sort")

    kinds: ClassVar[KindSet | None] = POD_KINDS
    by_content: ClassVar[bool] = True
    schema = _CORE + "Container"

    image = Str("image")
    image_pull_policy = Str("imagePullPolicy")
    command = Command("command")
    args = Command("args")
    working_dir = Str("workingDir")
    restart_policy = Str("restartPolicy")
    stdin = Bool("stdin")
    tty = Bool("tty")
    ports = Many(Port, "ports")
    env = Many(EnvVar, "env")
    env_from = Many(EnvFrom, "envFrom")
    resources = One(Resources, "resources")
    volume_mounts = Many(VolumeMount, "volumeMounts")
    volume_devices = Many(VolumeDevice, "volumeDevices")
    liveness_probe = One(Probe, "livenessProbe")
    readiness_probe = One(Probe, "readinessProbe")
    startup_probe = One(Probe, "startupProbe")
    lifecycle = One(Lifecycle, "lifecycle")
    termination_message_path = Str("terminationMessagePath")
    security_context = One(SecurityContext, "securityContext")
    capabilities = One(Capabilities, "securityContext.capabilities")
    privileged = Bool("securityContext.privileged")
    allow_privilege_escalation = Bool("securityContext.allowPrivilegeEscalation")
    read_only_root_filesystem = Bool("securityContext.readOnlyRootFilesystem")
    proc_mount = Str("securityContext.procMount")

    def __init__(self, place: ContainerPlace, pod: PodSpec) -> None:
        at = place.cursor
        self._name = at.get("name").text or place.name
        super().__init__(at if at.owner is None else at.owned(_inside(at.owner, self._name)))
        self.pod = pod
        self.sort = place.sort

    def __str__(self) -> str:
        return f"{self.sort} {self.name!r}"

    @classmethod
    def of(cls, resource: Resource) -> Iterator[Container]:
        """Every container of every pod that the resource describes."""
        for pod in PodSpec.of(resource):
            yield from pod.containers

    @property
    def name(self) -> str:
        """The container's name as written, else what its kind calls it, else an empty string."""
        return self._name

    @property
    def resource(self) -> Workload:
        """The object that the container is part of."""
        return self.pod.resource

    @property
    def described(self) -> str:
        """The container and where it runs, for messages: `container 'app' of Deployment 'web'`."""
        return f"{self} of {self.pod}"

    @property
    def effective(self) -> Effective:
        """What holds after the pod's settings and Kubernetes' defaults."""
        return Effective(self.cursor, self.pod.cursor, self.overlay)

    @property
    def overlay(self) -> bool:
        """Whether a controller adds to what is written, so that absence proves nothing."""
        return self.pod.overlay

    @property
    def confidence_cap(self) -> Confidence:
        """Findings about this container are at most this sure."""
        return self.pod.confidence_cap

    @property
    def is_guessed(self) -> bool:
        """Whether only the shape of the text says that it is a container."""
        return self.pod.is_guessed

    @property
    def is_long_running(self) -> bool:
        """Whether the container runs beside the others and not before them."""
        return self.sort in ("container", "sidecar")

    @cached_property
    def occasions(self) -> tuple[Cursor, ...]:
        """Probes and hooks that are written."""
        hooks = self.cursor.get("lifecycle")
        found = [self.cursor.get(name) for name in ("livenessProbe", "readinessProbe", "startupProbe")]
        if hooks.present:
            found += [hooks.get("postStart"), hooks.get("preStop")]
        return tuple([at for at in found if at.node is not None])

    @property
    def image_reference(self) -> ImageReference | None:
        """The image taken apart, None where absent, templated or malformed."""
        image = self.image.value
        return None if image is None else image_reference(image)

    @property
    def pull_policy(self) -> str | None:
        """Effective `imagePullPolicy`, None where unknown."""
        if self.image_pull_policy.present:
            return self.image_pull_policy.value
        reference = self.image_reference
        if reference is None:
            return None
        return "Always" if reference.floats else "IfNotPresent"

    def lacks(self, field: MaybeWritten) -> bool:
        """Whether `field` is not set, for sure: absent, and nobody adds to what is written."""
        return field.absent and not self.overlay


class PodSpec(View):
    """What a pod consists of. `place` is the key of the spec; absent fields of the pod are shown there.

    `label` tells it from the other pods of the same object (`predictor`), empty where there is one.
    `metadata` is the template's, absent where the kind has none.
    """

    __slots__ = ("_added_to", "_containers", "_fragment", "_places", "confidence_cap", "label", "metadata", "resource")

    kinds: ClassVar[KindSet | None] = POD_KINDS
    by_content: ClassVar[bool] = True
    schema = _CORE + "PodSpec"

    host_network = Bool("hostNetwork")
    host_pid = Bool("hostPID")
    host_ipc = Bool("hostIPC")
    host_users = Bool("hostUsers")
    hostname = Str("hostname")
    share_process_namespace = Bool("shareProcessNamespace")
    automount_service_account_token = Bool("automountServiceAccountToken")
    service_account_name = Str("serviceAccountName")
    deprecated_service_account = Str("serviceAccount")
    image_pull_secrets = Many(ImagePullSecret, "imagePullSecrets")
    restart_policy = Str("restartPolicy")
    node_name = Str("nodeName")
    node_selector = StrMap("nodeSelector")
    os_name = Str("os.name")
    runtime_class_name = Str("runtimeClassName")
    scheduler_name = Str("schedulerName")
    priority_class_name = Str("priorityClassName")
    priority = Int("priority")
    dns_policy = Str("dnsPolicy")
    dns_config = Any("dnsConfig")
    host_aliases = Any("hostAliases")
    enable_service_links = Bool("enableServiceLinks")
    termination_grace_period_seconds = Int("terminationGracePeriodSeconds")
    active_deadline_seconds = Int("activeDeadlineSeconds")
    affinity = Any("affinity")
    topology_spread_constraints = Any("topologySpreadConstraints")
    tolerations = Many(Toleration, "tolerations")
    resources = One(Resources, "resources")
    security_context = One(PodSecurityContext, "securityContext")
    volumes = Many(Volume, "volumes")
    ephemeral_containers = Any("ephemeralContainers")

    def __init__(self, place: PodPlace, resource: Workload) -> None:
        super().__init__(place.spec)
        row = resource.row
        self.label = place.label
        self.metadata = place.metadata
        self.resource = resource
        self._places = place.containers
        self._added_to = row.overlay or place.overlay
        self._fragment: bool | None = None
        self.confidence_cap = min(row.confidence, resource.envelope.confidence)
        self._containers: tuple[Container, ...] | None = None

    def __str__(self) -> str:
        return f"{self.resource} ({self.label})" if self.label else str(self.resource)

    @classmethod
    def of(cls, resource: Resource) -> Iterator[PodSpec]:
        """Every pod that the resource describes; they are made once."""
        if (resource.group, resource.kind) in (cls.kinds or ()):
            yield from resource.derived(_pods)

    @cached_property
    def key(self) -> str:
        """A name of the pod, unlike that of any other in the run."""
        return self.cursor.identity

    @property
    def containers(self) -> tuple[Container, ...]:
        """Containers of all three lists, init containers first, as they start."""
        if self._containers is None:
            self._containers = tuple(self._found())
        return self._containers

    def _found(self) -> Iterator[Container]:
        for place in self._listed() if self._places is None else self._places:
            if place.cursor.is_mapping:
                yield Container(place, self)

    def _listed(self) -> Iterator[ContainerPlace]:
        for field, sort in _LISTS:
            for item in self.cursor.get(field).items():
                starts = sort == "init container" and item.get("restartPolicy").text == "Always"
                yield ContainerPlace(item, "sidecar" if starts else sort)

    def release(self) -> None:
        """Lets go of everything that was kept, containers too."""
        super().release()
        self._containers = None

    @property
    def is_guessed(self) -> bool:
        """Whether only the shape of the text says that it is a pod: nobody knows the kind."""
        return not self.resource.row.kind

    @cached_property
    def overlay(self) -> bool:
        """Whether somebody adds to what is written, so that absence proves nothing: a controller, or a patch's base."""
        return self._added_to or self.is_fragment

    @property
    def is_fragment(self) -> bool:
        """Whether this is a piece that is merged into another pod, and no pod of its own."""
        if self._fragment is None:
            # What is spread over fields of a custom kind, or completed by its controller, needs no list of containers.
            alone = self._places is None and not self._added_to
            self._fragment = self.resource.is_patch or (alone and is_fragment(self.cursor))
        return self._fragment

    @property
    def place(self) -> Place:
        """The key of the spec, else the object's name."""
        return self.cursor.key_place

    @cached_property
    def labels(self) -> StrMapField:
        """Labels of the pods."""
        own = self.metadata.path == ("metadata",)  # a pod is its own template
        return self.resource.labels if own else StrMapField(self.metadata.get("labels"))

    @property
    def given_labels(self) -> dict[str, str]:
        """Known labels of the pods: as written, and what the controller of the kind puts on them in any case."""
        written = self.labels.value or {}
        added = self.resource.row.labels
        if not added:
            return written
        return {**written, **{key: value.replace("$name", self.resource.name) for key, value in added}}

    @property
    def given_ports(self) -> dict[str, int]:
        """Container ports that the controller of the kind adds, by name."""
        added = self.resource.row.ports
        if not added:
            return {}
        name = self.resource.cursor.get("spec", "portName").text or "web"
        return {key.replace("$portName", name): number for key, number in added}

    @cached_property
    def annotations(self) -> StrMapField:
        """Annotations of the pods."""
        return StrMapField(self.metadata.get("annotations"))

    @property
    def account(self) -> StrField:
        """The service account's name where one is written, the deprecated spelling last."""
        name = self.service_account_name
        return name if name.value or self.deprecated_service_account.absent else self.deprecated_service_account

    @property
    def account_name(self) -> str | None:
        """Effective service account name: `default` where none is written, None where unknown."""
        if self.account.absent:
            return None if self.overlay else "default"
        return "default" if self.account.value == "" else self.account.value

    @cached_property
    def is_windows(self) -> bool:
        """Whether the pod says that it runs on Windows: by its system, its node selector or its affinity."""
        return self.os_name.value == "windows" or "windows" in _required_systems(self.cursor)

    @property
    def is_static(self) -> bool:
        """Whether the pod comes from a kubelet's own folder and not through the API."""
        return self.annotations.get("kubernetes.io/config.source").value == "file"

    def lacks(self, field: MaybeWritten) -> bool:
        """Whether `field` is not set, for sure: absent, and nobody adds to what is written."""
        return field.absent and not self.overlay

    def volume(self, name: str) -> Volume | None:
        """The volume called `name`."""
        for volume in self.volumes:
            if volume.name.text == name:
                return volume
        return None

    def mounts(self, volume: Volume) -> Iterator[tuple[Container, VolumeMount]]:
        """Every mount of `volume`, container by container."""
        name = volume.name.text
        for container in self.containers:
            for mount in container.volume_mounts:
                if mount.name.text == name:
                    yield container, mount


def _pods(resource: Resource) -> tuple[PodSpec, ...]:
    workload = resource if isinstance(resource, Workload) else Workload.reading(resource)
    return tuple([PodSpec(place, workload) for place in pod_places(workload.cursor, workload.row)])


_LISTS = (
    ("initContainers", "init container"),
    ("containers", "container"),
    ("ephemeralContainers", "ephemeral container"),
)
_SYSTEM = ("kubernetes.io/os", "beta.kubernetes.io/os")


def _inside(owner: ResourceRef, container: str) -> ResourceRef:
    return ResourceRef(owner.api_version, owner.kind, owner.namespace, owner.name, container)


def _required_systems(pod: Cursor) -> Iterator[str]:
    """Operating systems that the node must have: by selector, or by the only value of a required affinity term."""
    for label in _SYSTEM:
        wanted = pod.get("nodeSelector", label).text
        if wanted is not None:
            yield wanted
    required = pod.get("affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution")
    for term in required.get("nodeSelectorTerms").items():
        for expression in term.get("matchExpressions").items():
            if expression.get("key").text in _SYSTEM and expression.get("operator").text == "In":
                values = [item.text for item in expression.get("values").items()]
                if len(values) == 1 and values[0] is not None:
                    yield values[0]
