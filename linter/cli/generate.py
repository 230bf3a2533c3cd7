"""`hullmark generate network-policy`: default deny, and the least that the manifests imply."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator

from hullmark.linter.cli.access import gathered
from hullmark.linter.cli.outputs import write
from hullmark.linter.cli.stop import INCOMPLETE, StopError, say
from hullmark.linter.cli.terminal import show
from hullmark.linter.manifest.file import read_manifest
from hullmark.linter.model.bundle import Bundle
from hullmark.linter.model.intent.closed import closed
from hullmark.linter.model.intent.plan import Plan, plan
from hullmark.linter.model.intent.scene import Options
from hullmark.linter.model.network.addresses import block
from hullmark.linter.patterns import regex
from hullmark.linter.records import record, replace
from hullmark.linter.report.network_policies import at, network_policies
from hullmark.linter.text import Source

_UNFIT = regex(r"[^A-Za-z0-9._-]+")
_FILE = "network-policies.yaml"


@record
class Wanted:
    """What the command line says: namespaces, where to write, and what no manifest knows."""

    namespaces: tuple[str, ...] = ()
    output: str = "-"
    force: bool = False
    api_servers: tuple[str, ...] = ()
    gateways: tuple[str, ...] = ()
    config: str = ""


def network_policy(paths: tuple[str, ...], wanted: Wanted) -> int:
    """Writes the policies; exit code 3 where a file could not be read, since it may declare more."""
    for text in wanted.api_servers:
        if block(text) is None:
            raise StopError(f"--api-server {text!r} is no address block, such as 10.0.0.1/32")
    if wanted.output != "-" and not os.path.isdir(wanted.output):
        raise StopError(f"--output: there is no folder {wanted.output!r}; make it first")
    found = gathered(paths, wanted.config)
    options = Options(wanted.api_servers, wanted.gateways)
    plans = [_checked(plan(bundle, options, wanted.namespaces)) for bundle in found.workspace.bundles]
    made = [each for each in plans if each.policies]
    if wanted.output == "-":
        show("".join(_stream(made)))
    else:
        _write(made, wanted)
    _tell(plans, wanted)
    return INCOMPLETE if any(problem.incomplete for problem in found.problems) else 0


def _checked(made: Plan) -> Plan:
    """The plan, and what stays closed under its policies as they are written: other kinds of policies may deny more."""
    text = network_policies(made.policies)
    told = closed(made, read_manifest(Source(_FILE, text)).resources) if text else ()
    return replace(made, remarks=(*made.remarks, *told))


def _stream(plans: list[Plan]) -> Iterator[str]:
    for each in plans:
        if len(plans) > 1:
            yield f"# {_title(each.bundle)}\n"
        yield network_policies(each.policies)


def _title(bundle: Bundle) -> str:
    name = bundle.name or "."
    return f"Of {name if name.isprintable() else ascii(name)}:"


def _write(plans: list[Plan], wanted: Wanted) -> None:
    """A file for each namespace, in a folder for each bundle where there are several; all of them or none."""
    files: dict[str, str] = {}
    for each in plans:
        folder = os.path.join(wanted.output, _fit(each.bundle.name or "root")) if len(plans) > 1 else wanted.output
        for namespace in dict.fromkeys(policy.namespace for policy in each.policies):
            name = f"{_fit(namespace)}.{_FILE}" if namespace else _FILE
            own = [policy for policy in each.policies if policy.namespace == namespace]
            files[os.path.join(folder, name)] = network_policies(own)
    there = [path for path in files if os.path.lexists(path)]
    if there and not wanted.force:
        raise StopError(*(f"there is {path!r} already; --force replaces it" for path in there))
    for path, text in files.items():
        os.makedirs(os.path.dirname(path), exist_ok=True)
        write(path, text)
    for path in files:
        say(f"wrote {path}", "")


def _fit(name: str) -> str:
    """A name of a file that stays in its folder."""
    return _UNFIT.sub("-", name).strip(".-") or "_"


def _tell(plans: Iterable[Plan], wanted: Wanted) -> None:
    remarks = [remark for each in plans for remark in each.remarks]
    for remark in remarks:
        say(f"{at(remark.place)}: {remark.text}", "")
    for answer in dict.fromkeys(remark.answer for remark in remarks if remark.answer):
        say(answer)
    if any(each.policies for each in plans):
        return
    seen = {name for each in plans for name in each.namespaces}
    missing = [name for name in wanted.namespaces if name not in seen]
    if missing or not seen:
        which = f"namespace {', '.join(map(repr, missing))}" if missing else "namespace with pods"
        say(f"nothing to write: the input has no {which}, or only such as are left alone (see docs/network.md)")
    else:
        say("nothing to write: policies of the input deny by default already, and allow all that is declared")
