"""Repositories that look like real ones, of any size, the same for the same seed.

Most documents are small workloads and what belongs to them; most bytes are definitions of custom resources,
dashboards and rules of alerts, as in the repositories that this was modelled on: among 1,661 documents of eight public
ones there are 115 definitions, 7 % of the documents and 83 % of the bytes, half of them below 13 kB, the largest above
600 kB. Here are fewer and smaller ones: 3 % of the documents and six tenths of the bytes.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path

DEPLOYMENT = """\
apiVersion: apps/v1
kind: {kind}
metadata:
  name: {name}
  namespace: {namespace}
  labels:
    app.kubernetes.io/name: {name}
    app.kubernetes.io/part-of: {namespace}
    app.kubernetes.io/managed-by: kustomize
spec:
  replicas: {number}
  selector:
    matchLabels:
      app.kubernetes.io/name: {name}
  template:
    metadata:
      labels:
        app.kubernetes.io/name: {name}
      annotations:
        prometheus.io/scrape: "true"
    spec:
      serviceAccountName: {name}
      automountServiceAccountToken: false
      securityContext:
        runAsNonRoot: true
        seccompProfile:
          type: RuntimeDefault
      containers:
        - name: app
          image: registry.example/{namespace}/{name}:1.{number}.0
          args: ["--port=8080", "--log-format=json", "--config=/etc/{name}/config.yaml"]
          ports:
            - name: http
              containerPort: 8080
          env:
            - name: POD_NAME
              valueFrom:
                fieldRef:
                  fieldPath: metadata.name
            - name: DATABASE_HOST
              value: db.{namespace}.svc.cluster.local
            - name: DATABASE_PASSWORD
              valueFrom:
                secretKeyRef: {{name: {name}, key: password}}
          readinessProbe:
            httpGet:
              path: /healthz
              port: http
            periodSeconds: 10
          resources:
            requests: {{cpu: 100m, memory: 128Mi}}
            limits: {{memory: 256Mi}}
          securityContext:
            allowPrivilegeEscalation: false
            readOnlyRootFilesystem: {safe}
            capabilities:
              drop: [ALL]
          volumeMounts:
            - name: config
              mountPath: /etc/{name}
              readOnly: true
      volumes:
        - name: config
          configMap:
            name: {name}
"""

CRONJOB = """\
apiVersion: batch/v1
kind: CronJob
metadata:
  name: {name}
  namespace: {namespace}
spec:
  schedule: "{number} 3 * * *"
  jobTemplate:
    spec:
      template:
        spec:
          restartPolicy: Never
          containers:
            - name: job
              image: registry.example/{namespace}/{name}:{number}
              command: [/bin/sh, -c, "run --all"]
"""

SERVICE = """\
apiVersion: v1
kind: Service
metadata:
  name: {name}
  namespace: {namespace}
  labels:
    app.kubernetes.io/name: {name}
spec:
  type: {exposure}
  selector:
    app.kubernetes.io/name: {name}
  ports:
    - name: http
      port: 80
      targetPort: http
"""

CONFIG = """\
apiVersion: v1
kind: ConfigMap
metadata:
  name: {name}
  namespace: {namespace}
data:
  config.yaml: |
    listen: 0.0.0.0:8080
    upstreams:
      - name: primary
        url: http://db.{namespace}.svc:5432
    features: {{tracing: true, workers: {number}}}
  LOG_LEVEL: info
"""

ACCOUNT = """\
apiVersion: v1
kind: ServiceAccount
metadata:
  name: {name}
  namespace: {namespace}
automountServiceAccountToken: false
"""

ROLE = """\
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: {name}
  namespace: {namespace}
rules:
  - apiGroups: [""]
    resources: [configmaps, pods]
    verbs: [get, list, watch]
  - apiGroups: [coordination.k8s.io]
    resources: [leases]
    verbs: {verbs}
"""

BINDING = """\
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  name: {name}
  namespace: {namespace}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: Role
  name: {name}
subjects:
  - kind: ServiceAccount
    name: {name}
    namespace: {namespace}
"""

POLICY = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: {name}
  namespace: {namespace}
spec:
  podSelector:
    matchLabels:
      app.kubernetes.io/name: {name}
  policyTypes: [Ingress]
  ingress:
    - from:
        - podSelector: {{}}
      ports:
        - port: http
"""

INGRESS = """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: {name}
  namespace: {namespace}
spec:
  ingressClassName: nginx
  tls:
    - hosts: [{name}.example.com]
      secretName: {name}-tls
  rules:
    - host: {name}.example.com
      http:
        paths:
          - path: /
            pathType: Prefix
            backend:
              service:
                name: {name}
                port:
                  name: http
"""

SCALER = """\
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: {name}
  namespace: {namespace}
spec:
  scaleTargetRef: {{apiVersion: apps/v1, kind: Deployment, name: {name}}}
  minReplicas: 2
  maxReplicas: {number}
"""

NAMESPACE = """\
apiVersion: v1
kind: Namespace
metadata:
  name: {namespace}
  labels:
    pod-security.kubernetes.io/enforce: baseline
"""

SMALL = (
    (30, DEPLOYMENT),
    (18, SERVICE),
    (14, CONFIG),
    (10, ACCOUNT),
    (6, ROLE),
    (6, BINDING),
    (4, POLICY),
    (4, INGRESS),
    (3, SCALER),
    (3, CRONJOB),
    (1, NAMESPACE),
)
"""Templates by how often they occur among documents that are not large."""

LARGE = (10, 35, 60, 85)
"""Which of a hundred documents are large: three definitions, and something else."""


def documents(count: int, seed: int = 1, large: bool = True) -> Iterator[str]:
    """So many documents; without the large ones, if so wanted."""
    dice = random.Random(seed)
    weights = [weight for weight, _ in SMALL]
    templates = [template for _, template in SMALL]
    for number in range(count):
        if large and number % 100 in LARGE:
            rare: Callable[[random.Random, int], str] = dice.choice((dashboard, alerts))
            yield (rare if number % 100 == LARGE[-1] else definition)(dice, number)
            continue
        yield dice.choices(templates, weights)[0].format(
            kind="Deployment" if dice.random() < 0.9 else "StatefulSet",
            name=f"{dice.choice(('web', 'api', 'worker', 'cache', 'mail'))}-{number}",
            namespace=f"team-{number // 200}",
            number=dice.randrange(2, 30),
            safe=dice.choice(("true", "true", "false")),
            exposure=dice.choices(("ClusterIP", "LoadBalancer", "NodePort"), (94, 4, 2))[0],
            verbs=dice.choice(("[get, create, update]", '["*"]')),
        )


def write(root: Path, count: int, seed: int = 1, large: bool = True) -> int:
    """A repository of so many documents below `root`, some of them in files of their own; its bytes."""
    dice = random.Random(seed)
    held: list[str] = []
    size = number = 0
    for text in documents(count, seed, large):
        held.append(text)
        if len(held) >= dice.choice((1, 2, 4, 8)):
            size += _save(root / f"team-{number // 40}" / f"app-{number // 4 % 10}" / f"{number}.yaml", held)
            held, number = [], number + 1
    if held:
        size += _save(root / "last.yaml", held)
    for team in range(number // 40 + 1):
        size += _save(root / f"team-{team}" / "values.yaml", ["replicas: 3\nimage:\n  tag: 1.2.3\n"])
    return size


def _save(path: Path, texts: list[str]) -> int:
    path.parent.mkdir(parents=True, exist_ok=True)
    return path.write_text("---\n".join(texts), encoding="utf-8")


def definition(dice: random.Random, number: int) -> str:
    """A custom resource definition of 2 to 200 kB, of which small ones are more frequent."""
    group = f"group{number}.example.com"
    size = 2_400 * 83 ** dice.random()
    lines = "            type: object\n            properties:"
    field = 0
    while len(lines) < size:
        below = "\n".join(_schema(dice, dice.randrange(1, 4), 16))
        lines += f"\n              part{field}:\n{below}"
        field += 1
    return (
        "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\n"
        f"metadata:\n  name: widgets.{group}\nspec:\n  group: {group}\n"
        "  names: {kind: Widget, listKind: WidgetList, plural: widgets, singular: widget}\n  scope: Namespaced\n"
        "  versions:\n    - name: v1\n      served: true\n      storage: true\n      schema:\n"
        f"        openAPIV3Schema:\n{lines}\n"
    )


def _schema(dice: random.Random, depth: int, indent: int) -> Iterator[str]:
    blanks = " " * indent
    yield f"{blanks}type: object"
    yield f"{blanks}properties:"
    for field in range(dice.randrange(3, 6)):
        yield f"{blanks}  field{field}:"
        yield f"{blanks}    description: |-"
        for _ in range(dice.randrange(1, 5)):
            yield f"{blanks}      Says what the field is for, in lines that a generator took from the comment in Go."
        if depth > 1 and dice.random() < 0.6:
            yield from _schema(dice, depth - 1, indent + 4)
        else:
            yield f"{blanks}    type: {dice.choice(('string', 'integer', 'boolean'))}"


def dashboard(dice: random.Random, number: int) -> str:
    """A ConfigMap that holds a dashboard of some fifty thousand bytes."""
    panels = [
        {"id": n, "type": "graph", "targets": [{"expr": f"sum(rate(requests_total{{job='{n}'}}[5m]))"}]}
        for n in range(dice.randrange(100, 300))
    ]
    text = json.dumps({"title": f"board {number}", "panels": panels}, indent=2).replace("\n", "\n    ")
    return f"apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: board-{number}\ndata:\n  board.json: |\n    {text}\n"


def alerts(dice: random.Random, number: int) -> str:
    """A PrometheusRule of some ten thousand bytes."""
    rules = "".join(
        f"        - alert: Alert{n}\n          expr: |\n            sum(rate(errors_total[5m])) > {dice.random():.3f}\n"
        "          for: 10m\n          labels: {severity: page}\n"
        "          annotations:\n            summary: 'Errors of {{ $labels.job }} are above {{ $value }}'\n"
        for n in range(dice.randrange(20, 80))
    )
    return (
        "apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\n"
        f"metadata:\n  name: alerts-{number}\nspec:\n  groups:\n    - name: main\n      rules:\n{rules}"
    )
