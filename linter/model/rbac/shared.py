"""Holdings as they are reported: one for everybody who has a power through the same rule, weighed by who they are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import ClassVar

from hullmark.linter.finding import Confidence, Severity
from hullmark.linter.manifest.context import Context
from hullmark.linter.manifest.globs import name_glob
from hullmark.linter.manifest.pod import PodSpec
from hullmark.linter.manifest.rbac import BINDING_KINDS, ROLE_KINDS
from hullmark.linter.manifest.resource import KindSet
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.rbac.accounts import Usage, usages
from hullmark.linter.model.rbac.catalogue import Effect
from hullmark.linter.model.rbac.holding import Holding, Reason
from hullmark.linter.model.rbac.holdings import holdings, unbound_holdings
from hullmark.linter.model.rbac.identity import Identity
from hullmark.linter.model.rbac.powers import MUTATING
from hullmark.linter.named_tuple import NamedTuple
from hullmark.linter.records import record

BASE = {
    Effect.NONE: Severity.INFO,
    Effect.INFORMATION: Severity.INFO,
    Effect.INTEGRITY: Severity.LOW,
    Effect.WORKLOAD: Severity.MEDIUM,
    Effect.NAMESPACE: Severity.HIGH,
    Effect.SECRETS: Severity.HIGH,
    Effect.NODE: Severity.CRITICAL,
    Effect.TAKEOVER: Severity.CRITICAL,
}


class Holder(NamedTuple):
    """One identity that has the power, how the input uses it, and how bad that is."""

    holding: Holding
    usage: Usage | None
    severity: Severity

    @property
    def who(self) -> Identity:
        """The identity."""
        return self.holding.who

    @property
    def expected_by(self) -> str:
        """Name of the well-known controller whose job needs the power, or an empty string."""
        return expected_by(self.holding, self.usage)

    @property
    def not_needed_by(self) -> str:
        """Name of the well-known controller that has the power although its job does not need it."""
        controller = self.usage.controller if self.usage else None
        needed = controller is None or f"rbac/{self.holding.power}" in controller.powers
        return "" if needed or controller is None else controller.name


@record
class HeldPower:
    """One power through one deciding rule. `holders` are ordered by badness, then by first mention."""

    kinds: ClassVar[KindSet | None] = ROLE_KINDS | BINDING_KINDS

    power: str
    effect: Effect
    holders: tuple[Holder, ...]
    context: Context

    @property
    def first(self) -> Holding:
        """The worst holder's holding: it decides the place."""
        return self.holders[0].holding

    @property
    def reason(self) -> Reason:
        """The deciding grant and rule."""
        return self.first.reasons[0]

    @property
    def severity(self) -> Severity:
        """That of the worst holder."""
        return self.holders[0].severity

    @property
    def key(self) -> str:
        """A name that no other finding of the run has, unless its subjects have the power in the same way."""
        return _name(self.first)

    @property
    def implied_by(self) -> tuple[str, ...]:
        """Keys of the powers that this one follows from, strongest first."""
        return tuple(map(_name, self.first.leaders))

    @property
    def is_unbound(self) -> bool:
        """Whether it comes of a role that nobody in the input holds."""
        return self.first.who.is_nobody

    @property
    def is_usual(self) -> bool:
        """Whether people hold `view`, `edit` or `admin` in an ordinary namespace: the normal way to work."""
        role, first = self.reason.grant.role, self.first
        usual = role.is_cluster and role.builtin and role.name in ("view", "edit", "admin")
        if not usual or first.is_cluster_wide or first.raised:
            return False
        return all(is_human(holder.who, self.context) for holder in self.holders)

    @property
    def confidence(self) -> Confidence:
        """Low where the namespace of a grant was guessed, medium where a role is of another bundle."""
        grants = [reason.grant for holder in self.holders for reason in holder.holding.reasons]
        if any(grant.assumed for grant in grants):
            return Confidence.LOW
        return Confidence.MEDIUM if any(grant.across for grant in grants) else Confidence.HIGH

    @classmethod
    def among(cls, bundle: Bundle) -> tuple[HeldPower, ...]:
        """Every power of the bundle, merged by power, deciding rule and effect."""
        return bundle.derived(_shared)


class JudgedPower(HeldPower):
    """What rules about powers judge: also what follows from stronger powers, and the powers of roles nobody holds."""

    @classmethod
    def among(cls, bundle: Bundle) -> tuple[HeldPower, ...]:
        """Every power of subjects, those that follow from others, then those of unbound roles."""
        return (*HeldPower.among(bundle), *bundle.derived(_following), *bundle.derived(_unbound))


def _shared(bundle: Bundle) -> tuple[HeldPower, ...]:
    return _merged(bundle, (each for each in holdings(bundle) if not each.leaders))


def _following(bundle: Bundle) -> tuple[HeldPower, ...]:
    return _merged(bundle, (each for each in holdings(bundle) if each.leaders))


def _unbound(bundle: Bundle) -> tuple[HeldPower, ...]:
    return _merged(bundle, unbound_holdings(bundle))


def _merged(bundle: Bundle, found: Iterable[Holding]) -> tuple[HeldPower, ...]:
    used = bundle.derived(usages)
    groups: dict[tuple[object, ...], list[Holder]] = defaultdict(list)
    for holding in found:
        if holding.power == "pod-log-read" and is_human(holding.who, bundle.context):
            continue  # reading logs is what people do
        usage = used.get(holding.who)
        holder = Holder(holding, usage, severity(holding, usage, bundle))
        groups[_key(holding), tuple(map(_key, holding.leaders))].append(holder)
    return tuple(
        HeldPower(
            holders[0].holding.power,
            holders[0].holding.effect,
            tuple(sorted(holders, key=lambda holder: -holder.severity)),
            bundle.context,
        )
        for holders in groups.values()
    )


def _key(holding: Holding) -> tuple[object, ...]:
    """What holdings have in common that are one finding."""
    return (holding.power, id(_deciding(holding)), holding.effect, holding.scopes)


def _name(holding: Holding) -> str:
    reason = holding.reasons[0]
    binding, view = reason.grant.binding, reason.grant.role.view
    rule = reason.policy.view if reason.policy is not None else None
    thing = rule if rule is not None else binding.role_ref if binding is not None else view
    place = thing.place if thing is not None else None
    where = f"{place.source.path}:{place.span.start}" if place is not None else ""
    return f"rbac/{holding.power} {where} {holding.effect} {','.join(holding.scopes)} {holding.who.is_nobody}"


def _deciding(holding: Holding) -> object:
    """The rule where the input holds it, else the binding; the role where nobody holds it."""
    reason = holding.reasons[0]
    if reason.policy is not None and reason.policy.view is not None:
        return reason.policy
    return reason.grant.role if holding.who.is_nobody else reason.grant.binding


def severity(holding: Holding, usage: Usage | None, bundle: Bundle) -> Severity:
    """Badness of a holding: its effect, one step up or down for each thing that is known of the holder."""
    who, base = holding.who, BASE[holding.effect]
    if who.is_nobody or is_trusted(who, bundle.context):
        return Severity.INFO
    if holding.power == "pod-log-read":
        return base
    steps = _of_holder(who, usage, bundle)
    if expected_by(holding, usage) or _steers_itself(holding, usage, bundle):
        steps -= 1
    return Severity(min(max(base + steps, Severity.INFO), Severity.CRITICAL))


def _of_holder(who: Identity, usage: Usage | None, bundle: Bundle) -> int:
    if who.is_open:
        return 1
    if who.kind == "ServiceAccount":
        if usage is None or not usage.with_token:
            return -1
        return 1 if any(pod in bundle.derived(public_pods) for pod in usage.with_token) else 0
    return -1 if is_human(who, bundle.context) else 0


def public_pods(bundle: Bundle) -> frozenset[PodSpec]:
    """Pods that everybody on the internet may knock at."""
    from hullmark.linter.model.exposure.exposures import exposures  # 40 modules, for accounts whose token is at hand

    return frozenset(each.pod for each in exposures(bundle) if each.is_public)


def _steers_itself(holding: Holding, usage: Usage | None, bundle: Bundle) -> bool:
    """Whether a controller that is in the bundle maintains the one webhook configuration that comes with it."""
    if holding.power != "admission-webhook-write" or not holding.names or usage is None or not usage.pods:
        return False
    kinds = ("MutatingWebhookConfiguration", "ValidatingWebhookConfiguration")
    known = {each.name for kind in kinds for each in bundle.by_kind("admissionregistration.k8s.io", kind)}
    return holding.names <= known


def expected_by(holding: Holding, usage: Usage | None) -> str:
    """Name of the well-known controller whose job needs the power, or an empty string.

    Reading everything is not what a rule about everything amounts to once it also writes.
    """
    row = usage.controller if usage else None
    if row is None or f"rbac/{holding.power}" not in row.powers:
        return ""
    policy = holding.reasons[0].policy
    if holding.power == "read-everything" and policy is not None and not MUTATING.isdisjoint(policy.verbs):
        return ""
    return row.name


def is_human(who: Identity, context: Context) -> bool:
    """Whether a person stands behind the identity, as far as names tell."""
    if who.kind not in ("User", "Group") or who.name.startswith("system:"):
        return False
    patterns = context.texts("rbac.machine-identities")
    names = (who.name, f"{who.kind}:{who.name}")
    return not any(name_glob(pattern).fullmatch(name) for pattern in patterns for name in names)


def is_trusted(who: Identity, context: Context) -> bool:
    """Whether the configuration lists the identity under `rbac.trusted-subjects`."""
    return matches_subject(who, context, "rbac.trusted-subjects")


def matches_subject(who: Identity, context: Context, key: str) -> bool:
    """Whether a pattern `Kind:name` (accounts as `ServiceAccount:namespace/name`) under `key` names the identity."""
    name = f"{who.namespace}/{who.name}" if who.kind == "ServiceAccount" else who.name
    return any(name_glob(each).fullmatch(f"{who.kind}:{name}") for each in context.texts(key))
