"""Two families know the same defect of a cluster's endpoint: one finding is shown."""

from hullmark.linter.dev.discovery import shelf
from hullmark.linter.engine.api import lint_texts
from hullmark.linter.finding import Profile
from hullmark.linter.rule.registry import Registry

REGISTRY = Registry.of(shelf().rules)
CLUSTER = """\
apiVersion: eksctl.io/v1alpha5
kind: ClusterConfig
metadata: {name: shop, region: eu-central-1}
vpc:
  clusterEndpoints:
    publicAccess: true
    privateAccess: false
"""


def test_provider_rules_give_way() -> None:
    report = lint_texts({"cluster.yaml": CLUSTER}, REGISTRY, profile=Profile.ALL)
    shown = {finding.rule for finding in report.findings}
    by = {finding.rule: finding.absorbed_by for finding in report.absorbed}
    assert {"exposure/api-server-open-to-internet", "exposure/api-server-private-endpoint-off"} <= shown
    assert by["provider/public-api-endpoint"] == "exposure/api-server-open-to-internet"
    assert by["provider/private-api-endpoint-off"] == "exposure/api-server-private-endpoint-off"
