"""Rules about users and files that recipes of nodes declare."""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.linter.finding import Profile, Severity
from hullmark.linter.manifest.components.literals import literal
from hullmark.linter.manifest.components.machines import NodeFile, NodeUser, Protected
from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.rule import Fix, Hit, manifest
from hullmark.linter.rule.settings.told import Told, at, replaced, told

_PASSWORDS = ("passwd", "hashed_passwd", "plain_text_passwd", "passwordHash")


def _password(user: NodeUser) -> Iterator[Hit]:
    cursor = user.cursor
    name = cursor.get("name").text or ""
    sudo = cursor.get("sudo").text or next((item.text or "" for item in cursor.get("sudo").items()), "")
    note = " and becomes root without a password" if "NOPASSWD" in sudo else ""
    for key in _PASSWORDS:
        field = cursor.get(key)
        if literal(field.text):
            yield at(field, f"user {name!r} of every node has a password in the file{note}", secret=True)
    for key in ("lockPassword", "lock_passwd"):
        field = cursor.get(key)
        if field.text == "false":
            yield at(field, f"user {name!r} of every node may log in with a password{note}")


def _mode(node: NodeFile) -> Iterator[Hit]:
    row = next((row for row in node.rows if row.max_mode), None)
    if row is None:
        return
    limit = int(row.max_mode, 8)
    mode = node.mode
    path = node.file.path
    if mode is not None and mode & ~limit:
        place = node.file.mode
        text = f"{path!r} gets mode {mode:04o}, more than {limit:04o}"
        severity, profile = Severity[row.severity.upper()], _profile(row)
        yield at(place, text, severity=severity, profile=profile, fix=_tighter(node, limit))
    elif node.file.mode.absent and row.severity == "high" and node.file.content.present:
        text = f"{path!r} gets mode 0644, since none is declared: {limit:04o} is enough"
        yield at(node.file.at, text, severity=Severity[row.severity.upper()], profile=Profile.STRICT)


def _tighter(node: NodeFile, limit: int) -> Fix | None:
    """The largest mode that is allowed, in the spelling of the one that is written."""
    field = node.file.mode
    text = field.text or ""
    if not text.isdigit():
        return None
    wanted = str(limit) if node.file.decimal and not text.startswith("0") else f"{limit:o}".zfill(len(text))
    return replaced(field, wanted, f"set mode {limit:04o}")


def _to_root(owner: Cursor) -> Fix | None:
    text = owner.text or ""
    root = "0" if text.isdigit() else ":".join(["root"] * len(text.split(":")))
    return replaced(owner, root, "give it to root")


def _profile(row: Protected) -> Profile:
    return Profile.DEFAULT if row.severity == "high" else Profile.STRICT


def _owner(node: NodeFile) -> Iterator[Hit]:
    row = next((row for row in node.rows if row.owner), None)
    if row is None:
        return
    allowed = {"root", "0"} | ({"etcd"} if "etcd" in row.owner else set())
    for owner in node.owners:
        parts = (owner.text or "").split(":")
        if any(part not in allowed for part in parts if part):
            text = f"{node.file.path!r} belongs to {owner.text!r}, not to root"
            yield at(owner, text, severity=Severity[row.severity.upper()], fix=_to_root(owner))


def _cloud(*lines: str) -> str:
    return "\n".join(("#cloud-config", *lines))


def _file(path: str, *lines: str) -> str:
    return _cloud("write_files:", f"  - path: {path}", *(f"    {line}" for line in lines))


def _machine_config(mode: str) -> str:
    return f"""
    apiVersion: machineconfiguration.openshift.io/v1
    kind: MachineConfig
    spec:
      config:
        ignition: {{version: 3.4.0}}
        storage:
          files:
            - path: /etc/kubernetes/pki/sa.key
              mode: {mode}
    """


_KUBECONFIG = "/etc/kubernetes/admin.conf"

RULES = (
    *told(
        "provider",
        NodeUser,
        {
            "node-user-with-password": Told(
                "A user of every node has a password in the file.",
                _password,
                (
                    manifest(_cloud("users:", "  - name: ops", '    passwd: "$6$q7w2xk8m$3v5t1r9z4y6b0c"  # !')),
                    manifest(_cloud("users:", "  - name: ops", "    lock_passwd: false  # !")),
                ),
                (manifest(_cloud("users:", "  - {name: ops, lock_passwd: true}")),),
            )
        },
    ),
    *told(
        "provider",
        NodeFile,
        {
            "file-mode-too-open": Told(
                "A file of the node may be read by others.",
                _mode,
                (
                    manifest(
                        _file(_KUBECONFIG, 'permissions: "0644"  # ! more than 0600'),
                        _file(_KUBECONFIG, 'permissions: "0600"'),
                    ),
                    manifest(_machine_config("420  # ! 0644"), _machine_config("384")),
                ),
                (
                    manifest(_file(_KUBECONFIG, 'permissions: "0600"')),
                    manifest(_file("/etc/kubernetes/pki/ca.crt", 'permissions: "0644"')),
                ),
            ),
            "file-owner-not-root": Told(
                "A file of the node belongs to another user than root.",
                _owner,
                (
                    manifest(
                        _file(_KUBECONFIG, "owner: ubuntu:ubuntu  # !", 'permissions: "0600"'),
                        _file(_KUBECONFIG, "owner: root:root", 'permissions: "0600"'),
                    ),
                ),
                (manifest(_file(_KUBECONFIG, "owner: root:root", 'permissions: "0600"')),),
            ),
        },
    ),
)
