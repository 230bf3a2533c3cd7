"""Files of values for charts, which have no kind: their name tells them.

https://helm.sh/docs/chart_template_guide/values_files/
"""

from __future__ import annotations

import re

from hullmark.linter.patterns import regex

HELM_VALUES = "Helm values"
"""The kind that stands for such a file."""

VALUES_NAME = regex(r"(?:^|[/._-])values(?:[._-][^/]*)?\.ya?ml$", re.IGNORECASE)
"""`values.yaml`, `values-production.yaml`, `shop.values.yaml`."""
