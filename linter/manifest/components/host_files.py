"""Components that files of a node start: systemd units, environment files, scripts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from hullmark.linter.manifest.components import rancher, shell
from hullmark.linter.manifest.components.component import Component, Traits
from hullmark.linter.manifest.components.minikube import started
from hullmark.linter.manifest.components.precedence import shadow
from hullmark.linter.manifest.components.target import minors
from hullmark.linter.manifest.components.units import Files, command_words, environment, unit, variables
from hullmark.linter.manifest.components.word import Word
from hullmark.linter.manifest.components.workload import command_line, etcd_variable, find_command, process
from hullmark.linter.manifest.components.written import Written, always, from_argv
from hullmark.linter.manifest.context import Context
from hullmark.linter.patterns import regex

_KUBELET_VARIABLE = regex(r"KUBELET_[A-Z_]+|DAEMON_ARGS|NODE_KUBELET[A-Z_]*")
_INSTALLER = regex(r"https://get\.(k3s|rke2)\.io")
_EXTRA_ARGS = "--kubelet-extra-args"


def from_unit(
    texts: Sequence[Word], context: Context, whole: bool = True, files: Files | None = None
) -> Iterator[Component]:
    """The component that a unit with its drop-ins starts; without a command what its variables say.

    `whole`: the unit itself is among the texts, and not a drop-in alone.
    """
    found = unit(*texts)
    words, visible = command_words(found, files)
    command = find_command(words)
    if command is None:
        told = rancher.command(words)
        if told is not None:
            yield from rancher.described(told, context)
        yield from _variables(found.variables, context)
        return
    name, start, line = command
    here = line[start].place
    said = command_line(name, line[start + 1 :])
    made = process(name, said, always(here), here, context, environment=_etcd(variables(found, files)[0], name))
    # The unit of the packages is a bare command, to which a drop-in of kubeadm gives its flags:
    # https://github.com/kubernetes/release/tree/master/cmd/krel/templates/latest
    bare = name == "kubelet" and len(line) == start + 1
    if (bare or not whole or not visible) and made.traits.origin != "kubelet-file":
        # Something that is not in the input may add flags: only what is written counts.
        made.traits = made.traits._replace(origin="unknown", complete=False)
    yield made


def _etcd(known: Mapping[str, Word], name: str) -> list[Written]:
    if name != "etcd":
        return []
    each = (etcd_variable(variable, word) for variable, word in known.items())
    return [written for written in each if written is not None]


def from_environment(text: Word, context: Context) -> Iterator[Component]:
    """What an environment file says about a kubelet or etcd: explicit settings only."""
    yield from _variables(environment(text), context)


def _variables(known: Mapping[str, Word], context: Context) -> Iterator[Component]:
    flags: list[Word] = []
    members: list[Written] = []
    for name, value in known.items():
        if _KUBELET_VARIABLE.fullmatch(name) and "--" in value.text:
            flags += [token.word for token in shell.tokens(value, operators="")]
        written = etcd_variable(name, value)
        if written is not None:
            members.append(written)
    if flags:
        yield partial("kubelet", from_argv("kubelet", flags)[0], flags[0], context)
    if members:
        yield partial("etcd", members, members[0][1].item, context)


def partial(name: str, written: list[Written], at: Word, context: Context, origin: str = "unknown") -> Component:
    """A component of which only what is written is known."""
    traits = Traits(origin, False, minors(context), shadowed=shadow(name, written))
    return Component(name, written, always(at.place), at.place, traits, context)


def from_script(text: Word, context: Context) -> Iterator[Component]:
    """Components in a shell script: command lines, `KUBELET_EXTRA_ARGS=`, and EKS's bootstrap script."""
    for told in rancher_lines(text):
        yield from rancher.described(told, context)
    for command in shell.commands(text):
        yield from started(command, context)
        for index, word in enumerate(command):
            name, equals, _ = word.text.partition("=")
            if equals and _KUBELET_VARIABLE.fullmatch(name) and "--" in word.text:
                yield from _variables({name: word.part(len(name) + 1, len(word.text))}, context)
            elif name == _EXTRA_ARGS:
                value = word.part(len(name) + 1, len(word.text)) if equals else None
                if value is None and index + 1 < len(command):
                    value = command[index + 1]
                if value is not None:
                    flags = [token.word for token in shell.tokens(value, operators="")]
                    if flags:
                        yield partial("kubelet", from_argv("kubelet", flags)[0], flags[0], context, "eks-nodeadm")
        found = find_command(command)
        if found is not None:
            each, start, line = found
            here = line[start].place
            made = process(each, command_line(each, line[start + 1 :]), always(here), here, context)
            made.traits = made.traits._replace(origin="unknown", complete=False)
            yield made


def rancher_lines(text: Word) -> Iterator[rancher.Line]:
    """What a script tells k3s and RKE2: invocations, arguments of their installers, and variables."""
    if not any(product in text.text for product in ("k3s", "K3S", "rke2", "RKE2")):
        return
    product = ""
    for command in shell.commands(text):
        found = _INSTALLER.search(" ".join(word.text for word in command))
        product = found[1] if found else product
        line = rancher.command(command) or _piped(command, product)
        if line is not None:
            yield line
    assigned = []
    for token in shell.tokens(text):
        name, equals, _ = token.word.text.partition("=")
        if not token.operator and equals:
            value = token.word.part(len(name) + 1, len(token.word.text))
            assigned.append((name, value))
            line = rancher.installation(name, [each.word for each in shell.tokens(value, operators="")])
            if line is not None:
                yield line
    line = rancher.variables(assigned)
    if line is not None:
        yield line


def _piped(command: list[Word], product: str) -> rancher.Line | None:
    """`curl https://get.k3s.io | sh -s - server --flags`: the words behind the dash are the product's."""
    texts = [word.text for word in command]
    if not product or texts[0].rpartition("/")[2] not in ("sh", "bash") or "-s" not in texts:
        return None
    rest = command[texts.index("-s") + 1 :]
    while rest and rest[0].text in ("-", "--"):
        rest = rest[1:]
    return rancher.command(rest, product) or rancher.installation(f"INSTALL_{product.upper()}_EXEC", rest)
