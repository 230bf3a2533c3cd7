"""Rules about settings of the API server that only together decide who a caller is."""

from __future__ import annotations

import re
from collections.abc import Iterator

from hullmark.linter.manifest.components.component import Component
from hullmark.linter.manifest.components.effective import Effective
from hullmark.linter.manifest.components.setting import Carrier, Occurrence
from hullmark.linter.model.processes import ApiServer
from hullmark.linter.patterns import regex
from hullmark.linter.rule import because
from hullmark.linter.rule.settings.judgement import PASSED, UNDECIDED, Offence, Outcome, failed
from hullmark.linter.rule.settings.messages import shown
from hullmark.linter.rule.settings.plan import Sample
from hullmark.linter.rule.settings.rows import About, rows

_FOREIGN = ("https://a.example", "https://b.test")
_LONGEST_PATTERN = 200
_MOST_REPEATS = 8
_NESTED = regex(r"[*+?}]\)+[*+{]")
_REPEATED = regex(r"[*+{]")


def _conflicts(component: Component) -> Outcome:
    outcome = failed(_conflicting(component))
    unread = component.effective("authentication-config").given and "authentication-config" not in component.documents
    # The file may hold a block that excludes the flag.
    return UNDECIDED if outcome is PASSED and unread and _flag(component, "anonymous-auth") else outcome


def _conflicting(component: Component) -> Iterator[Offence]:
    """Flags that the server refuses beside a structured file."""
    for file, dead in (
        ("authorization-config", ("authorization-mode", "authorization-policy-file", "authorization-webhook-")),
        ("authentication-config", ("oidc-",)),
    ):
        if not component.effective(file).explicit or not component.effective(file).given:
            continue
        for name in component.settings:
            flag = _flag(component, name)
            if flag and any(name == each or (each.endswith("-") and name.startswith(each)) for each in dead):
                text = f"{component} sets {name} beside {file}, which excludes it"
                yield Offence(flag.place, text, name, True)
    yield from _anonymous(component)


def _flag(component: Component, name: str) -> Occurrence | None:
    """The setting as a flag, which a file cannot be."""
    setting = component.setting(name)
    written = setting.occurrences if setting is not None else ()
    return next((each for each in reversed(written) if each.carrier is not Carrier.FIELD), None)


def _anonymous(component: Component) -> Iterator[Offence]:
    """A flag beside the `anonymous` block of the file."""
    flag, file = _flag(component, "anonymous-auth"), component.documents.get("authentication-config")
    block = None if file is None else file.cursor.get("anonymous")
    if flag is not None and block is not None and block.present:
        text = f"{component} sets anonymous-auth beside a file with an anonymous block, which excludes it"
        yield Offence(flag.place, text, "anonymous-auth", True, because=(because(block.key_place, "the block"),))


def _oidc(component: Component) -> Outcome:
    if not component.effective("oidc-issuer-url").given:
        return PASSED
    return failed(_unprefixed(component))


def _unprefixed(component: Component) -> Iterator[Offence]:
    prefix, claim = component.effective("oidc-username-prefix"), component.effective("oidc-username-claim")
    groups, group_prefix = component.effective("oidc-groups-claim"), component.effective("oidc-groups-prefix")
    if prefix.always("-"):
        yield _offence(component, prefix, "users of the identity provider get no prefix")
    elif claim.always("email") and prefix.given is False:
        yield _offence(component, claim, "claim email gets no prefix unless one is set")
    if groups.explicit and groups.given and group_prefix.given is False:
        yield _offence(component, groups, "groups of the identity provider get no prefix")


def _offence(component: Component, at: Effective, text: str) -> Offence:
    return Offence(at.place, f"{component}: {text}", at.name, True)


def _front_proxy(component: Component) -> Outcome:
    authority, names = (
        component.effective("requestheader-client-ca-file"),
        component.effective("requestheader-allowed-names"),
    )
    if not authority.explicit or not authority.given:
        return PASSED
    if not names.known or not (names.explicit or names.proof):
        return UNDECIDED
    if names.given:
        return PASSED
    text = f"{component} takes user names from any client with a certificate of requestheader-client-ca-file"
    if authority.values == component.effective("client-ca-file").values:
        text += ", which is also the CA of all clients"
    return failed([Offence(authority.place, text, authority.name, True)])


def _cors(component: Component) -> Outcome:
    origins = component.effective("cors-allowed-origins")
    return failed(
        Offence(
            word.place, f"{component} lets scripts of every site call it: {shown(word.text)}", origins.name, True, word
        )
        for word in origins.members
        if _matches_all(word.text)
    )


def _matches_all(pattern: str) -> bool:
    # A group that repeats what repeats may take for ever; nobody needs one for an origin.
    if len(pattern) > _LONGEST_PATTERN or _NESTED.search(pattern) or len(_REPEATED.findall(pattern)) > _MOST_REPEATS:
        return False
    try:
        wanted = re.compile(pattern)
    except (re.error, RecursionError, OverflowError):
        return False
    return all(wanted.search(origin) is not None for origin in _FOREIGN)


RULES = rows(
    "apiserver",
    ApiServer,
    {
        "conflicting-auth-settings": About(
            "A flag and a file say the same; the server stops.",
            judge=_conflicts,
            sample=Sample(
                {"authorization-mode": "Node,RBAC"}, {}, beside={"authorization-config": "/etc/kubernetes/authz.yaml"}
            ),
        ),
        "oidc-prefix-missing": About(
            "An identity provider may mint names of the cluster.",
            judge=_oidc,
            sample=Sample(
                {"oidc-username-prefix": "-"},
                {"oidc-username-prefix": "login"},
                beside={"oidc-issuer-url": "https://login.example"},
            ),
        ),
        "request-header-names-unrestricted": About(
            "Any client of the front proxy's CA may name any user.",
            judge=_front_proxy,
            sample=Sample(
                {"requestheader-client-ca-file": "/etc/kubernetes/pki/proxy-ca.crt", "requestheader-allowed-names": ""},
                {
                    "requestheader-client-ca-file": "/etc/kubernetes/pki/proxy-ca.crt",
                    "requestheader-allowed-names": "front-proxy-client",
                },
                marks=("requestheader-client-ca-file",),
            ),
        ),
        "cors-open-to-all": About(
            "Scripts of every web site may call the API server.",
            judge=_cors,
            sample=Sample({"cors-allowed-origins": ".*"}, {"cors-allowed-origins": "^https://shop.example$"}),
        ),
    },
)
