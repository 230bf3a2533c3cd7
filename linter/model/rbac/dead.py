"""Which elements of a policy rule can never match a request, and why.

Semantics: the authorizer compares strings, so that whatever the API does not serve under exactly
that name is dead. Versions and custom resources differ from cluster to cluster: of a group that is
not the API's own nothing is said.
"""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.linter.manifest.fields import StrField
from hullmark.linter.model.rbac.atoms import is_cluster_scoped
from hullmark.linter.model.rbac.constrained import MODES
from hullmark.linter.model.rbac.grants import OWN_NAMESPACE_VERBS
from hullmark.linter.model.rbac.served import (
    STANDARD_VERBS,
    groups_of,
    nearest_resource,
    parents_of,
    removed_groups,
    served,
    verbs_on,
)
from hullmark.linter.model.rbac.written_rules import WrittenRule
from hullmark.linter.named_tuple import NamedTuple


class Dead(NamedTuple):
    """One dead element. `meant` is what was probably meant, as YAML; `grave`: the intended right is missing.

    `depends`: it is dead only because of how the role is bound, or because of the other elements.
    `removed`: it was alive in older versions.
    """

    element: StrField
    reason: str
    meant: str = ""
    grave: bool = True
    depends: bool = False
    removed: bool = False


def dead_elements(written: WrittenRule) -> Iterator[Dead]:
    """Every dead element of one rule, list by list."""
    rule = written.rule
    groups = tuple(text for text in rule.api_groups.texts)
    yield from _groups(written)
    known = tuple(group for group in groups if group in served())
    closed = bool(known) and len(known) == len(groups)
    for item in rule.resources.items:
        text = item.value
        if text is None or text == "*":
            continue
        found = _resource(item, text, known, closed)
        if found is not None:
            yield found
        elif _needs_cluster(written, text, known, closed):
            yield Dead(
                item, f"{text!r} has no namespace, and the role holds in namespaces alone", grave=False, depends=True
            )
    yield from _verbs(written, known, closed)
    yield from _names(written)
    yield from _urls(written)


def _groups(written: WrittenRule) -> Iterator[Dead]:
    for item in written.rule.api_groups.items:
        text = item.value
        if text is None:
            continue
        group, slash, _ = text.partition("/")
        if slash:
            yield Dead(item, f"a group is written without a version: {group!r}", "" if group == "*" else group)
        elif text in ("core", "v1"):
            yield Dead(item, f"the core group is the empty string, not {text!r}", '""')
        elif text in removed_groups():
            yield Dead(item, f"nothing is served under group {text!r} any more", grave=False, removed=True)


def _resource(item: StrField, text: str, known: tuple[str, ...], closed: bool) -> Dead | None:
    name, slash, subresource = text.partition("/")
    if slash and subresource == "*":
        return Dead(item, f"{text!r} matches nothing: a star stands for a whole entry or before the slash")
    if name == "*" or not closed:
        return None
    homes = [group for group in known if name in served()[group]]
    if homes:
        if text == "userextras":  # the key is the subresource of every request (k8s.io/apiserver impersonation filter)
            return Dead(item, "nobody asks for 'userextras' without a key: write 'userextras/<key>'")
        if slash and all(verbs_on(text, group) is None for group in homes):
            return Dead(item, f"there is no subresource {text!r}")
        return None
    others = groups_of(name)
    if others:
        shown = ", ".join(group or "the core group" for group in others[:2])
        return Dead(item, f"{name!r} belongs to {shown}")
    parents = parents_of(name)
    if parents and not slash:
        return Dead(item, f"{name!r} is a subresource: write {parents[0] + '/' + name!r}", f"{parents[0]}/{name}")
    meant = nearest_resource(name, known)
    hint = f", but {meant!r}" if meant else ""
    return Dead(item, f"there is no resource {name!r}{hint}", f"{meant}{slash}{subresource}" if meant else "")


def _needs_cluster(written: WrittenRule, text: str, known: tuple[str, ...], closed: bool) -> bool:
    if not closed or not _only_in_namespaces(written):
        return False
    if not all(is_cluster_scoped((group, text)) for group in known if text.partition("/")[0] in served()[group]):
        return False
    verbs = set(written.rule.verbs.texts)
    if text.partition("/")[0] == "namespaces":
        return not verbs & (OWN_NAMESPACE_VERBS | {"*"})
    return not verbs & {"bind", "use", "*"}


def _only_in_namespaces(written: WrittenRule) -> bool:
    """Whether the role can only ever hold in namespaces, as far as the input says."""
    if not written.role.is_cluster_role:
        return True
    labels = written.role.labels.value or {}
    if any("aggregate-to-" in label for label in labels):
        return False
    return bool(written.scopes) and not written.is_bound_cluster_wide


def _verbs(written: WrittenRule, known: tuple[str, ...], closed: bool) -> Iterator[Dead]:
    rule = written.rule
    possible = _possible_verbs(written, known, closed)
    for item in rule.verbs.items:
        text = item.value
        if text is None or text == "*":
            continue
        if text.lower() in STANDARD_VERBS and text != text.lower():
            yield Dead(item, f"verbs are lower case: {text.lower()!r}", text.lower())
        elif possible is not None and text not in possible:
            if text in STANDARD_VERBS:
                yield Dead(item, f"nothing listed here serves the verb {text!r}", grave=False, depends=True)
            else:
                yield Dead(item, f"nothing listed here serves the verb {text!r}")


def _possible_verbs(written: WrittenRule, known: tuple[str, ...], closed: bool) -> frozenset[str] | None:
    """Verbs that some listed resource serves; None where a resource is not known, so that any verb may exist."""
    if not closed or written.rule.non_resource_urls.items:
        return None
    found: frozenset[str] = frozenset()
    for text in written.rule.resources.texts:
        if text.startswith("*"):
            return None
        verbs = [each for group in known if (each := verbs_on(text, group)) is not None]
        if not verbs:
            return None
        found = found.union(*verbs)
    # What is done in another's name may be done to anything that serves the verb.
    others = {verb for verb in written.rule.verbs.texts if _is_in_anothers_name(verb, found)}
    return (found | others) or None


def _is_in_anothers_name(verb: str, served: frozenset[str]) -> bool:
    head, _, rest = verb.partition(":")
    mode, _, real = rest.partition(":")
    return head == "impersonate-on" and mode in {each.name for each in MODES} and real in served


def _names(written: WrittenRule) -> Iterator[Dead]:
    rule = written.rule
    if not rule.is_restricted_by_name:
        return
    verbs = set(rule.verbs.texts)
    # The API server looks up these two by names of its own making, which may hold stars.
    patterns = "signers" in rule.resources.texts or any(verb.startswith("impersonate") for verb in verbs)
    for item in rule.resource_names.items:
        if "*" in (item.value or "") and not patterns:
            yield Dead(item, f"names have no patterns: {item.value!r} is the name itself")
    if verbs and verbs <= {"create", "deletecollection"} and not _completed(written):
        first = rule.resource_names.items[0]
        yield Dead(first, "requests to create carry no name, so that the rule never matches", grave=False, depends=True)


def _completed(written: WrittenRule) -> bool:
    """Whether names matter after all: for subresources, and for server-side apply, which asks for patch as well."""
    resources = set(written.rule.resources.texts)
    if any("/" in text for text in resources):
        return True
    return any(
        {"patch", "update", "*"} & set(rule.verbs.texts) and resources & {*rule.resources.texts}
        for rule in written.role.rules
    )


def _urls(written: WrittenRule) -> Iterator[Dead]:
    items = written.rule.non_resource_urls.items
    if items and _only_in_namespaces(written):
        yield Dead(
            items[0], "URLs belong to no namespace, and the role holds in namespaces alone", grave=False, depends=True
        )
