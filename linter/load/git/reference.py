"""Which commit a change is compared with: the one that is named, or the one that the circumstances tell."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from typing import Any

from hullmark.linter.load.git.repository import GitError, Repository
from hullmark.linter.named_tuple import NamedTuple

AUTO = "auto"
_NOTHING = "0" * 40


class Reference(NamedTuple):
    """A commit, or None before the first one, where everything is new; `name` is what to call it."""

    commit: Any
    name: str


class UnknownBaseError(GitError):
    """Nothing tells what to compare with: everything has to count as new, and that has to be said."""


def reference(repository: Repository, said: str) -> Reference:
    """The commit to compare with; raises GitError where it is not there, UnknownBaseError where `auto` cannot tell."""
    if said == AUTO:
        return _told(repository)
    if said in ("HEAD", "@") and repository.is_unborn:
        return Reference(None, "the empty repository")
    return _named(repository, said)


def _named(repository: Repository, said: str, name: str = "") -> Reference:
    commit = repository.commit(said)
    short = str(commit.id)[:10]
    name = name or said
    return Reference(commit, short if str(commit.id).startswith(name) else f"{name} ({short})")


def _told(repository: Repository) -> Reference:
    if repository.is_unborn:
        return Reference(None, "the empty repository")
    environment = os.environ
    if environment.get("PRE_COMMIT_FROM_REF"):
        return _named(repository, environment["PRE_COMMIT_FROM_REF"])
    if environment.get("GITHUB_ACTIONS") == "true":
        return _of_github(repository, environment.get("GITHUB_EVENT_NAME", ""), _event(environment))
    if environment.get("GITLAB_CI") == "true":
        return _of_gitlab(repository, environment)
    if environment.get("PRE_COMMIT"):  # a commit is about to be made on top of HEAD
        return _named(repository, "HEAD")
    return _of_branch(repository)


def _event(environment: Mapping[str, str]) -> dict[str, Any]:
    try:
        with open(environment.get("GITHUB_EVENT_PATH", ""), encoding="utf-8") as file:
            found = json.load(file)
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _text(value: Any, *names: str) -> str:
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value if isinstance(value, str) else ""


def _of_github(repository: Repository, event: str, said: dict[str, Any]) -> Reference:
    """https://docs.github.com/en/actions/reference/workflows-and-actions/events-that-trigger-workflows"""
    match event:
        case "pull_request" | "pull_request_target" | "pull_request_review":
            return _of_pull_request(repository, said)
        case "merge_group":
            return _reachable(repository, _text(said, "merge_group", "base_sha"), "the head of the target branch")
        case "push":
            before = _text(said, "before")
            if before.strip("0"):
                return _reachable(repository, before, "the commit before the push")
            branch = _text(said, "repository", "default_branch")
            return _parted(repository, f"refs/remotes/origin/{branch}", branch)
    raise UnknownBaseError(f"an event of type {event or 'unknown'!r} has no base to compare with")


def _of_pull_request(repository: Repository, said: dict[str, Any]) -> Reference:
    """The first parent of the merge commit that is checked out; else the commit where the branch parted."""
    head = repository.commit("HEAD")
    parents = [str(parent) for parent in head.parent_ids]
    theirs = _text(said, "pull_request", "head", "sha")
    base = _text(said, "pull_request", "base", "sha")
    if len(parents) == 2 and theirs in ("", parents[1]):
        return _reachable(repository, parents[0], "the target branch")
    if not parents and repository.is_shallow:
        raise UnknownBaseError("the base of the pull request was not fetched: check out with fetch-depth: 2")
    if base:
        return _parted(repository, base, _text(said, "pull_request", "base", "ref") or "the target branch")
    raise UnknownBaseError("the event does not say which branch the pull request is for")


def _of_gitlab(repository: Repository, environment: Mapping[str, str]) -> Reference:
    """https://docs.gitlab.com/ci/variables/predefined_variables/"""
    for name, meaning in (
        ("CI_MERGE_REQUEST_TARGET_BRANCH_SHA", "the target branch"),
        ("CI_MERGE_REQUEST_DIFF_BASE_SHA", "the target branch"),
        ("CI_COMMIT_BEFORE_SHA", "the commit before the push"),
    ):
        if environment.get(name, "").strip("0"):
            return _reachable(repository, environment[name], meaning)
    raise UnknownBaseError("this pipeline has no base to compare with")


def _of_branch(repository: Repository) -> Reference:
    """Where the present branch parted from the one that it will be merged into."""
    here = repository.raw.head.shorthand if not repository.raw.head_is_detached else ""
    upstream = _upstream(repository, here)
    for name in dict.fromkeys((upstream, "refs/remotes/origin/HEAD", "refs/heads/main", "refs/heads/master")):
        if name and name != f"refs/heads/{here}" and _exists(repository, name):
            return _parted(repository, name, name.removeprefix("refs/heads/").removeprefix("refs/remotes/"))
    if len(list(repository.raw.remotes)):
        hint = "name a commit with --base, or `git remote set-head origin --auto`"
        raise UnknownBaseError(f"there is no upstream and no origin/HEAD: {hint}")
    return _named(repository, "HEAD")


def _upstream(repository: Repository, branch: str) -> str:
    found = repository.raw.branches.local.get(branch) if branch else None
    try:
        return found.upstream_name if found is not None and found.upstream is not None else ""
    except (KeyError, ValueError):
        return ""


def _exists(repository: Repository, name: str) -> bool:
    return repository.raw.references.get(name) is not None


def _reachable(repository: Repository, said: str, name: str) -> Reference:
    if not said:
        raise UnknownBaseError("the event does not name the commit to compare with")
    try:
        return _named(repository, said, name)
    except GitError:
        depth = "check out with fetch-depth: 2" if name == "the target branch" else "check out with fetch-depth: 0"
        raise UnknownBaseError(f"{name} ({said[:10]}) was not fetched: {depth}") from None


def _parted(repository: Repository, said: str, name: str) -> Reference:
    """The commit in which HEAD and another history part; an unknown one is never taken for an empty one."""
    unknown = "check out with fetch-depth: 0" if repository.is_shallow else "name a commit with --base"
    try:
        other = repository.commit(said)
    except GitError:
        raise UnknownBaseError(f"{name} was not fetched: {unknown}") from None
    found = repository.merge_base(repository.commit("HEAD"), other)
    if found is None:
        raise UnknownBaseError(f"HEAD and {name} have no commit in common here: {unknown}")
    return Reference(found, f"where HEAD parted from {name} ({str(found.id)[:10]})")
