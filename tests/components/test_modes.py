"""Modes and owners of node files, in every place that declares or changes them."""

import pytest

from hullmark.linter.manifest.components.files import Notation
from hullmark.linter.manifest.components.forms import ANSIBLE
from hullmark.linter.manifest.components.machines import NodeFile
from hullmark.linter.manifest.components.modes import changes, mode_of
from hullmark.linter.manifest.components.word import Word
from hullmark.linter.manifest.file import read_manifest
from hullmark.linter.text import Source, Span


def _word(text: str) -> Word:
    source = Source("a.sh", text)
    return Word(text, source, Span(0, len(text)), ((0, 0),))


@pytest.mark.parametrize(
    ("text", "notation", "mode"),
    [
        ("0644", Notation.OCTAL, 0o644),
        ("644", Notation.OCTAL, 0o644),
        ("0o600", Notation.OCTAL, 0o600),
        ("384", Notation.DECIMAL, 0o600),
        ("420", Notation.DECIMAL, 0o644),
        ("0644", Notation.DECIMAL, 0o644),
        ("0644", Notation.ANSIBLE, 0o644),
        # Without a zero and quotes YAML makes it the decimal number 644: --w----r-T.
        ("644", Notation.ANSIBLE, 644),
        ("u=rw,g=r,o=", Notation.ANSIBLE, 0o640),
        ("go-rwx", Notation.OCTAL, 0o600),
        ("a+r", Notation.OCTAL, 0o644),
        ("+x", Notation.OCTAL, 0o755),
        ("u=rwX,go=", Notation.OCTAL, 0o600),
        ("preserve", Notation.ANSIBLE, None),
        ("{{ mode }}", Notation.ANSIBLE, None),
        ("$MODE", Notation.OCTAL, None),
        ("9999", Notation.OCTAL, None),
        ("u=rw,", Notation.OCTAL, None),
    ],
)
def test_modes(text: str, notation: Notation, mode: int | None) -> None:
    assert mode_of(_word(text), notation, 0o644) == mode


def test_quoted_digits_of_ansible_are_octal() -> None:
    source = Source("a.yaml", 'mode: "644"')
    assert mode_of(Word("644", source, Span(6, 11), ((0, 7),)), Notation.ANSIBLE) == 0o644


@pytest.mark.parametrize(
    ("script", "found"),
    [
        ("chmod 600 /a /b", [("/a", "600", ()), ("/b", "600", ())]),
        ("sudo chmod -R go+r /a; chown root:root /a", [("/a", "go+r", ()), ("/a", None, ("root:root",))]),
        ("chmod -x /a && chgrp --no-dereference adm /b", [("/a", "-x", ()), ("/b", None, ("adm",))]),
        ("if true; then\n  /bin/chmod 0640 '/a b' # c\nfi", [("/a b", "0640", ())]),
        ("install -m 0600 -o root -g etcd a.key /pki/", [("/pki/a.key", "0600", ("root", "etcd"))]),
        ("install --mode=0750 -d /x /y", [("/x", "0750", ()), ("/y", "0750", ())]),
        ("install -m600 a /b", [("/b", "600", ())]),
        ("install -D a /b", [("/b", None, ())]),
        ("chmod 600", []),
        ("echo chmod 600 /a", []),
        ("apt-get install -y kubelet", []),
        ("chmod", []),
    ],
)
def test_commands(script: str, found: list[tuple[str, str | None, tuple[str, ...]]]) -> None:
    assert [
        (each.path.text, None if each.mode is None else each.mode.text, tuple(owner.text for owner in each.owners))
        for each in changes(_word(script))
    ] == found


PLAY = """
- hosts: control_plane
  become: true
  pre_tasks:
    - name: kubeconfig
      ansible.builtin.template:
        src: admin.conf.j2
        dest: /etc/kubernetes/admin.conf
        owner: ops
        mode: "0640"
  tasks:
    - block:
        - copy: src=a.key dest=/etc/kubernetes/pki/sa.key mode=0644
          when: not upgrade
      rescue:
        - shell: |
            set -e
            chmod 0666 /etc/kubernetes/scheduler.conf
    - file: {path: "{{ kube_config_dir }}/admin.conf", mode: "0644"}
    - file: {path: /etc/kubernetes/controller-manager.conf, mode: "{{ mode }}"}
    - ansible.builtin.command:
        cmd: chown ops /etc/kubernetes/kubelet.conf
"""


def _files(text: str) -> list[tuple[str, int, int | None, tuple[str, ...]]]:
    return [
        (
            node.path,
            node.place.source.region((node.mode or node).place.span).line,
            node.bits,
            tuple(owner.text for owner in node.owners),
        )
        for resource in read_manifest(Source("a.yml", text)).resources
        for node in NodeFile.of(resource)
    ]


def test_plays() -> None:
    assert _files(PLAY) == [
        ("/etc/kubernetes/admin.conf", 10, 0o640, ("ops",)),
        ("/etc/kubernetes/pki/sa.key", 13, 0o644, ()),
        ("/etc/kubernetes/controller-manager.conf", 20, None, ()),
        ("/etc/kubernetes/scheduler.conf", 18, 0o666, ()),
        ("/etc/kubernetes/kubelet.conf", 22, None, ("ops",)),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "- kube\n- etcd\n",
        "- {name: kube, value: a}\n- {name: etcd, value: b}\n",
        "- copy: {src: a, dest: /b}\n",
        "- op: replace\n  path: /spec/kube\n  value: 1\n",
        "[]\n",
    ],
)
def test_other_lists_are_no_tasks(text: str) -> None:
    assert [resource.kind for resource in read_manifest(Source("a.yaml", text)).resources] == []


def test_documents_that_tasks_write_keep_their_lines() -> None:
    text = (
        "- name: kubelet\n  copy:\n    dest: /var/lib/kubelet/config.yaml\n    content: |\n"
        "      apiVersion: kubelet.config.k8s.io/v1beta1\n      kind: KubeletConfiguration\n      readOnlyPort: 10255\n"
    )
    (resource,) = read_manifest(Source("a.yaml", text)).resources
    assert resource.kind == ANSIBLE
    assert _port(text) == ("a.yaml", 7)


def _port(text: str) -> tuple[str, int]:
    from hullmark.linter.manifest.components.detect import components

    (resource,) = read_manifest(Source("a.yaml", text)).resources
    (kubelet,) = components(resource)
    place = kubelet.settings["read-only-port"].place
    return place.source.path, place.source.region(place.span).line
