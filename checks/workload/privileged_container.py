"""Containers to which the kernel denies nothing."""

from collections.abc import Iterator

from hullmark.linter.manifest.pod import Container
from hullmark.linter.rule import Hit, Rule, Severity, in_container, manifest, rewrite
from hullmark.linter.rule.pod_rows import pod_hit


class PrivilegedContainer(Rule[Container]):
    """Container runs privileged.

    A privileged container holds every capability, sees every device of its
    node and is not confined by seccomp, AppArmor or SELinux: whoever runs
    code in it runs code on the node, and with the node's credentials reaches
    the pods and secrets of everybody else there.

    Remove `securityContext.privileged`. If the program needs one of the
    rights, grant that one: a capability under `capabilities.add`, or a
    device through a device plugin.
    """

    severity = Severity.CRITICAL
    controls = ("CIS-1.12/5.2.2", "PSS/baseline/privileged", "NSA/pod-security", "MITRE/T1611")
    mentions = ("privileged",)
    bad = (
        in_container(
            "securityContext: {privileged: true}  # ! container 'app' of Pod 'web' runs privileged",
            fixed="securityContext: {privileged: false}",
        ),
        manifest(
            """
            apiVersion: batch/v1
            kind: CronJob
            metadata: {name: trim, namespace: kube-system}
            spec:
              schedule: "@daily"
              jobTemplate:
                spec:
                  template:
                    spec:
                      restartPolicy: Never
                      initContainers:
                        - name: mount
                          image: registry.example/mount:2.1.0
                          securityContext:
                            privileged: true  # ! init container 'mount'
                      containers:
                        - name: trim
                          image: registry.example/trim:2.1.0
            """,
            fixed="""
            apiVersion: batch/v1
            kind: CronJob
            metadata: {name: trim, namespace: kube-system}
            spec:
              schedule: "@daily"
              jobTemplate:
                spec:
                  template:
                    spec:
                      restartPolicy: Never
                      initContainers:
                        - name: mount
                          image: registry.example/mount:2.1.0
                          securityContext:
                            privileged: false
                      containers:
                        - name: trim
                          image: registry.example/trim:2.1.0
            """,
        ),
    )
    good = (in_container("securityContext: {capabilities: {drop: [ALL], add: [CHOWN]}}"),)

    def check(self, container: Container) -> Iterator[Hit]:
        """At most one hit, at the value."""
        field = container.privileged
        if field.is_true:
            yield pod_hit(
                self,
                container.pod,
                field,
                f"{container.described} runs privileged",
                container=container,
                power="privileged",
                fix=rewrite(field, "false"),
            )
