"""Rules about audit policies: what a policy drops, and what it writes that nobody should read."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from hullmark.linter.manifest.components import inserting
from hullmark.linter.manifest.components.audit import (
    ADVICE,
    CONFIG_MAPS,
    COVERAGE,
    SECRETS,
    AuditPolicy,
    AuditRule,
    Request,
    Target,
)
from hullmark.linter.rule import Fix, Hit, Offer, manifest
from hullmark.linter.rule.settings.told import Told, at, genuine, removed, told

_WRITE_VERBS = frozenset({"create", "update", "patch", "delete", "deletecollection"})
_PRIVILEGED = frozenset(
    {
        "system:masters",
        "system:authenticated",
        "system:unauthenticated",
        "system:anonymous",
        "system:serviceaccounts",
        "system:nodes",
        "kubernetes-admin",
        "admin",
        "kube-admin",
    }
)


def _coverage(policy: AuditPolicy) -> Iterator[Hit]:
    gaps: dict[AuditRule | None, list[Request]] = {}
    for request in COVERAGE:
        rule = policy.decides(request)
        if rule is None or rule.level == "None":
            gaps.setdefault(rule, []).append(request)
    advice = [str(request) for request in ADVICE if policy.level(request) == "None"]
    hint = f" (nor {', '.join(advice[:3])})" if advice and gaps else ""
    for rule, requests in gaps.items():
        shown = ", ".join(map(str, requests[:4])) + (", ..." if len(requests) > 4 else "")
        if rule is None:
            yield at(policy.cursor.get("rules"), f"no rule logs {shown}{hint}")
        else:
            yield at(rule.cursor.get("level"), f"this rule drops {shown}{hint}")
    for rule, request in policy.bodies(SECRETS):
        yield at(rule.cursor.get("level"), f"this rule logs the body of {request}: see audit/secret-bodies-logged")


def _drops(policy: AuditPolicy) -> Iterator[Hit]:
    for index, rule in enumerate(policy.rules):
        if rule.selects:
            continue
        if rule.level == "None":
            earlier = policy.rules[:index]
            logged = all(
                any(each.matches(request) and each.level != "None" for each in earlier) for request in COVERAGE
            )
            if not logged:
                yield at(rule.cursor.get("level"), "a rule without selectors drops every request that reaches it")
        return


def _no_catch_all(policy: AuditPolicy) -> Iterator[Hit]:
    if not any(not rule.selects and rule.level not in ("", "None") for rule in policy.rules):
        rules = policy.cursor.get("rules")
        fix = _added(inserting.item(rules, ("level: Metadata",)), "log the rest at level Metadata")
        yield at(rules, "no rule without selectors logs what the other rules do not name", fix=fix)


def _added(added: inserting.Added, description: str) -> Offer:
    return None if added is None else Fix(description, (added,))


_METADATA = (
    "level: Metadata",
    "resources:",
    '  - group: ""',
    "    resources: [secrets, configmaps, serviceaccounts/token]",
    "  - group: authentication.k8s.io",
    "    resources: [tokenreviews]",
)


def _bodies(targets: tuple[Target, ...]) -> Callable[[AuditPolicy], Iterator[Hit]]:
    def check(policy: AuditPolicy) -> Iterator[Hit]:
        for rule, request in policy.bodies(targets):
            level = rule.cursor.get("level")
            text = f"level {rule.level} writes the body of {request} into the audit log"
            added = inserting.before(rule.cursor, _METADATA) if targets is SECRETS and genuine(level) else None
            yield at(level, text, fix=_added(added, "log credentials at level Metadata before"))

    return check


def _stages(policy: AuditPolicy) -> Iterator[Hit]:
    holders = [policy.cursor, *(rule.cursor for rule in policy.rules if rule.level != "None")]
    for holder in holders:
        for item in holder.get("omitStages").items():
            if item.text == "ResponseComplete":
                stages = holder.get("omitStages")
                alone = sum(1 for _ in stages.items()) == 1
                fix = removed(stages if alone else item, "record outcomes")
                yield at(item, "the stage ResponseComplete is omitted: outcomes are not recorded", fix=fix)


def _privileged(policy: AuditPolicy) -> Iterator[Hit]:
    for rule in policy.rules:
        verbs = rule.texts("verbs")
        if rule.level != "None" or (verbs and not _WRITE_VERBS & set(verbs)):
            continue
        for key in ("users", "userGroups"):
            for item in rule.cursor.get(key).items():
                if item.text in _PRIVILEGED:
                    yield at(item, f"requests of {item.text!r} are not logged")


_POLICY = """
    apiVersion: audit.k8s.io/v1
    kind: Policy
    rules:{mark}
{rules}
"""
_GOOD = manifest("""
    apiVersion: audit.k8s.io/v1
    kind: Policy
    omitStages: [RequestReceived]
    rules:
      - level: Metadata
        resources:
          - group: ""
            resources: [secrets, configmaps]
          - group: authentication.k8s.io
            resources: [tokenreviews]
      - level: Metadata
""")


def _rules(text: str, mark: str = "") -> str:
    return _POLICY.format(rules=text, mark=mark)


_BEFORE = "      - " + "\n        ".join(_METADATA)

RULES = told(
    "audit",
    AuditPolicy,
    {
        "incomplete-coverage": Told(
            "Audit policy drops requests that an investigation needs.",
            _coverage,
            (
                manifest(
                    _rules(
                        "      - level: None  # ! drops create secrets\n"
                        "        verbs: [create]\n      - level: Metadata"
                    )
                ),
                manifest(_rules("      - level: Metadata\n        namespaces: [kube-system]", "  # ! no rule logs")),
            ),
            (_GOOD,),
        ),
        "drops-everything": Told(
            "A rule of the audit policy drops all that follows.",
            _drops,
            (manifest(_rules("      - level: None  # !\n      - level: Metadata")),),
            (_GOOD, manifest(_rules("      - level: Metadata\n      - level: None"))),
        ),
        "no-catch-all-rule": Told(
            "Audit policy logs only the requests that it names.",
            _no_catch_all,
            (
                manifest(
                    _rules("      - level: Metadata\n        verbs: [create]", "  # !"),
                    _rules("      - level: Metadata\n        verbs: [create]\n      - level: Metadata"),
                ),
            ),
            (_GOOD,),
        ),
        "secret-bodies-logged": Told(
            "Audit log contains secret values or tokens.",
            _bodies(SECRETS),
            (
                manifest(
                    _rules("      - level: RequestResponse  # ! secrets"),
                    _rules(f"{_BEFORE}\n      - level: RequestResponse"),
                ),
                manifest(
                    _rules(
                        "      - level: Request  # ! tokenreviews\n        resources:\n"
                        "          - group: authentication.k8s.io\n      - level: Metadata"
                    ),
                    _rules(
                        f"{_BEFORE}\n      - level: Request\n        resources:\n"
                        "          - group: authentication.k8s.io\n      - level: Metadata"
                    ),
                ),
            ),
            (_GOOD,),
        ),
        "config-map-bodies-logged": Told(
            "Audit log contains the content of ConfigMaps.",
            _bodies(CONFIG_MAPS),
            (
                manifest(
                    _rules(
                        '      - level: Request  # !\n        resources:\n          - group: ""\n'
                        "            resources: [configmaps]"
                    )
                ),
            ),
            (_GOOD,),
        ),
        "response-stage-omitted": Told(
            "Audit log does not record the outcome of requests.",
            _stages,
            (
                manifest(
                    _rules("      - level: Metadata\n        omitStages:\n          - ResponseComplete  # !"),
                    _rules("      - level: Metadata"),
                ),
                manifest(
                    _rules("      - level: Metadata\n        omitStages: [RequestReceived, ResponseComplete]  # !"),
                    _rules("      - level: Metadata\n        omitStages: [RequestReceived]"),
                ),
            ),
            (_GOOD,),
        ),
        "privileged-users-not-logged": Told(
            "Requests of powerful identities are not logged.",
            _privileged,
            (
                manifest(
                    _rules(
                        "      - level: None\n        userGroups:\n"
                        "          - system:masters  # !\n      - level: Metadata"
                    )
                ),
            ),
            (
                _GOOD,
                manifest(
                    _rules(
                        "      - level: None\n        users: [system:kube-proxy]\n"
                        "        verbs: [watch]\n      - level: Metadata"
                    )
                ),
            ),
        ),
    },
    carried=True,
)
