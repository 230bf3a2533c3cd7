"""`hullmark who-can` and `hullmark can-they`: questions about RBAC at the keyboard."""

from __future__ import annotations

import os
from collections.abc import Iterator

from hullmark.linter.cli.options import LintOptions
from hullmark.linter.cli.rules import installed
from hullmark.linter.cli.settings import settings_of, today_of
from hullmark.linter.cli.stop import INCOMPLETE, StopError, say
from hullmark.linter.cli.terminal import show
from hullmark.linter.engine.gather import Gathered, gather
from hullmark.linter.engine.run import Request
from hullmark.linter.load.root import root_of
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.rbac.access import access
from hullmark.linter.model.rbac.atoms import is_cluster_scoped
from hullmark.linter.model.rbac.identity import Identity, account, identity
from hullmark.linter.model.rbac.policy import Request as Asked
from hullmark.linter.model.rbac.served import groups_of, nearest_resource, served
from hullmark.linter.model.rbac.shared import HeldPower
from hullmark.linter.report.access import Answer, Open, rights_json, rights_text, who_can_json, who_can_text


class WhoCanOptions:
    """Options of `who-can`. `namespace` empty asks for all namespaces."""

    __slots__ = ("built_in", "config", "form", "name", "namespace")

    def __init__(self, *, namespace: str, name: str, built_in: bool, form: str, config: str) -> None:
        self.namespace = namespace
        self.name = name
        self.built_in = built_in
        self.form = form
        self.config = config


def gathered(paths: tuple[str, ...], config: str) -> Gathered:
    """What the paths hold, as `lint` would read it."""
    where = paths or (".",)
    for path in where:
        if not os.path.lexists(path):
            raise StopError(f"there is no file or folder {path!r}")
    current = os.getcwd()
    registry = installed()
    root = root_of(where, current)
    settings = settings_of(LintOptions(paths=where, config=config or None), registry, root)
    found = gather(Request(where, root, current, settings, today_of(settings)), registry)
    for problem in found.problems:
        if problem.incomplete:
            say(f"{problem.path}: {problem.message}")
    return found


def _code(found: Gathered) -> int:
    return INCOMPLETE if any(problem.incomplete for problem in found.problems) else 0


def who_can(verb: str, resource: str, paths: tuple[str, ...], options: WhoCanOptions) -> int:
    """Prints everybody whose grants allow the request; exit code 3 where a file could not be read."""
    asked = _asked(verb, resource, options)
    found = gathered(paths, options.config)
    answers: list[Answer] = []
    defaults = 0
    for bundle in found.workspace.bundles or (Bundle("", ()),):
        for who, witnesses in access(bundle).who_can(asked):
            kept = tuple(each for each in witnesses if options.built_in or not each.grant.is_default)
            if kept:
                answers.append(Answer(who, kept))
            else:
                defaults += 1
    question = _question(verb, asked, options)
    defaults = defaults // max(len(found.workspace.bundles), 1)
    unknown = [each for bundle in found.workspace.bundles for each in _unknown(bundle)]
    if asked.path or is_cluster_scoped((asked.group, asked.resource)):
        unknown = [each for each in unknown if not each.scope]
    unknown = [each for each in unknown if each.scope in ("", asked.namespace)]
    if options.form == "json":
        show(who_can_json(question, answers, unknown))
    else:
        show(who_can_text(question, answers, defaults, unknown))
    return _code(found)


def _unknown(bundle: Bundle) -> Iterator[Open]:
    """Bindings to roles whose rules are not in the input, with those who hold them."""
    for scope, binding in access(bundle).unwritten():
        named = (
            identity(each.kind.value or "", each.name.value or "", each.namespace.value or scope)
            for each in binding.subjects
        )
        yield Open(binding, scope, tuple(who for who in named if who is not None))


def _question(verb: str, asked: Asked, options: WhoCanOptions) -> str:
    if asked.path:
        return f"{verb} {asked.path}"
    resource, name = _written(asked), f" {options.name}" if options.name else ""
    where = f" in namespace {options.namespace}" if options.namespace else " in all namespaces"
    return f"{verb} {resource}{name}{'' if is_cluster_scoped((asked.group, asked.resource)) else where}"


def _written(asked: Asked) -> str:
    """The resource as kubectl takes it: the group where it is not the one that is found first."""
    short, slash, subresource = asked.resource.partition("/")
    group = "" if groups_of(short)[:1] == (asked.group,) or not asked.group else f".{asked.group}"
    return f"{short}{group}{slash}{subresource}"


def _asked(verb: str, resource: str, options: WhoCanOptions) -> Asked:
    """The request; a resource may be written as `deployments`, `deployments.apps`, `pods/exec` or `/healthz`."""
    if resource.startswith("/"):
        return Asked(verb, path=resource)
    full, slash, subresource = resource.partition("/")
    short, dot, group = full.partition(".")
    if not dot:
        short, group = _found(short)
    _known_verb(verb, group)
    name = short + slash + subresource
    namespace = options.namespace
    if is_cluster_scoped((group, name)):
        namespace = options.name if short == "namespaces" and verb in ("get", "update", "patch", "delete") else ""
    return Asked(verb, group, name, namespace, options.name)


def _found(resource: str) -> tuple[str, str]:
    """The plural and the group that serves it, core first, as kubectl finds them; a guess would be a wrong answer."""
    groups = groups_of(resource)
    if groups or resource == "*":
        return resource, groups[0] if groups else ""
    meant = nearest_resource(resource, tuple(served()))
    if meant and meant in (f"{resource.lower()}s", f"{resource.lower()}es", f"{resource.lower()[:-1]}ies"):
        return meant, groups_of(meant)[0]
    hint = f"is {meant!r} meant?" if meant else "write a custom resource with its group: certificates.cert-manager.io"
    raise StopError(f"Kubernetes itself has no resource {resource!r}: {hint}")


def _known_verb(verb: str, group: str) -> None:
    """A slip of the finger would be answered with nobody. Groups of others may know any verb."""
    known = {each for resources in served().values() for row in resources.values() for each in row.verbs}
    if group in served() and verb not in known and verb != "*" and not verb.startswith("impersonate-on:"):
        raise StopError(f"the API has no verb {verb!r}: write get, list, watch, create, update, patch or delete")


def can_they(subject: str, paths: tuple[str, ...], form: str, config: str) -> int:
    """Prints what somebody can do and through what."""
    who = _who(subject)
    found = gathered(paths, config)
    grants, powers = [], []
    for bundle in found.workspace.bundles:
        grants += [grant for grant in access(bundle).held(who) if not grant.is_default and not grant.role.effect]
        for held in HeldPower.among(bundle):
            for holder in held.holders:
                if holder.who == who:
                    scopes = ", ".join(scope or "cluster" for scope in holder.holding.scopes)
                    powers.append((-holder.severity, held.power, scopes, holder.severity.label))
    worst_first = [(power, scopes, severity) for _, power, scopes, severity in sorted(powers)]
    mine = {who, *who.groups}
    unknown = [
        each for bundle in found.workspace.bundles for each in _unknown(bundle) if not mine.isdisjoint(each.subjects)
    ]
    show((rights_json if form == "json" else rights_text)(who, grants, worst_first, unknown))
    return _code(found)


def _who(subject: str) -> Identity:
    """`namespace/name` or `ServiceAccount:namespace/name`, `User:name`, `Group:name`."""
    kind, colon, name = subject.partition(":")
    if colon and kind in ("User", "Group"):
        found = identity(kind, name, "")
        if found is not None:
            return found
    elif not colon or kind in ("ServiceAccount", "sa"):
        space, slash, short = (name if colon else subject).partition("/")
        if slash and space and short:
            return account(space, short)
    raise StopError(f"{subject!r} names nobody: write namespace/account, User:name or Group:name")
