"""Credentials are found, what only looks like one is not, and a value is never said."""

import json

import pytest

from benchmarks.secret_detection import score
from benchmarks.secret_samples import samples
from benchmarks.secret_samples_held_out import held_out
from hullmark.linter.dev.discovery import shelf
from hullmark.linter.engine.api import lint_texts
from hullmark.linter.finding import Finding, Profile
from hullmark.linter.manifest.secrets.formats import formats
from hullmark.linter.manifest.secrets.pairs import pairs
from hullmark.linter.manifest.secrets.words import Value, is_sensitive, judged
from hullmark.linter.rule.registry import Registry

REGISTRY = Registry.of(rule for rule in shelf().rules if rule.family in ("secret", "workload", "reliability"))
PASSWORD = "kR4w%zN8uHt2Lb"


def _found(text: str, **more: object) -> tuple[Finding, ...]:
    report = lint_texts({"a.yaml": text}, REGISTRY, **more)  # type: ignore[arg-type]  # keywords of the call
    assert report.problems == ()
    return report.findings


def _rules(text: str) -> list[str]:
    return [finding.rule for finding in _found(text) if finding.rule.startswith("secret/")]


def test_labelled_set_is_large_enough() -> None:
    drawn = [*samples(), *held_out()]
    assert len(drawn) >= 560
    assert 250 <= sum(sample.secret for sample in drawn) <= 350
    assert len({sample.sort for sample in drawn}) > 50


def test_recall_and_precision_hold() -> None:
    result = score()
    assert result.recall >= 0.95, result.missed
    assert result.precision >= 0.98, result.wrong


def test_every_format_compiles_and_has_a_rule() -> None:
    rules = {rule.id for rule in shelf().rules if rule.family == "secret"} | {"secret/provider-token"}
    assert len(formats()) > 90
    assert {each.rule for each in formats()} <= rules


@pytest.mark.parametrize(
    ("key", "sensitive"),
    [
        ("DB_PASSWORD", True),
        ("adminPassword", True),
        ("AWS_SECRET_ACCESS_KEY", True),
        ("PASSWORD_FILE", False),
        ("secretName", False),
        ("imagePullSecret", False),
        ("csrf_token", False),
        ("TOKEN_TTL", False),
        ("monkey", False),
        ("privateKeyPath", False),
    ],
)
def test_names_promise_secrets(key: str, sensitive: bool) -> None:
    assert is_sensitive(key) is sensitive


@pytest.mark.parametrize(
    ("value", "verdict"),
    [
        (PASSWORD, Value.REAL),
        ("8f3a9b2c1d4e5f60718293a4b5c6d7e8", Value.REAL),
        ("postgres", Value.WEAK),
        ("aaaaaaaaaaaa", Value.WEAK),
        ("changeme", Value.PLACEHOLDER),
        ("${PASSWORD}", Value.REFERENCE),
        ("/run/secrets/db", Value.REFERENCE),
        ("true", Value.NOTHING),
        ("http://auth.shop/login", Value.NOTHING),
        ("correct-horse-battery", Value.UNSURE),
        ("0x52908400098527886e0f7030069857d2e4169ee7", Value.NOTHING),
        ("https://7f2d6582e5d6fd829ee012330e2701e9@o977322.ingest.sentry.io/8273087", Value.NOTHING),
        ("django.contrib.auth.hashers.Argon2PasswordHasher", Value.NOTHING),
        ("pk.eyJ1Ijoic2hvcCJ9.LrQtGPtP8TjzgDwxjOtxIz", Value.NOTHING),
    ],
)
def test_values_are_weighed(value: str, verdict: Value) -> None:
    assert judged(value) is verdict


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("password: abc", ("password", "abc")),
        ('{"password": "a b"}', ("password", "a b")),
        ("export TOKEN=abc", ("TOKEN", "abc")),
        ("token = 'abc'", ("token", "abc")),
        ("a.b.secret=abc # note", ("a.b.secret", "abc")),
        ("<server><password>abc</password></server>", ("password", "abc")),
        ("<property><name>a.b.password</name> <value>abc</value></property>", ("a.b.password", "abc")),
        ("define('DB_PASSWORD', 'abc');", ("DB_PASSWORD", "abc")),
    ],
)
def test_lines_of_configurations_are_pairs(text: str, expected: tuple[str, str]) -> None:
    found = list(pairs(text))
    assert [(pair.key, pair.value) for pair in found] == [expected]
    assert text[found[0].start : found[0].end] == expected[1]


def test_code_is_no_pair() -> None:
    assert list(pairs("token = get_token(user)\npassword=$PASSWORD")) == []


CARRIERS = {
    "variable": "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  containers:\n    - name: c\n      env:\n"
    "        - name: DB_PASSWORD\n          value: '@@'\n",
    "flow": "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: c, env: "
    "[{name: DB_PASSWORD, value: '@@'}]}]}\n",
    "argument": "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  containers:\n    - name: c\n"
    "      args: ['--db-password=@@']\n",
    "script": "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  containers:\n    - name: c\n"
    "      command: [sh, -c, \"export DB_PASSWORD='@@'; run\"]\n",
    "map": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m}\ndata:\n  db.ini: |\n    [db]\n    password = '@@'\n",
    "secret": "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData:\n  opaque: '@@'\n",
    "annotation": "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: m\n  annotations:\n    db-password: '@@'\n",
    "values": "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: h}\nspec:\n  values:\n"
    "    password: '@@'\n",
    "resource": "apiVersion: shop.example/v1\nkind: Store\nmetadata: {name: s}\nspec:\n  password: '@@'\n",
    "url": "apiVersion: shop.example/v1\nkind: Store\nmetadata: {name: s}\nspec:\n"
    "  deep: [{er: 'postgres://u:hB6yT3nJe5sD@db/x'}]\n",
}


GENERATED = {
    "kustomization.yaml": "secretGenerator:\n  - name: db\n    envs: [prod.env.list]\n    literals:\n"
    "      - 'password=\"@@\"'\n"
    "  - name: tls\n    files: [tls.pem, one=password.txt]\n",
    "prod.env.list": "# DB_PASSWORD=@@\nDB_PASSWORD=@@\n",
    "password.txt": "@@\n",
    "tls.pem": "-----BEGIN EC PRIVATE KEY-----\nZm9vYmFyZm9v\n-----END EC PRIVATE KEY-----\n",
}


@pytest.mark.parametrize("carrier", CARRIERS, ids=str)
def test_every_carrier_is_looked_into(carrier: str) -> None:
    found = [each for each in _found(CARRIERS[carrier].replace("@@", PASSWORD)) if each.rule.startswith("secret/")]
    assert len(found) == 1, found


@pytest.mark.parametrize("carrier", CARRIERS, ids=str)
def test_values_are_in_no_part_of_a_finding(carrier: str) -> None:
    for finding in _found(CARRIERS[carrier].replace("@@", PASSWORD)):
        for part in (PASSWORD, "hB6yT3nJe5sD"):
            assert part not in repr(finding)
            assert part[:6] not in repr(finding)


def test_binary_map_entry_is_decoded() -> None:
    text = (
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m}\nbinaryData: {a: cGFzc3dvcmQ6IGtSNHclek44dUh0MkxiCg==}\n"
    )
    assert _rules(text) == ["secret/credential-in-config-map"]
    nested = text.replace("{a: ", "{password: ").replace("cGFzc3dvcmQ6IGtSNHclek44dUh0MkxiCg==", "a1I0dyV6Tjh1SHQyTGI=")
    assert _rules(nested) == ["secret/credential-in-config-map"]


def test_encrypted_secrets_are_silent() -> None:
    sops = (
        "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {a: 'ENC[AES256_GCM,data:x]'}\nsops: {mac: m}\n"
    )
    sealed = (
        "apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata: {name: s}\nspec: {encryptedData: {a: AgB}}\n"
    )
    assert _rules(sops) == []
    assert _rules(sealed) == []


def test_tests_and_examples_weigh_less() -> None:
    text = CARRIERS["variable"].replace("@@", PASSWORD)
    (plain,) = (each for each in _found(text) if each.rule.startswith("secret/"))
    report = lint_texts({"tests/a.yaml": text}, REGISTRY)
    (mild,) = (each for each in report.findings if each.rule.startswith("secret/"))
    assert (mild.severity, mild.profile) == (plain.severity - 1, plain.profile + 1)


def test_one_value_in_several_entries_is_one_finding() -> None:
    data = {f"KEY_{n}_PASSWORD": PASSWORD for n in range(3)}
    text = json.dumps({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "m"}, "data": data}, indent=1)
    (found,) = (each for each in _found(text) if each.rule.startswith("secret/"))
    assert len(found.related) == 2


def test_long_hostile_texts_take_no_time() -> None:
    for text in (
        "\n" * 60_000,
        "eyJ" * 20_000,
        "a:" * 30_000,
        "://a:" * 12_000,
        "-----BEGIN " * 5_000,
        "password=" * 6_000,
    ):
        _found(json.dumps({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "m"}, "data": {"a": text}}))


@pytest.mark.parametrize(
    ("comment", "profile"),
    [
        ("# replace with your own access key", Profile.STRICT),
        ("# your database password", Profile.STRICT),
        ("# for your eyes only", Profile.DEFAULT),
        ("# see the key store", Profile.DEFAULT),
    ],
)
@pytest.mark.parametrize("above", [True, False])
def test_comments_that_ask_for_another_value_make_it_strict(comment: str, profile: Profile, above: bool) -> None:
    lines = (f"  {comment}\n" if above else "") + f"  db-password: {PASSWORD}{'' if above else f'  {comment}'}\n"
    text = f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: m}}\ndata:\n  color: blue\n{lines}"
    (found,) = (each for each in _found(text) if each.rule.startswith("secret/"))
    assert found.profile is profile
