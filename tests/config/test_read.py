"""`hullmark.yaml`: what it sets, and how mistakes are reported."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hullmark.linter.config.keys import OPTIONS, POWERS, RUN
from hullmark.linter.config.read import Names, read_settings
from hullmark.linter.config.settings import ConfigWaiver, RuleSettings, Settings
from hullmark.linter.finding import Confidence, Severity
from hullmark.linter.manifest.facts import table
from hullmark.linter.rule.rule import Option
from hullmark.linter.text import Source

KNOWN = Names(
    rules=("workload/privileged-container", "workload/low-user-id"),
    options={
        "rules.workload/low-user-id.minimum": Option("minimum", 10000, "The lowest id."),
        "exposure.special": Option("exposure.special", ("a",), "A list."),
    },
)


def _read(text: str) -> Settings:
    settings, problems = read_settings(Source("hullmark.yaml", text), KNOWN)
    assert problems == ()
    return settings


def _problems(text: str) -> list[str]:
    return [str(problem) for problem in read_settings(Source("hullmark.yaml", text), KNOWN)[1]]


@pytest.mark.parametrize("text", ["", "# only a comment\n", "---\n", "\ufeff# byte order mark\n", "null\n"])
def test_empty_file_leaves_the_defaults(text: str) -> None:
    settings = _read(text)
    assert (settings.profile, settings.fail_on, settings.waivers) == ("default", Severity.MEDIUM, ())


def test_keys_of_a_run() -> None:
    settings = _read(
        "profile: strict\nselect: rbac\nignore: [a, b]\nfail-on: never\nmin-confidence: high\n"
        "kubernetes-version: 1.30\ntoday: 2027-01-31\nexclude: [vendor/]\nlimits: {file-size: 1000}\n"
    )
    assert (settings.profile, settings.select, settings.ignore) == ("strict", ("rbac",), ("a", "b"))
    assert (settings.fail_on, settings.min_confidence) == (None, Confidence.HIGH)
    assert settings.kubernetes == (1, 30)  # as written: the number would be 1.3
    assert (settings.today, settings.exclude) == ("2027-01-31", ("vendor/",))
    assert settings.limits.file_size == 1000


@pytest.mark.parametrize("word", ["auto", "yes", "no"])
def test_words_that_yaml_takes_for_booleans_are_words(word: str) -> None:
    assert _read(f"exposure: {{nodes-public: {word}}}\n").options == {"exposure.nodes-public": word}


@pytest.mark.parametrize(
    ("text", "complete"),
    [("cluster", "cluster"), ("bundle", "bundle"), ("[shop, edge]", "shop,edge"), ("{namespaces: [shop]}", "shop")],
)
def test_completeness(text: str, complete: str) -> None:
    assert _read(f"scope: {{complete: {text}}}\n").complete == complete


def test_dotted_and_nested_keys_are_the_same() -> None:
    nested = _read("rbac:\n  trusted-subjects: [a]\n  max-high-risk-holders: 3\n")
    dotted = _read("rbac.trusted-subjects: [a]\nrbac.max-high-risk-holders: 3\n")
    assert nested.options == dotted.options == {"rbac.trusted-subjects": ("a",), "rbac.max-high-risk-holders": 3}


def test_waivers_and_what_is_asked_of_them() -> None:
    text = (
        "waivers:\n"
        "  - rule: workload/privileged-container\n"
        "    resource: DaemonSet/kube-system/agent\n"
        "    reason: loads a kernel module\n"
        "    until: 2027-01-31\n"
        "waivers.warn-days: 30\n"
        "waivers.require-reason: true\n"
    )
    settings = _read(text)
    (waiver,) = settings.waivers
    assert isinstance(waiver, ConfigWaiver)
    assert (waiver.rule, waiver.until, waiver.path) == ("workload/privileged-container", "2027-01-31", "")
    assert waiver.source.slice(waiver.at("until")) == "2027-01-31"
    assert waiver.source.slice(waiver.at("owner")) == "rule"
    assert (settings.waiver.warn_days, settings.waiver.require_reason, settings.waiver.max_days) == (30, True, None)


def test_nested_waiver_settings_without_a_list() -> None:
    assert _read("waivers: {max-days: 90}\n").waiver.max_days == 90


def test_rules_and_their_options() -> None:
    settings = _read(
        "rules:\n  workload/low-user-id: {minimum: 2000, severity: high}\n"
        "  workload/privileged-container: {enabled: false}\nexposure.special: [b]\n"
    )
    assert settings.rules["workload/low-user-id"] == RuleSettings(severity=Severity.HIGH)
    assert settings.rules["workload/privileged-container"] == RuleSettings(enabled=False)
    assert settings.options == {"rules.workload/low-user-id.minimum": 2000, "exposure.special": ("b",)}


def test_powers_are_those_of_the_table() -> None:
    table_of_ours = table("known_workloads")["workloads"]
    used = {power for row in table_of_ours for power in row["expects"]}
    written = ", ".join(f"'{power}'" for power in sorted(used))
    (known,) = _read(f"known-workloads: [{{name: a, image: a, reason: b, expects: [{written}]}}]").known_workloads
    assert set(known.expects) == used
    assert {power for power in used if ":" not in power} <= set(POWERS)


def test_infrastructure_of_the_user() -> None:
    (known,) = (
        _read(
            "known-workloads:\n  - name: gpu driver\n    image: shop/driver\n    namespace: [gpu]\n"
            "    expects: [privileged, 'capabilities:SYS_ADMIN']\n    reason: loads a module\n"
        )
        .context("2027-01-01")
        .known_workloads
    )
    assert known == (
        "gpu driver",
        ("shop/driver",),
        (),
        ("gpu",),
        ("privileged", "capabilities:SYS_ADMIN"),
        "loads a module",
    )


@pytest.mark.parametrize(
    ("text", "profile"),
    [
        ("pss: {level: baseline}", "pss-baseline@latest"),
        ("pss: {version: 1.30, level: restricted}", "pss-restricted@v1.30"),
        ("pss.level: baseline\npss.version: v1.29", "pss-baseline@v1.29"),
        ("pss.level: baseline\nprofile: all\nselect: rbac", "pss-baseline@latest"),
    ],
)
def test_level_of_pod_security(text: str, profile: str) -> None:
    settings = _read(text)
    assert (settings.profile, settings.select) == (profile, ())


def test_bundles() -> None:
    settings = _read(
        "bundles:\n  - {name: shop, paths: [deploy/shop], complete: true, namespace: shop}\n  - paths: a\n"
    )
    assert settings.bundles[0] == ("shop", ("deploy/shop",), True, "shop")
    assert settings.bundles[1].name == "a"


def test_context_carries_what_rules_may_know() -> None:
    context = _read("kubernetes-version: v1.31.4\nscope.complete: cluster\nrbac.max-high-risk-holders: 2\n").context(
        "2027-01-01"
    )
    assert (context.kubernetes, context.pinned, context.complete) == ((1, 31), True, "cluster")
    assert context.number("rbac.max-high-risk-holders", 5) == 2
    assert context.today == "2027-01-01"
    assert _read("today: off\n").context("2027-01-01").today == "1970-01-01"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("profil: strict", "1:1: unknown key 'profil'; did you mean 'profile'?"),
        ("zzz: 1", "1:1: unknown key 'zzz'"),
        ("a: 1\nprofile: x\nprofile: y", "1:1: unknown key 'a'"),
        ("- a", "1:1: the configuration must be a mapping, not a list"),
        ("profile:", "1:9: 'profile' must be the name of a profile, not nothing"),
        ("profile: [strict]", "1:10: 'profile' must be the name of a profile, not a list"),
        ("fail-on: hihg", "1:10: 'fail-on' must be one of critical, high, medium, low, info, never, not 'hihg'; did"),
        ("today: 2027-02-29", "1:8: 'today' must be a date such as 2027-01-31 or data or off, not '2027-02-29'"),
        ("kubernetes-version: latest", "1:21: 'kubernetes-version' must be a Kubernetes version such as 1.34, not"),
        ("known-workloads: [{name: a, image: a, expects: root}]", "1:20: 'known-workloads' needs 'reason'"),
        (
            "known-workloads: [{name: a, expects: root, reason: b}]",
            "1:20: 'known-workloads' needs 'image' or 'command'",
        ),
        (
            "known-workloads: [{name: a, image: a, reason: b, expects: [host-netwrk]}]",
            "1:60: 'expects' must be one of all-tolerations, apparmor-unconfined,",
        ),
        (
            "known-workloads: [{name: a, image: a, reason: b, expects: ['capabilities:CAP_CHOWN']}]",
            "1:60: 'expects' must be one of all-tolerations, apparmor-unconfined,",
        ),
        ("pss: {level: strict}", "1:14: 'pss.level' must be one of baseline, restricted, not 'strict'; did"),
        ("pss: {version: new}", "1:16: 'pss.version' must be a version such as v1.34, or latest, not 'new'"),
        ("pss: {version: v1.34}", "1:7: 'pss.version' needs 'pss.level'"),
        ("select: [a, [b]]", "1:13: 'select' must be the name of a rule, family or control, not a list"),
        ("select: {a: b}", "1:9: 'select' must be a list of names, not a mapping"),
        ("waivers: x", "1:10: 'waivers' must be a list of mappings, not 'x'"),
        ("waivers:\n- reson: x", "2:3: unknown key 'reson' in 'waivers'; did you mean 'reason'?"),
        ("waivers:\n- {rule: a, until: soon}", "2:20: 'until' must be a date such as 2027-01-31, not 'soon'"),
        ("waivers.warn-days: soon", "1:20: 'waivers.warn-days' must be a whole number of at least 0, not 'soon'"),
        ("waivers.warn-days: -1", "1:20: 'waivers.warn-days' must be a whole number of at least 0, not '-1'"),
        ("waivers.require-reason: maybe", "1:25: 'waivers.require-reason' must be true or false, not 'maybe'"),
        ("rbac: {trusted-subject: [a]}", "1:8: unknown key 'trusted-subject' in 'rbac'; did you mean 'trusted-subjec"),
        ("rbac: 1", "1:7: 'rbac' must be a mapping, not '1'"),
        ("rbac.trusted-subjects: a\nrbac: {trusted-subjects: b}", "2:8: key 'rbac.trusted-subjects' is written twice"),
        ("profile: a\nprofile: b", "2:1: key 'profile' is written twice"),
        ("rules: [a]", "1:8: 'rules' must be a mapping of rule ids, not a list"),
        ("rules: {workload/x: {}}", "1:9: unknown rule 'workload/x'"),
        (
            "rules: {workload/low-user: {}}",
            "1:9: unknown rule 'workload/low-user'; did you mean 'workload/low-user-",
        ),
        ("rules: {workload/low-user-id: {max: 1}}", "1:32: unknown key 'max' in 'workload/low-user-id'"),
        ("rules: {workload/low-user-id: {enabled: 1}}", "1:41: 'enabled' must be true or false, not '1'"),
        ("bundles: [{name: a}]", "1:12: 'bundles' needs 'paths'"),
        (
            "limits: {file-size: 99999999999}",
            "1:21: 'limits.file-size' must be a whole number of at least 1 and at",
        ),
        ("a: [", "1:"),
        ("profile: strict\n---\nprofile: all", "3:1: the configuration is one document; this is a second one"),
    ],
)
def test_mistakes_are_told_with_their_place(text: str, problem: str) -> None:
    found = _problems(text)
    assert found[0].startswith(f"hullmark.yaml:{problem}")


def test_all_mistakes_are_told_at_once_in_order() -> None:
    assert [line.split(":")[1] for line in _problems("b: 1\nprofile: []\nc: 2\nfail-on: x\n")] == ["1", "2", "3", "4"]


def test_names_are_checked_where_they_are_written() -> None:
    names = Names(objection=lambda key, name: "" if name == "rbac" else f"bad {key}")
    _, problems = read_settings(Source("c.yaml", "profile: x\nselect: [rbac, b]\nignore: z\nexclude: w\n"), names)
    assert [str(problem) for problem in problems] == [
        "c.yaml:1:10: bad profile",
        "c.yaml:2:16: bad select",
        "c.yaml:3:9: bad ignore",
    ]


def test_every_option_key_is_read_by_somebody(repository: Path) -> None:
    # A key that is accepted and has no effect would be a promise that nobody keeps.
    code = [path for part in ("linter", "checks") for path in (repository / part).rglob("*.py")]
    text = "".join(path.read_text() for path in code if path.parent.name != "config")
    assert [key.name for key in OPTIONS if f'"{key.name}"' not in text] == []


def test_every_key_has_a_type_and_an_explanation() -> None:
    names = [key.name for key in (*RUN, *OPTIONS)]
    assert len(names) == len(set(names))
    for key in (*RUN, *OPTIONS):
        assert key.kind.expected
        assert key.help.endswith(".")
        assert key.kind.schema()


KEYS = st.sampled_from([key.name for key in (*RUN, *OPTIONS)] + ["rules", "rbac", "x"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from(["a", "high", "2027-01-31", "", "[", "*a"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(KEYS, VALUES, max_size=4))
def test_any_configuration_is_read_without_a_crash(data: dict[str, object]) -> None:
    text = "".join(f"{key}: {value!r}\n".replace("None", "null") for key, value in data.items())
    settings, problems = read_settings(Source("hullmark.yaml", text), KNOWN)
    assert isinstance(settings, Settings)
    lines = text.count("\n") + 1
    assert all(1 <= problem.line <= lines and problem.column >= 1 for problem in problems)
