"""What a rule author imports."""

from hullmark.linter.finding import Confidence, Profile, Severity
from hullmark.linter.manifest.mentions import QUOTED
from hullmark.linter.rule.examples import Example, in_container, in_deployment, in_pod, manifest, several
from hullmark.linter.rule.hit import Because, Fix, Hit, Offer, because
from hullmark.linter.rule.repair import append, insert, remove, rewrite, together
from hullmark.linter.rule.rule import Needs, Option, Row, Rule
from hullmark.linter.yaml.trees import Plain

__all__ = [
    "QUOTED",
    "Because",
    "Confidence",
    "Example",
    "Fix",
    "Hit",
    "Needs",
    "Offer",
    "Option",
    "Plain",
    "Profile",
    "Row",
    "Rule",
    "Severity",
    "append",
    "because",
    "in_container",
    "in_deployment",
    "in_pod",
    "insert",
    "manifest",
    "remove",
    "rewrite",
    "several",
    "together",
]
