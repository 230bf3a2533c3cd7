"""Rules about the defaults and exemptions of the PodSecurity plugin."""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.linter.finding import Severity
from hullmark.linter.manifest.components.documents import PodSecurityConfiguration
from hullmark.linter.manifest.components.values import templated
from hullmark.linter.model.exemptions import Exemptions
from hullmark.linter.patterns import regex
from hullmark.linter.rule import Hit, manifest
from hullmark.linter.rule.settings.told import Told, at, told

# Users that create pods for others: exempting one exempts all of these pods.
_CONTROLLER = regex(
    r"system:serviceaccount:kube-system:.*-controller|system:node:.*|system:kube-controller-manager"
    r"|system:serviceaccount:kube-system:.*-set-controller"
)
_GROUP_LIKE = regex(r"system:(?:masters|nodes|authenticated|unauthenticated|serviceaccounts(?::.*)?)")


def _privileged(document: PodSecurityConfiguration) -> Iterator[Hit]:
    enforce = document.enforce
    if (enforce.absent and not templated(enforce.instead)) or enforce.text == "privileged":
        said = "is privileged" if enforce.present else "is not set, which means privileged"
        yield at(enforce, f"defaults.enforce {said}: namespaces without labels accept any pod")


def _exempt(document: Exemptions) -> Iterator[Hit]:
    for user in document.cursor.get("exemptions", "usernames").items():
        text = user.text or ""
        if _CONTROLLER.fullmatch(text):
            yield at(user, f"user {text!r} creates pods for others: all of them are exempt")
        elif _GROUP_LIKE.fullmatch(text):
            yield at(user, f"{text!r} is a group, and exemptions name users")
    for namespace in document.namespaces:
        if namespace.text == "default":
            yield at(namespace, "namespace 'default' is exempt", severity=Severity.MEDIUM)
        elif namespace.text and document.deploys_into(namespace.text):
            text = f"namespace {namespace.text!r} is exempt, and workloads are deployed into it"
            yield at(namespace, text, severity=Severity.MEDIUM)


def _config(*lines: str) -> str:
    body = "\n".join(f"    {line}" for line in lines)
    return f"""
    apiVersion: pod-security.admission.config.k8s.io/v1
    kind: PodSecurityConfiguration
{body}
    """


_BASELINE = manifest(_config("defaults: {enforce: baseline}", "exemptions: {namespaces: [kube-system]}"))
_INLINE = manifest("""
    apiVersion: apiserver.config.k8s.io/v1
    kind: AdmissionConfiguration
    plugins:
      - name: PodSecurity
        configuration:
          apiVersion: pod-security.admission.config.k8s.io/v1
          kind: PodSecurityConfiguration
          defaults:
            enforce: privileged  # !
""")

_DEFAULTS = told(
    "admission",
    PodSecurityConfiguration,
    {
        "pod-security-privileged-default": Told(
            "Namespaces without labels accept any pod.",
            _privileged,
            (manifest(_config("defaults:  # !", "  audit: restricted")), _INLINE),
            (_BASELINE,),
        ),
    },
    carried=True,
)
_EXEMPTIONS = told(
    "admission",
    Exemptions,
    {
        "pod-security-exempts-controllers": Told(
            "Pods of a controller or a shared namespace are exempt.",
            _exempt,
            (
                manifest(
                    _config(
                        "exemptions:",
                        "  usernames:",
                        "    - system:serviceaccount:kube-system:replicaset-controller  # !",
                    )
                ),
                manifest(_config("exemptions:", "  namespaces:", "    - default  # !")),
            ),
            (_BASELINE,),
        ),
    },
    carried=True,
)
RULES = (*_DEFAULTS, *_EXEMPTIONS)
