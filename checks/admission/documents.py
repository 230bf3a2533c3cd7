"""Rule about what happens while the webhook that judges images does not answer."""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.linter.manifest.components.documents import ImagePolicy
from hullmark.linter.rule import Hit, manifest
from hullmark.linter.rule.settings.told import Told, at, replaced, told


def _fails_open(policy: ImagePolicy) -> Iterator[Hit]:
    field = policy.cursor.get("defaultAllow")
    if field.truth:
        fix = replaced(field, "false", "refuse images while the webhook does not answer")
        yield at(field, "images are admitted while the webhook does not answer", fix=fix)


def _plugin(value: str) -> str:
    return f"""
    apiVersion: apiserver.config.k8s.io/v1
    kind: AdmissionConfiguration
    plugins:
      - name: ImagePolicyWebhook
        configuration:
          imagePolicy:
            defaultAllow: {value}
    """


def _file(value: str) -> str:
    return f"""
    imagePolicy:
      kubeConfigFile: /etc/kubernetes/images.conf
      defaultAllow: {value}
    """


RULES = told(
    "admission",
    ImagePolicy,
    {
        "image-policy-fails-open": Told(
            "Images are admitted while their judge does not answer.",
            _fails_open,
            (
                manifest(_plugin("true  # !"), _plugin("false")),
                manifest(_file("true  # !"), _file("false")),
            ),
            (manifest(_plugin("false")), manifest(_file("false"))),
        ),
    },
    carried=True,
)
