"""Components in pod templates: static pods, hosted control planes, DaemonSets, in every spelling of a command line."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial

from hullmark.linter.manifest.components import inserting, rancher, shell
from hullmark.linter.manifest.components.command_line import CommandLine
from hullmark.linter.manifest.components.component import Component, Traits
from hullmark.linter.manifest.components.glance import containers, mentions, pod
from hullmark.linter.manifest.components.mounts import Mount, of_container
from hullmark.linter.manifest.components.precedence import shadow, shadow_of
from hullmark.linter.manifest.components.setting import Carrier, Occurrence
from hullmark.linter.manifest.components.target import image_version, minors
from hullmark.linter.manifest.components.word import ListedWords, Word, scalar_texts, scalar_word, scalar_words
from hullmark.linter.manifest.components.wording import Wording
from hullmark.linter.manifest.components.written import Written, always, of_flag
from hullmark.linter.manifest.context import Context
from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.place import Place
from hullmark.linter.manifest.resource import Resource

NAMES = frozenset({"kube-apiserver", "kube-controller-manager", "kube-scheduler", "etcd", "kubelet", "kube-proxy"})
_HYPERKUBE = {
    **{name: name for name in NAMES},
    "apiserver": "kube-apiserver",
    "controller-manager": "kube-controller-manager",
    "scheduler": "kube-scheduler",
    "proxy": "kube-proxy",
}
_IMAGES = {**{name: name for name in NAMES}, "hardened-etcd": "etcd", "mirrored-coreos-etcd": "etcd"}
_WRAPPERS = frozenset(
    {
        *("go-runner", "kube-log-runner", "tini", "tini-static", "dumb-init", "catatonit", "env", "nice", "ionice"),
        *(
            "exec",
            "nohup",
            "su-exec",
            "gosu",
            "setpriv",
            "timeout",
            "taskset",
            "numactl",
            "chrt",
            "docker-entrypoint.sh",
        ),
    }
)
_SHELLS = frozenset({"sh", "bash", "ash", "dash"})
_ARCHITECTURES = ("-amd64", "-arm64", "-arm", "-ppc64le", "-s390x", "-riscv64")


def workload(resource: Resource) -> Iterator[Component]:
    """Components that the containers of a workload run; init containers are left out."""
    for container in containers(resource):
        found = _container(container, resource.context)
        if found is not None:
            found.mounts = partial(_mounts, container, resource)
            yield found
            continue
        line = invocation(container)
        if line is not None:
            yield from rancher.described(line, resource.context)


def _mounts(container: Cursor, resource: Resource) -> Iterator[Mount]:
    return of_container(container, pod(resource))


def invocation(container: Cursor) -> rancher.Line | None:
    """What a container tells k3s or RKE2, in its command line or in a script."""
    words = [*scalar_words(container.get("command")), *scalar_words(container.get("args"))]
    tail = _tail(container.get("image").text or "")
    script = _script(words, 1) if words and base_name(words[0].text) in _SHELLS else None
    if script is None:
        return rancher.command(words, tail if tail in ("k3s", "rke2") else "")
    found = (rancher.command(each) for each in shell.commands(script))
    return next((line for line in found if line is not None), None)


def base_name(word: str) -> str:
    """The last element of a path."""
    return word.rpartition("/")[2]


def _container(container: Cursor, context: Context) -> Component | None:
    if not mentions(container):
        return None
    lists = (container.get("command"), container.get("args"))
    texts = [scalar_texts(each) for each in lists]
    first = texts[0][0] if texts[0] else texts[1][0] if texts[1] else ""
    name = base_name(first)
    if name not in NAMES or first.startswith("-") or "$(" in "".join([*texts[0], *texts[1]]):
        return _spelled(container, lists, context)
    # The ordinary command line: the binary, then its flags.
    listed = lists[min(1, len(texts[0]) + len(texts[1]) - 1) >= len(texts[0])]
    line = CommandLine(name, (*texts[0], *texts[1])[1:], partial(ListedWords, lists, 1))
    version = image_version(container.get("image").text or "")
    parent = partial(_parent, listed, container)
    made = process(name, line, parent, _place(container), context, version, _etcd_env(container, name))
    made.adder = inserting.flag(listed)
    return made


def _parent(listed: Cursor | None, container: Cursor, name: str) -> Place:
    return of_flag(_key(listed, container), name)


def _spelled(container: Cursor, lists: Iterable[Cursor], context: Context) -> Component | None:
    """The component of a command line with variables, wrappers or a shell, or without a command."""
    environment = _environment(container)
    words: list[Word] = []
    holders: list[Cursor] = []
    for holder in lists:
        for word in scalar_words(holder):
            words.append(_expanded(word, environment))
            holders.append(holder)
    image = container.get("image").text or ""
    found = find_command(words)
    if found is not None:
        name, start, line = found
        at = None if line is words else line[start].place
        listed = holders[min(start + 1, len(holders) - 1)] if at is None else None
        parent = always(at) if at is not None else partial(_parent, listed, container)
        flags = line[start + 1 :]
    else:
        named = _IMAGES.get(_tail(image)) or _IMAGES.get(container.get("name").text or "")
        if named is None or not _only_flags(words, named, environment):
            return None
        name, flags = named, words
        listed = holders[0] if holders else None
        parent = partial(_parent, listed, container)
    said = command_line(name, flags)
    made = process(name, said, parent, _place(container), context, image_version(image), _etcd_env(container, name))
    made.adder = inserting.flag(listed)
    return made


def find_command(words: Sequence[Word]) -> tuple[str, int, Sequence[Word]] | None:
    """Component, index of the word that names its binary, and the command line it stands in."""
    for index, word in enumerate(words):
        text = word.text
        if text.startswith("-"):
            continue
        name = base_name(text)
        if name in _SHELLS:
            script = _script(words, index + 1)
            if script is not None:
                return _in_script(script)
        if name == "hyperkube":
            role = _HYPERKUBE.get(words[index + 1].text) if index + 1 < len(words) else None
            return None if role is None else (role, index + 1, words)
        if name in NAMES and (index == 0 or _starts(words, index)):
            return name, index, words
    return None


def _starts(words: Sequence[Word], index: int) -> bool:
    """Whether a word behind others names a program and not a value: a known wrapper, or a path before flags."""
    if base_name(words[0].text) in _WRAPPERS:
        return True
    follows = words[index + 1 : index + 2]
    return "/" in words[index].text and bool(follows) and follows[0].text.startswith("--")


def _script(words: Sequence[Word], start: int) -> Word | None:
    """The script after `sh -c` (`-ec`, `-c --`)."""
    seen = False
    for word in words[start:]:
        if word.text == "--":
            continue
        if not word.text.startswith(("-", "+")):
            return word if seen else None
        seen = seen or (not word.text.startswith("--") and "c" in word.text)
    return None


def _in_script(script: Word) -> tuple[str, int, Sequence[Word]] | None:
    for command in shell.commands(script):
        body = command[1:] if command[0].text in ("exec", "command", "nohup") else command
        found = find_command(body) if body else None
        if found is not None:
            return found
    return None


def command_line(name: str, flags: Sequence[Word]) -> CommandLine:
    """The wording of flags that are words already."""
    return CommandLine(name, [word.text for word in flags], lambda: flags)


def process(
    name: str,
    line: CommandLine,
    parent: Callable[[str], Place],
    place: Place,
    context: Context,
    version: str = "",
    environment: Sequence[Written] = (),
) -> Component:
    """A component that is started by this command line and nothing else."""
    origin, complete = "upstream", True
    if name == "kubelet":
        origin, complete = _kubelet_origin(line)
    strays = line.strays
    # Behind a variable that nobody sees may stand any flag.
    if any(word.text.startswith(("$", "{{", "{%")) for word, _ in strays):
        origin, complete = "unknown" if origin == "kubelet-flags" else origin, False
    written: Wording | list[Written] = line
    if environment:
        written = [*line.all(), *(each for each in environment if not line.says(each[0]))]
        shadowed = shadow(name, written)
    else:
        shadowed = shadow_of(name, line.briefs or ())
    # An etcd version says nothing about a Kubernetes minor.
    targets = minors(context, "" if name == "etcd" else version)
    release = version if name == "etcd" else ""
    traits = Traits(origin, complete, targets, shadowed=shadowed, release=release)
    return Component(name, written, parent, place, traits, context, strays)


def _kubelet_origin(line: CommandLine) -> tuple[str, bool]:
    """Which defaults a kubelet has: its flags decide whether a configuration file exists."""
    given = {name for name, value, _ in line.briefs or () if value is None or value.strip()}
    if "config" in given:
        return "kubelet-file", False
    return ("unknown", False) if "config-dir" in given else ("kubelet-flags", True)


def _only_flags(words: Sequence[Word], name: str, environment: Mapping[str, str]) -> bool:
    if not words:
        return name == "etcd" and any(key.startswith("ETCD_") for key in environment)
    return words[0].text.startswith("-")


def _environment(container: Cursor) -> dict[str, str]:
    """Literal variables of the container."""
    found = {}
    for item in container.get("env").items():
        name, value = item.get("name").text, item.get("value").text
        if name and value is not None:
            found[name] = value
    return found


def _expanded(word: Word, environment: Mapping[str, str]) -> Word:
    """`$(NAME)` replaced as the kubelet does; unknown names stay as written."""
    if "$(" not in word.text:
        return word
    text = word.text
    for name, value in environment.items():
        text = text.replace(f"$({name})", value)
    return word if text == word.text else word.renamed(text)


def _etcd_env(container: Cursor, name: str) -> list[Written]:
    if name != "etcd":
        return []
    found = []
    for item in container.get("env").items():
        word = scalar_word(item.get("value"))
        if word is not None:
            each = etcd_variable(item.get("name").text or "", word)
            if each is not None:
                found.append(each)
    return found


def etcd_variable(name: str, word: Word) -> Written | None:
    """`ETCD_CERT_FILE` as the setting `cert-file`; None for other variables."""
    if not name.startswith("ETCD_"):
        return None
    return name[5:].lower().replace("_", "-"), Occurrence((word,), word, name, Carrier.ENV)


def _key(holder: Cursor | None, container: Cursor) -> Place:
    for each in (holder, container.get("args"), container.get("command")):
        if each is not None and each.present:
            return each.key_place
    return _place(container)


def _place(container: Cursor) -> Place:
    name = container.get("name")
    return name.place if name.present else Place(container.source, container.anchor, container.path, container.owner)


def _tail(image: str) -> str:
    tail = base_name(image.partition("@")[0]).partition(":")[0]
    for suffix in _ARCHITECTURES:
        tail = tail.removesuffix(suffix)
    return tail
