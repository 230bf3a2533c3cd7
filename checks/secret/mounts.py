"""How containers get at Secrets: through their environment, through files that too many may read."""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.linter.finding import Profile, Severity
from hullmark.linter.manifest.fields import IntField
from hullmark.linter.manifest.pod import PodSpec
from hullmark.linter.rule import Hit, Rule, because, in_container, in_pod, rewrite
from hullmark.linter.rule.pod_rows import PodRow, pod_hit

_TOO_OPEN = 0o111 | 0o002


def _environment(rule: Rule[PodSpec], pod: PodSpec) -> Iterator[Hit]:
    for container in pod.containers:
        whole = [each.cursor.get("secretRef") for each in container.env_from if each.cursor.get("secretRef").present]
        single = [each.cursor.get("valueFrom", "secretKeyRef") for each in container.env]
        single = [each for each in single if each.present]
        if not whole and not single:
            continue
        first = (whole or single)[0]
        others = [*whole, *single][1:] if whole else single[1:]
        what = "every key of a Secret" if whole else "a Secret"
        yield pod_hit(
            rule,
            pod,
            first.key_place,
            f"{container.described} has {what} in its environment",
            *(because(each, "and another one") for each in others[:8]),
            container=container,
            profile=Profile.STRICT if whole else Profile.ALL,
        )


def _mode(rule: Rule[PodSpec], pod: PodSpec) -> Iterator[Hit]:
    for volume in pod.volumes:
        secret, projected = volume.secret, volume.cursor.get("projected")
        modes = [secret.default_mode, *(item.mode for item in secret.items)]
        sources = [each for each in volume.projected_sources if each.cursor.get("secret").present]
        if sources:
            modes.append(IntField(projected.get("defaultMode")))
            modes += [item.mode for source in sources for item in source.secret_items]
        for mode in modes:
            if mode.value is not None and mode.value & _TOO_OPEN:
                message = f"{volume} of {pod} gives files of a Secret mode {mode.value & 0o777:04o}"
                yield pod_hit(rule, pod, mode, message, fix=rewrite(mode, "0440", safe=True))


_MOUNTED = in_pod("volumes: [{name: db, secret: {secretName: db, defaultMode: 0440}}]")

RULES = (
    PodRow(
        "secret/consumed-as-environment",
        "Container has a Secret in its environment.",
        "The environment is printed by debug pages and crash reports, and inherited by every child\n"
        "process. `envFrom` hands over every key, future ones included.",
        "Mount the Secret as a file, and one key of it where one is needed.",
        _environment,
        severity=Severity.LOW,
        profile=Profile.STRICT,
        controls=("CIS-1.12/5.4.1", "STIG/V-242415"),
        mentions=("secretRef", "secretKeyRef"),
        bad=(
            in_container("envFrom:\n  - secretRef:  # ! has every key of a Secret in its environment\n      name: db"),
            in_container(
                "env:\n  - name: A\n    valueFrom:\n      secretKeyRef:  # ! has a Secret\n        {name: db, key: a}"
            ),
        ),
        good=(_MOUNTED,),
    ),
    PodRow(
        "secret/volume-mode-too-open",
        "Files of a Secret can be changed or run by anybody.",
        "Every user in the container may write or execute what only its program should read.",
        "Set `defaultMode: 0440` and an `fsGroup` for the program.",
        _mode,
        severity=Severity.LOW,
        profile=Profile.STRICT,
        mentions=("defaultMode", "mode"),
        bad=(
            in_pod(
                "volumes:\n  - name: db\n    secret: {secretName: db, defaultMode: 0777}  # ! mode 0777",
                fixed="volumes:\n  - name: db\n    secret: {secretName: db, defaultMode: 0440}",
            ),
        ),
        good=(_MOUNTED, in_pod("volumes: [{name: db, secret: {secretName: db, defaultMode: 420}}]")),
    ),
)
