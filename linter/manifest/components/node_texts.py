"""Texts that a resource brings to nodes and that are no documents: units, environment files, scripts."""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.linter.manifest.components.embedded import carries, documents
from hullmark.linter.manifest.components.files import declared_files
from hullmark.linter.manifest.components.foreign import ARCHIVE, text_of
from hullmark.linter.manifest.components.forms import ANSIBLE, CLUSTER_CLASS, ENVIRONMENT, PIPELINE, UNIT
from hullmark.linter.manifest.components.glance import MAPS, VALUES
from hullmark.linter.manifest.components.mime import is_mime, parts
from hullmark.linter.manifest.components.script_files import written
from hullmark.linter.manifest.components.values import templated
from hullmark.linter.manifest.components.word import Word, scalar_word, scalar_words
from hullmark.linter.manifest.cursor import Cursor
from hullmark.linter.manifest.resource import Resource
from hullmark.linter.text import Span

_SHELLS = frozenset({"sh", "bash", "ash", "dash"})
_SCRIPTS = (
    *("preKubeadmCommands", "postKubeadmCommands", "preRKE2Commands", "postRKE2Commands"),
    *("runcmd", "bootcmd"),
)


def node_texts(resource: Resource) -> Iterator[tuple[Word, str]]:
    """Every text with its path on the node, those that scripts write too; scripts have no path."""
    for word, path in _given(resource):
        yield word, path
        if not path or path.endswith(".sh"):
            for file in written(word):
                # Assignments that a script echoes are read with the script.
                if file.path and not templated(file.path) and (file.heredoc or "KUBELET_" not in file.text.text):
                    yield file.text, file.path


def _given(resource: Resource) -> Iterator[tuple[Word, str]]:
    if resource.gk == VALUES:
        return
    for file in declared_files(resource):
        word = scalar_word(file.content)
        if word is not None and file.text is not None:
            yield (word if word.text == file.text else word.renamed(file.text)), file.path
    if resource.gk == ("", ANSIBLE):
        from hullmark.linter.manifest.components.ansible import scripts as of_tasks

        for script in of_tasks(resource.cursor):
            yield script, ""
        return
    if resource.gk == ("", PIPELINE):
        from hullmark.linter.manifest.components.pipelines import scripts as of_jobs

        for script in of_jobs(resource.cursor):
            yield script, ""
        return
    if resource.gk == CLUSTER_CLASS:
        from hullmark.linter.manifest.components.class_patches import commands

        for item in commands(resource):
            for script in _command(item):
                yield script, ""
        return
    if resource.gk == ("", ARCHIVE):
        for script in _user_data(text_of(resource)):
            yield script, ""
        return
    for script in _scripts(resource.cursor):
        yield script, ""


def host_texts(resource: Resource) -> Iterator[tuple[Word, str]]:
    """`node_texts`, those of documents inside it too; a file that is such a text itself is the only one."""
    if resource.gk in (("", UNIT), ("", ENVIRONMENT)):
        yield text_of(resource), resource.cursor.source.path
        return
    for document in documents(resource):
        if carries(document) and document.gk not in MAPS:
            yield from node_texts(document)


def _scripts(root: Cursor) -> Iterator[Word]:
    spec = root.get("spec")
    holders = (root, spec, spec.get("kubeadmConfigSpec"), spec.get("template", "spec"))
    for holder in (*holders, spec.get("template", "spec", "kubeadmConfigSpec")):
        for key in _SCRIPTS:
            for item in holder.get(key).items():
                yield from _command(item)
    user_data = scalar_word(spec.get("userData"))
    if user_data is not None:
        yield from _user_data(user_data)
    for key in ("nodeGroups", "managedNodeGroups"):
        for group in root.get(key).items():
            bootstrap = scalar_word(group.get("overrideBootstrapCommand"))
            if bootstrap is not None:
                yield bootstrap
            for item in group.get("preBootstrapCommands").items():
                yield from _command(item)


def _user_data(text: Word) -> Iterator[Word]:
    """A script, or the scripts of a MIME archive; documents in it are read elsewhere."""
    if is_mime(text.text):
        for part in parts(text.text):
            if "shellscript" in part.type:
                yield text.part(part.start, part.end)
    elif text.text.lstrip().startswith("#!"):
        yield text


def _command(item: Cursor) -> Iterator[Word]:
    """A command of cloud-init: a line of shell, or a list of words (of which a shell's last one is a script)."""
    word = scalar_word(item)
    if word is not None:
        yield word
        return
    words = scalar_words(item)
    if words and words[0].text.rpartition("/")[2] not in _SHELLS and not any("'" in each.text for each in words):
        yield _quoted(words)
        return
    for inner in words:
        if " " in inner.text or "--" in inner.text:
            yield inner


def _quoted(words: list[Word]) -> Word:
    """Words of a list as one line of shell, each in quotes; characters keep their places."""
    text, marks = "", list[tuple[int, int]]()
    for word in words:
        at = len(text) + 1
        marks += [(at + inner, outer) for inner, outer in word.marks or ((0, word.whole.start),)]
        text += f"'{word.text}' "
    first, last = words[0], words[-1]
    return Word(text, first.source, Span(first.whole.start, last.whole.end), tuple(marks), first.path, first.owner)
