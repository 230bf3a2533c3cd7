"""Rules about users and files that recipes of nodes declare."""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.linter.finding import Profile, Severity
from hullmark.linter.manifest.components.files import Notation
from hullmark.linter.manifest.components.literals import literal
from hullmark.linter.manifest.components.machines import NodeFile, NodeUser, Protected
from hullmark.linter.manifest.components.word import Word
from hullmark.linter.rule import Hit, Offer, manifest
from hullmark.linter.rule.settings.told import Told, at, replaced, told

_PASSWORDS = ("passwd", "hashed_passwd", "plain_text_passwd", "passwordHash")
_LOCKS = ("lockPassword", "lock_passwd")


def _password(user: NodeUser) -> Iterator[Hit]:
    cursor = user.cursor
    name = cursor.get("name").text or ""
    sudo = cursor.get("sudo").text or next((item.text or "" for item in cursor.get("sudo").items()), "")
    note = " and becomes root without a password" if "NOPASSWD" in sudo else ""
    for key in _PASSWORDS:
        field = cursor.get(key)
        if literal(field.text):
            yield at(field, f"user {name!r} of every node has a password in the file{note}", secret=True)
    for key in _LOCKS:
        field = cursor.get(key)
        if field.truth is False:
            yield at(field, f"user {name!r} of every node may log in with a password{note}")


def _mode(node: NodeFile) -> Iterator[Hit]:
    row = next((row for row in node.rows if row.max_mode), None)
    if row is None:
        return
    limit = int(row.max_mode, 8)
    path, bits = node.path, node.bits
    if node.mode is not None and bits is not None and bits & ~limit:
        written = f"{bits:04o}" if node.mode.text[:1].isdigit() else repr(node.mode.text)
        text = f"{path!r} gets mode {written}, more than {limit:04o}"
        severity, profile = Severity[row.severity.upper()], _profile(row)
        yield at(node.mode, text, severity=severity, profile=profile, fix=_tighter(node, node.mode, limit))
    elif node.mode is None and row.severity == "high" and node.made:
        text = f"{path!r} gets mode 0644, since none is declared: {limit:04o} is enough"
        yield at(node, text, severity=Severity[row.severity.upper()], profile=Profile.STRICT)


def _tighter(node: NodeFile, mode: Word, limit: int) -> Offer:
    """The largest mode that is allowed, in the spelling of the one that is written."""
    if not mode.text.isdigit() or not node.declared:
        return None
    decimal = node.notation is Notation.DECIMAL and not mode.text.startswith("0")
    wanted = str(limit) if decimal else f"{limit:o}".zfill(len(mode.text))
    return replaced(mode, wanted, f"set mode {limit:04o}")


def _to_root(node: NodeFile, owner: Word) -> Offer:
    if not node.declared:
        return None
    root = "0" if owner.text.isdigit() else ":".join(["root"] * len(owner.text.split(":")))
    return replaced(owner, root, "give it to root")


def _profile(row: Protected) -> Profile:
    return Profile.DEFAULT if row.severity == "high" else Profile.STRICT


def _owner(node: NodeFile) -> Iterator[Hit]:
    row = next((row for row in node.rows if row.owner), None)
    if row is None:
        return
    allowed = {"root", "0"} | ({"etcd"} if "etcd" in row.owner else set())
    for owner in node.owners:
        parts = owner.text.split(":")
        if any(part not in allowed for part in parts if part):
            text = f"{node.path!r} belongs to {owner.text!r}, not to root"
            yield at(owner, text, severity=Severity[row.severity.upper()], fix=_to_root(node, owner))


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


def _task(*lines: str) -> str:
    return "\n".join(("- name: write the kubeconfig", *(f"  {line}" for line in lines)))


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
                mentions=(*_PASSWORDS, *_LOCKS),
            )
        },
        carried=True,
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
                    manifest(_task("copy:", "  src: admin.conf", f"  dest: {_KUBECONFIG}", "  mode: 0644  # !")),
                    manifest(_task(f"ansible.builtin.file: path={_KUBECONFIG} mode=go+r  # ! 'go+r'")),
                    manifest(_cloud("runcmd:", f"  - chmod 644 {_KUBECONFIG}  # ! gets mode 0644")),
                    manifest(
                        """
                        apiVersion: bootstrap.cluster.x-k8s.io/v1beta2
                        kind: KubeadmConfig
                        metadata: {name: workers}
                        spec:
                          postKubeadmCommands:
                            - |
                              set -e
                              install -m 0600 /run/sa.key \\
                                /etc/kubernetes/pki/sa.key
                              sudo chmod -R u=rw,go=r /etc/kubernetes/scheduler.conf  # ! 'u=rw,go=r'
                        """
                    ),
                ),
                (
                    manifest(_file(_KUBECONFIG, 'permissions: "0600"')),
                    manifest(_file("/etc/kubernetes/pki/ca.crt", 'permissions: "0644"')),
                    manifest(_task("copy:", "  src: admin.conf", f"  dest: {_KUBECONFIG}", '  mode: "0600"')),
                    manifest(_cloud("runcmd:", f"  - chmod go-rwx {_KUBECONFIG}")),
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
                    manifest(
                        _task("template:", "  src: admin.conf.j2", f"  dest: {_KUBECONFIG}", "  owner: ubuntu  # !")
                    ),
                    manifest(_cloud("runcmd:", f"  - [sh, -c, 'chown 1000:1000 {_KUBECONFIG}']  # !")),
                ),
                (
                    manifest(_file(_KUBECONFIG, "owner: root:root", 'permissions: "0600"')),
                    manifest(_cloud("runcmd:", f"  - chown root:root {_KUBECONFIG}")),
                    manifest(_task("template:", "  src: admin.conf.j2", f"  dest: {_KUBECONFIG}", "  owner: root")),
                ),
            ),
        },
        carried=True,
    ),
)
