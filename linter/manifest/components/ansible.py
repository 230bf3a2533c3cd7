"""Ansible: tasks that write files to nodes and run commands there, in playbooks, roles and lists of tasks.

https://docs.ansible.com/ansible/latest/collections/ansible/builtin/copy_module.html#parameter-mode
"""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.linter.manifest.components import shell
from hullmark.linter.manifest.components.word import Word, scalar_word
from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.named_tuple import NamedTuple

_PREFIXES = ("ansible.builtin.", "ansible.legacy.", "community.general.", "ansible.posix.")
_WRITERS = frozenset(
    {"copy", "template", "file", "lineinfile", "blockinfile", "assemble", "get_url", "unarchive", "ini_file", "replace"}
)
_RUNNERS = frozenset({"command", "shell", "raw", "script"})
_LISTS = ("tasks", "pre_tasks", "post_tasks", "handlers", "block", "rescue", "always")
_OTHERS = frozenset(
    {
        *(
            "service",
            "systemd",
            "systemd_service",
            "apt",
            "yum",
            "dnf",
            "package",
            "stat",
            "slurp",
            "set_fact",
            "debug",
        ),
        *("include_tasks", "import_tasks", "include_role", "import_role", "uri", "wait_for", "user", "group", "fail"),
        *("modprobe", "sysctl", "mount", "assert", "include_vars", "find", "fetch", "pause", "meta", "apt_repository"),
    }
)
_WORDS = ("kube", "etcd", "k3s", "rke2", "/cni/")
_DEPTH = 8


class Written(NamedTuple):
    """A task that writes a file: where to, what, and with which mode and owners; None where it does not say."""

    at: Cursor
    path: str
    content: Cursor
    mode: Word | None
    owners: tuple[Word, ...]
    directory: bool


def is_tasks(root: Cursor) -> bool:
    """Whether a list holds tasks or plays that have to do with a cluster."""
    if not root.source.mentions(*_WORDS):
        return False
    items = list(root.items())
    if not items or not all(item.is_mapping for item in items):
        return False
    return any(_is_task(item) or item.get("hosts").present for item in items)


def _is_task(item: Cursor) -> bool:
    names = {_module(key) for key, _ in item.entries()}
    return bool(names & (_WRITERS | _RUNNERS | _OTHERS)) or item.get("block").is_sequence


def _module(key: str) -> str:
    """The short name of a module of Ansible's own collections."""
    for prefix in _PREFIXES:
        if key.startswith(prefix):
            return key[len(prefix) :]
    return key


def _tasks(items: Cursor, depth: int = 0) -> Iterator[Cursor]:
    """Tasks in order, those of plays and blocks too."""
    for item in items.items():
        yield item
        if depth < _DEPTH:
            for key, inner in item.entries():
                if key in _LISTS:
                    yield from _tasks(inner, depth + 1)


def written(root: Cursor) -> Iterator[Written]:
    """Files that tasks write."""
    for task in _tasks(root):
        for key, value in task.entries():
            if _module(key) in _WRITERS:
                yield _written(value, _words(value))


def _written(at: Cursor, inline: dict[str, Word]) -> Written:
    def word(*names: str) -> Word | None:
        found = (scalar_word(at.get(name)) or inline.get(name) for name in names)
        return next((each for each in found if each is not None), None)

    path, state = word("path", "dest", "name"), word("state")
    owners = tuple(each for each in (word("owner"), word("group")) if each is not None)
    directory = state is not None and state.text == "directory"
    return Written(at, "" if path is None else path.text, at.get("content"), word("mode"), owners, directory)


def _words(value: Cursor) -> dict[str, Word]:
    """`dest=/etc/a mode=0600` in one text."""
    text = scalar_word(value)
    found: dict[str, Word] = {}
    for token in shell.tokens(text, operators="") if text is not None else ():
        name, equals, _ = token.word.text.partition("=")
        if equals:
            found[name] = token.word.part(len(name) + 1, len(token.word.text))
    return found


def scripts(root: Cursor) -> Iterator[Word]:
    """Commands that tasks run."""
    for task in _tasks(root):
        for key, value in task.entries():
            if _module(key) in _RUNNERS:
                for cursor in (value, value.get("cmd"), value.get("_raw_params")):
                    word = scalar_word(cursor)
                    if word is not None:
                        yield word
