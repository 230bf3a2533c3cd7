"""Rules about AuthenticationConfiguration and AuthorizationConfiguration files."""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.linter.manifest.components.documents import AuthenticationConfiguration
from hullmark.linter.rule import Hit, manifest
from hullmark.linter.rule.settings.told import Told, at, told


def _no_prefix(document: AuthenticationConfiguration) -> Iterator[Hit]:
    for provider in document.cursor.get("jwt").items():
        rules = [item.get("expression").text or "" for item in provider.get("userValidationRules").items()]
        if any("system:" in rule for rule in rules):
            continue
        for claim in ("username", "groups"):
            mapping = provider.get("claimMappings", claim)
            prefix, expression = mapping.get("prefix"), mapping.get("expression")
            if expression.text:
                yield at(
                    expression, f"the provider may mint {claim} of the system, since the expression adds no prefix"
                )
            elif prefix.text == "":
                yield at(prefix, f"the provider may mint {claim} of the system, since the prefix is empty")


def _jwt(*lines: str) -> str:
    body = "\n".join(f"            {line}" for line in lines)
    return f"""
    apiVersion: apiserver.config.k8s.io/v1
    kind: AuthenticationConfiguration
    jwt:
      - issuer: {{url: 'https://login.example', audiences: [shop]}}
        claimMappings:
          username:
{body}
    """


RULES = told(
    "apiserver",
    AuthenticationConfiguration,
    {
        "jwt-prefix-missing": Told(
            "An identity provider may mint names of the system.",
            _no_prefix,
            (
                manifest(_jwt("claim: sub", 'prefix: ""  # !')),
                manifest(_jwt("expression: claims.sub  # !")),
            ),
            (manifest(_jwt("claim: sub", 'prefix: "login:"')),),
        ),
    },
    carried=True,
)
