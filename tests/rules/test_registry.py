"""What a registry answers, without importing what nobody asked for."""

import copy
import json
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from hullmark.linter.dev.discovery import shelf
from hullmark.linter.dev.outputs import docs_of
from hullmark.linter.finding import Profile
from hullmark.linter.load.plugins import installed_plugins
from hullmark.linter.rule.index import RULES, TEXTS, index_text, texts_text
from hullmark.linter.rule.registry import PluginError, Registry, UnknownNameError
from hullmark.linter.rule.rule import Rule


@pytest.fixture
def registry(loud: Rule[Any], table: tuple[Rule[Any], ...]) -> Registry:
    return Registry.of([*table, loud])


def installed() -> Registry:
    return Registry.extended(installed_plugins())


def ids(registry: Registry, **choice: Any) -> list[str]:
    return [info.id.removeprefix("house/") for info in registry.select(**choice)]


def test_profiles_contain_smaller_ones(registry: Registry) -> None:
    assert ids(registry) == ["loud-name"]
    assert ids(registry, profile="strict") == ["first", "loud-name"]
    assert ids(registry, profile=Profile.ALL) == ["first", "loud-name", "second"]


def test_selection_replaces_the_profile(registry: Registry) -> None:
    assert ids(registry, select=["house/second"]) == ["second"]
    assert ids(registry, select=["house"]) == ["first", "loud-name", "second"]


def test_only_its_id_selects_an_opt_in_rule(registry: Registry) -> None:
    assert ids(registry, select=["house/third"]) == ["third"]
    assert ids(registry, select=["house", "house/third"], ignore=["house/first"]) == ["loud-name", "second", "third"]


def test_ignored_names_are_taken_away(registry: Registry) -> None:
    assert ids(registry, profile="all", ignore=["NSA/secrets"]) == ["loud-name"]
    assert ids(registry, select=["house/third"], ignore=["house"]) == []


def test_former_id_selects_the_rule(registry: Registry) -> None:
    assert ids(registry, select=["house/noisy"]) == ["loud-name"]
    assert registry.renamed == {"house/noisy": "house/loud-name"}


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("CIS-1.12/5.2.2", ["loud-name"]),
        ("cis-1.12/5.2", ["loud-name"]),
        ("CIS-1.12", ["loud-name"]),
        ("CIS-1.6/5.2.1", ["loud-name"]),
        ("CIS-EKS-1.8/4.2.1", ["loud-name"]),
        ("MITRE", ["loud-name"]),
        ("mitre/t1610", ["loud-name"]),
        ("PSS", ["first", "second"]),
        ("PSS/baseline", ["first", "second"]),
        ("nsa/secrets", ["first", "second"]),
    ],
)
def test_controls_select(registry: Registry, name: str, found: list[str]) -> None:
    assert ids(registry, select=[name]) == found


@pytest.mark.parametrize("profile", ["cis-1.12", "cis-1.8", "cis-eks-1.8", "mitre"])
def test_framework_is_a_profile(registry: Registry, profile: str) -> None:
    assert ids(registry, profile=profile) == ["loud-name"]


def test_restricted_level_contains_the_baseline(registry: Registry) -> None:
    assert ids(registry, profile="pss-baseline") == ids(registry, profile="pss-restricted") == ["first", "second"]


def test_level_of_the_pod_security_standards_may_name_its_version(registry: Registry) -> None:
    for version in ("v1.29", "1.29", "latest"):
        assert ids(registry, profile=f"pss-baseline@{version}") == ids(registry, profile="pss-baseline")
    for profile in ("pss-baseline@", "pss-baseline@2.0", "nsa@v1.29"):
        with pytest.raises(UnknownNameError):
            registry.select(profile)


@pytest.mark.parametrize(
    ("choice", "message"),
    [
        (
            {"select": ["house/loud-nme"]},
            "no rule, family or control is called 'house/loud-nme'; did you mean 'house/loud-name'",
        ),
        ({"select": ["loud-name"]}, "did you mean 'house/loud-name'?"),
        ({"ignore": ["hose"]}, "no rule, family or control is called 'hose'; did you mean 'house'?"),
        ({"select": ["MITRE/T1611"]}, "no rule covers 'MITRE/T1611'"),
        ({"select": ["MITRE/T9999"]}, "no rule, family or control is called 'MITRE/T9999'"),
        ({"select": ["CIS-1.12/9.9.9"]}, "no rule, family or control is called 'CIS-1.12/9.9.9'"),
        ({"select": ["CIS-7.0"]}, "no rule, family or control is called 'CIS-7.0'"),
        ({"select": [""]}, "no rule, family or control is called ''"),
        ({"profile": "stric"}, "no profile is called 'stric'; did you mean 'strict' or 'stig'?"),
        ({"profile": "stig"}, "no rule covers 'stig'"),
        ({"profile": "opt-in"}, "no profile is called 'opt-in'"),
    ],
)
def test_unknown_names_are_errors_with_a_hint(registry: Registry, choice: dict[str, Any], message: str) -> None:
    with pytest.raises(UnknownNameError) as error:
        registry.select(**choice)
    assert message in str(error.value)


def test_all_unknown_names_are_told_at_once(registry: Registry) -> None:
    with pytest.raises(UnknownNameError) as error:
        registry.select(select=["x/y"], ignore=["z"])
    assert [name for name, _ in error.value.names] == ["x/y", "z"]


def test_options_have_full_names(registry: Registry) -> None:
    assert sorted(registry.options) == ["loud.names", "rules.house/loud-name.limit"]


def test_registry_crosses_processes(registry: Registry) -> None:
    again = pickle.loads(pickle.dumps(Registry.packaged()))
    assert again.infos == Registry.packaged().infos
    assert copy.copy(registry).ids == registry.ids


def test_packaged_rules_are_known_without_being_imported() -> None:
    program = (
        "import sys; from hullmark.linter.load.plugins import installed_plugins;"
        "from hullmark.linter.rule.registry import Registry; r = Registry.extended(installed_plugins());"
        "r.select('strict'); r.info('rbac/wildcard-verb'); r.doc('rbac/wildcard-verb').bad[0].text;"
        "print(len(r), [m for m in sys.modules if m.startswith('hullmark.checks') or m in"
        " ('importlib.metadata', 'difflib')]);"
        "print(r.rule('rbac/wildcard-verb').id, sorted(m for m in sys.modules if m.startswith('hullmark.checks.')))"
    )
    done = subprocess.run([sys.executable, "-I", "-c", program], capture_output=True, text=True, check=True)
    first, second = done.stdout.splitlines()
    assert first.endswith(" []")
    assert second == "rbac/wildcard-verb ['hullmark.checks.rbac', 'hullmark.checks.rbac.wildcard_verb']"


def test_index_keeps_what_rules_say(monkeypatch: pytest.MonkeyPatch) -> None:
    """Written and read again, nothing of any rule is lost; whether the files are fresh is asked elsewhere."""
    found = shelf()
    docs = docs_of(found)
    written = {RULES: index_text(docs, found.families), TEXTS: texts_text(docs)}
    monkeypatch.setattr("hullmark.linter.rule.index._packaged", written.__getitem__)
    registry = Registry.packaged()
    assert registry.infos == tuple(doc.info for doc in docs)
    assert registry.families == found.families
    for doc in docs:
        again = registry.doc(doc.id)
        assert (again.why, again.remedy, again.options) == (doc.why, doc.remedy, doc.options)
        for one, other in zip((*again.bad, *again.good), (*doc.bad, *doc.good), strict=True):
            assert (one.marked, one.fixed, one.path, one.today) == (other.marked, other.fixed, other.path, other.today)
            assert json.dumps(one.options) == json.dumps(other.options)
            assert (one.kubernetes, one.complete) == (other.kubernetes, other.complete)


def test_index_is_one_rule_a_line_and_says_where_it_comes_from(registry: Registry) -> None:
    text = index_text(registry.docs.values(), {"house": "Rules of the house."})
    assert "Generated by" in text.splitlines()[0]
    assert json.loads(text)["families"] == {"house": "Rules of the house."}
    assert sum(line.startswith('["house/') for line in text.splitlines()) == len(registry)


def test_unknown_rule_is_a_key_error() -> None:
    registry = Registry.packaged()
    for ask in (registry.info, registry.doc, registry.rule):
        with pytest.raises(KeyError):
            ask("house/nothing")


PLUGIN = '''
from hullmark.linter.manifest.resource import Resource
from hullmark.linter.rule import Hit, Rule, Severity

class BareName(Rule[Resource]):
    """Object has a bare name.

    Somebody sees it.

    Dress it.
    """

    severity = Severity.LOW

    def check(self, subject):
        if subject.name == "bare":
            yield self.hit(subject, f"{subject} is bare")
'''


def _install(folder: Path, name: str = "acme") -> Path:
    """A distribution with a rule, as pip would have unpacked it."""
    info = folder / f"{name}_rules-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}-rules\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[hullmark.rules]\n{name} = {name}_rules\n")
    (folder / f"{name}_rules.py").write_text(PLUGIN)
    return folder


@pytest.fixture
def site_packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that this interpreter installs into."""
    monkeypatch.setattr("site.getsitepackages", lambda: [str(tmp_path)])
    monkeypatch.setattr("site.ENABLE_USER_SITE", False)
    monkeypatch.syspath_prepend(str(tmp_path))
    return tmp_path


def test_third_party_rules_are_found(site_packages: Path) -> None:
    _install(site_packages)
    registry = installed()
    assert registry.info("acme/bare-name").title == "Object has a bare name."
    assert registry.rule("acme/bare-name").id == "acme/bare-name"
    assert registry.families["acme"] == "Rules of the distribution acme-rules."
    assert [info.id for info in registry.select(select=["acme"])] == ["acme/bare-name"]
    assert registry.doc("acme/bare-name").remedy == "Dress it."
    assert "rbac/wildcard-verb" in registry
    assert registry.doc("rbac/wildcard-verb").remedy


def test_third_party_cannot_take_a_family_of_ours(site_packages: Path) -> None:
    _install(site_packages, "rbac")
    with pytest.raises(PluginError, match="rbac-rules adds rules of family 'rbac', which is taken"):
        installed()


def test_folder_on_the_path_cannot_add_rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`python -m` puts the scanned repository on sys.path; what lies in it must not run."""
    monkeypatch.setattr("site.getsitepackages", list)
    monkeypatch.syspath_prepend(str(_install(tmp_path, "evil")))
    monkeypatch.chdir(tmp_path)
    assert "evil" not in installed().families
    assert "evil_rules" not in sys.modules
