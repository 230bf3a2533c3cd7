"""Every key of `hullmark.yaml`, with its type and what it decides: the one table behind reading, docs and schema.

A dotted name may be written nested (`rbac: {trusted-subjects: [...]}`) or as one key (`rbac.trusted-subjects: [...]`).
"""

from __future__ import annotations

from collections.abc import Mapping as Pairs

from hullmark.linter.config.values import (
    Choice,
    Date,
    Number,
    Reader,
    StandardVersion,
    Switch,
    Table,
    Tables,
    Text,
    Texts,
    Value,
    Version,
    meant,
)
from hullmark.linter.manifest.capability import ALL as CAPABILITIES
from hullmark.linter.named_tuple import NamedTuple
from hullmark.linter.rule.rule import Option
from hullmark.linter.yaml.limits import MAX_BYTES
from hullmark.linter.yaml.nodes import Mapping, Node, Scalar

SEVERITIES = ("critical", "high", "medium", "low", "info")
CONFIDENCES = ("high", "medium", "low")
POWERS = (
    "all-tolerations",
    "apparmor-unconfined",
    "bidirectional-mount",
    "host-ipc",
    "host-network",
    "host-path-read",
    "host-path-write",
    "host-pid",
    "host-port",
    "no-limits",
    "privileged",
    "root",
    "runtime-socket",
    "seccomp-unconfined",
    "selinux",
    "system-namespace",
    "token",
)
PEERS = ("checkov", "kube-linter", "kube-score", "kubescape", "polaris", "trivy")


class Key(NamedTuple):
    """One key: dotted name, type, default as written (empty: none), and what it decides."""

    name: str
    kind: Value
    default: str
    help: str


class Complete(Value):
    """`cluster`, `bundle`, or the namespaces of which the input holds everything."""

    expected = "cluster, bundle, or a list of namespaces"

    def read(self, node: Node, name: str, reader: Reader) -> str | None:
        """The words as `Context.complete` has them: namespaces joined by commas."""
        if isinstance(node, Mapping):
            record = _NAMESPACES.read(node, name, reader)
            return ",".join(record.texts("namespaces")) if record is not None else None
        names = NAMESPACES.read(node, name, reader)
        return ",".join(names) if names is not None else None

    def schema(self) -> dict[str, object]:
        """The type as a JSON schema."""
        return {"anyOf": [{"enum": ["cluster", "bundle"]}, {"type": "array", "items": {"type": "string"}}]}


class Power(Value):
    """A power over its node that infrastructure may need."""

    expected = f"one of {', '.join(POWERS)}, or capabilities:NAME"

    def value(self, scalar: Scalar) -> str | None:
        """The power as the table `known_workloads` writes it."""
        name, colon, capability = scalar.value.partition(":")
        known = scalar.value in POWERS or (colon and name == "capabilities" and capability in CAPABILITIES)
        return scalar.value if known else None

    def hint(self, node: Node) -> str:
        """The power that may have been meant."""
        return meant(node.value, POWERS) if isinstance(node, Scalar) else ""

    def schema(self) -> dict[str, object]:
        """The type as a JSON schema."""
        return {"anyOf": [{"enum": list(POWERS)}, {"type": "string", "pattern": "^capabilities:[A-Z_]+$"}]}


NAMES = Texts(Text("the name of a rule, family or control"), "names")
PATHS = Texts(Text("a path or pattern below the root"), "paths or patterns below the root")
SUBJECTS = Texts(
    Text("a subject such as Group:platform"), "subjects such as Group:platform or ServiceAccount:shop/deploy"
)
NAMESPACES = Texts(Text("the name of a namespace"), "namespaces")
IMAGES = Texts(Text("a pattern such as registry.example/**"), "patterns such as registry.example/shop/**")
_NAMESPACES = Table({"namespaces": NAMESPACES}, "namespaces")

WAIVER = Table(
    {
        "rule": Text("the id of a rule"),
        "family": Text("the name of a family"),
        "path": Text("a path or pattern"),
        "resource": Text("Kind/name or Kind/namespace/name"),
        "container": Text("the name of a container"),
        "bundle": Text("the name of a bundle"),
        "reason": Text(),
        "until": Date(),
        "owner": Text(),
    }
)
BUNDLE = Table(
    {"name": Text("a name"), "paths": PATHS, "complete": Switch(), "namespace": Text("the name of a namespace")},
    "paths",
)
KNOWN_WORKLOAD = Table(
    {
        "name": Text("a name"),
        "image": Texts(Text("the end of a repository such as shop/agent"), "ends of repositories such as shop/agent"),
        "command": Texts(Text("the name of a program"), "names of programs"),
        "namespace": NAMESPACES,
        "expects": Texts(Power(), "powers such as host-network"),
        "reason": Text(),
    },
    "image",
    "command",
    required=("name", "expects", "reason"),
)

RUN: tuple[Key, ...] = (
    Key("profile", Text("the name of a profile"), "default", "Which rules run: default, strict, all."),
    Key(
        "pss.level",
        Choice("baseline", "restricted"),
        "",
        "This Pod Security level decides, not profile and select.",
    ),
    Key("pss.version", StandardVersion(), "latest", "The version of the level; latest: that of the cluster."),
    Key("select", NAMES, "", "Only these rules: ids, families or controls."),
    Key("ignore", NAMES, "", "Not these rules: ids, families or controls."),
    Key("fail-on", Choice(*SEVERITIES, "never"), "medium", "The lowest severity that fails a run."),
    Key("min-confidence", Choice(*CONFIDENCES), "low", "Findings that are less sure are left out."),
    Key("kubernetes-version", Version(), "", "The version of the cluster that the manifests are for."),
    Key("today", Date("data", "off"), "", "The day that dates are compared with, instead of the real one."),
    Key("exclude", PATHS, "", "Files and folders that are not linted, as in .gitignore."),
    Key("waivers", Tables(WAIVER), "", "Findings that are known and accepted, each with its reason."),
    Key("waivers.warn-days", Number(), "14", "How long before its last day a waiver is announced to end."),
    Key("waivers.require-reason", Switch(), "false", "Whether a waiver without a reason is a finding by default."),
    Key("waivers.require-until", Switch(), "false", "Whether a waiver without a last day is a finding by default."),
    Key("waivers.max-days", Number(1), "", "How far ahead the last day of a waiver may lie."),
    Key("scope.complete", Complete(), "", "Where the input is the whole truth, so that what is absent does not exist."),
    Key("bundles", Tables(BUNDLE), "", "Which manifests are applied together."),
    Key("known-workloads", Tables(KNOWN_WORKLOAD), "", "Infrastructure that needs its node: which, what for, and why."),
    Key("respect", Texts(Choice(*PEERS), f"names: {', '.join(PEERS)}"), "", "Whose suppressions count too."),
    Key("limits.file-size", Number(1, MAX_BYTES), str(MAX_BYTES), "Files with more bytes are reported, not read."),
)
"""Keys that have a field of their own in `Settings`."""

OPTIONS: tuple[Key, ...] = (
    Key("rbac.trusted-subjects", SUBJECTS, "", "Subjects that may hold power."),
    Key("rbac.machine-identities", SUBJECTS, "", "Users and groups that are no people."),
    Key("rbac.break-glass", SUBJECTS, "", "Subjects whose grants need no last day."),
    Key("rbac.max-high-risk-holders", Number(1), "5", "How many subjects may hold high-risk actions."),
    Key("serviceaccount.api-audiences", Texts(), "", "Audiences of tokens that the API server accepts."),
    Key(
        "temporary-access.require-for-privileged-humans",
        Switch(),
        "false",
        "Powerful grants to people need a last day.",
    ),
    Key("temporary-access.max-days", Number(1), "", "How far ahead a last day may lie."),
    Key("temporary-access.soon-days", Number(), "7", "How long before its last day access is announced to end."),
    Key("network.exempt-namespaces", NAMESPACES, "", "Namespaces that need no network policies."),
    Key(
        "exposure.nodes-public",
        Choice("auto", "yes", "no"),
        "auto",
        "Whether node addresses can be reached from the internet.",
    ),
    Key("images.allowed", IMAGES, "", "The only images that may run."),
    Key("images.denied", IMAGES, "", "Images that must not run."),
    Key("sandbox.required-for", Texts(), "", "Namespaces whose pods need a sandboxed runtime class."),
    Key("sandbox.classes", Texts(), "gvisor, runsc, kata*", "Runtime classes that are sandboxes."),
    Key("paths.relaxed", PATHS, "", "Where default rules count as strict ones: tests, local overlays."),
)
"""Keys that rules read from `Context.options`."""

NAMING = frozenset({"profile", "select", "ignore"})
"""Keys whose values are names of ours, known to the registry."""

RULE: dict[str, Value] = {"severity": Choice(*SEVERITIES), "enabled": Switch()}
"""What can be said about every rule."""


def known(declared: Pairs[str, Option]) -> dict[str, Value]:
    """Types by dotted name: the keys above, and those that rules declare without a row here."""
    found = {key.name: key.kind for key in (*RUN, *OPTIONS)}
    for name, option in declared.items():
        found.setdefault(name, kind_of(option.default))
    return found


def kind_of(default: object) -> Value:
    """The type of an option that a rule declares, told from its default."""
    match default:
        case bool():
            return Switch()
        case int():
            return Number()
        case str():
            return Text()
        case _:
            return Texts()
