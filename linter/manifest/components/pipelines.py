"""Scripts of pipelines that start a cluster for their tests: workflows of GitHub, jobs of GitLab.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax and
https://docs.gitlab.com/ci/yaml/#script
"""

from __future__ import annotations

from collections.abc import Iterator

from hullmark.linter.manifest.components.word import Word, scalar_word
from hullmark.linter.manifest.cursor import Cursor

_SCRIPTS = ("before_script", "script", "after_script")


def is_pipeline(root: Cursor) -> bool:
    """Whether a document is a pipeline that has to do with minikube; nothing else in it is looked at."""
    return root.source.mentions("minikube") and next(scripts(root), None) is not None


def scripts(root: Cursor) -> Iterator[Word]:
    """Every script, in file order."""
    for _, job in root.get("jobs").entries():
        for step in job.get("steps").items():
            word = scalar_word(step.get("run"))
            if word is not None:
                yield word
    for key, job in root.entries():
        holders = [job.get(name) for name in _SCRIPTS] + ([job] if key in _SCRIPTS else [])
        for holder in holders:
            for cursor in (holder, *holder.items()):
                word = scalar_word(cursor)
                if word is not None:
                    yield word
