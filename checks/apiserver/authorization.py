"""Rules about AuthorizationConfiguration files."""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.linter.manifest.components.documents import AuthorizationConfiguration
from hullmark.linter.rule import Hit, manifest
from hullmark.linter.rule.settings.told import Told, at, told


def _fails_open(document: AuthorizationConfiguration) -> Iterator[Hit]:
    authorizers = list(document.cursor.get("authorizers").items())
    for authorizer in authorizers[:-1]:
        policy = authorizer.get("webhook", "failurePolicy")
        if authorizer.get("type").text == "Webhook" and policy.text == "NoOpinion":
            name = authorizer.get("name").text or ""
            yield at(policy, f"webhook {name!r} has no opinion when it fails, and the next authorizer decides")


def _authorizers(policy: str, last: str = "    - {type: RBAC, name: rbac}") -> str:
    return f"""
apiVersion: apiserver.config.k8s.io/v1
kind: AuthorizationConfiguration
authorizers:
    - {{type: Node, name: node}}
    - type: Webhook
      name: guard
      webhook:
        failurePolicy: {policy}
{last}
"""


RULES = told(
    "apiserver",
    AuthorizationConfiguration,
    {
        "authorization-webhook-fails-open": Told(
            "A webhook that may deny is skipped when it fails.",
            _fails_open,
            (manifest(_authorizers("NoOpinion  # !")),),
            (manifest(_authorizers("Deny")), manifest(_authorizers("NoOpinion", ""))),
        ),
    },
    carried=True,
)
