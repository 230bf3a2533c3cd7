"""What kustomizations make Secrets and ConfigMaps of: literals, lists of variables, files; at their own lines."""

from pathlib import Path
from typing import Any

import pytest

from hullmark.linter.dev.discovery import shelf
from hullmark.linter.engine.api import lint_texts
from hullmark.linter.rule.registry import Registry
from tests.secrets.test_detection import PASSWORD

REGISTRY = Registry.of(rule for rule in shelf().rules if rule.family == "secret")
HEX = "8f3a9b2c1d4e5f60718293a4b5c6d7e8"
KEY = "-----BEGIN EC " + "PRIVATE KEY-----\nMHcCAQEEIF\n-----END EC PRIVATE KEY-----\n"


def _found(kustomization: str, profile: str = "default", **files: str) -> list[str]:
    held = {"app/kustomization.yaml": kustomization}
    held |= {f"app/{name.replace('__', '/').replace('_', '.')}": text for name, text in files.items()}
    report = lint_texts(held, REGISTRY, profile=profile)
    assert report.problems == ()
    assert PASSWORD not in repr(report)
    return [
        f"{each.location.path.removeprefix('app/')}:{each.location.line}:{each.location.column} {each.rule[7:]}"
        for each in report.findings
    ]


@pytest.mark.parametrize(
    ("literals", "expected"),
    [
        (f"password={PASSWORD}", ["4:16 credential-in-values"]),
        (f"'password=\"{PASSWORD}\"'", ["4:18 credential-in-values"]),
        (f"anything={PASSWORD}", ["4:16 credential-in-values"]),
        ("url=postgres://u:hB6yT3nJe5sD@db/x", ["4:24 url-with-password"]),
        ("password=$(PASSWORD)", []),
        ("password=changeme", []),
        ("username=mia-the-first", []),
        ("password", []),
        ("password=", []),
        ("level=3", []),
    ],
)
def test_literals(literals: str, expected: list[str]) -> None:
    text = f"secretGenerator:\n- name: db\n  literals:\n    - {literals}\n"
    assert _found(text) == [f"kustomization.yaml:{each}" for each in expected]


def test_names_without_a_promise_are_one_finding() -> None:
    text = f"secretGenerator:\n- name: db\n  literals: [one={PASSWORD}, two={HEX}]\n"
    assert len(_found(text)) == 1
    assert _found(text.replace("secretGenerator", "configMapGenerator")) == []


@pytest.mark.parametrize("generator", ["secretGenerator", "configMapGenerator"])
@pytest.mark.parametrize("field", ["envs: [prod.env]", "env: prod.env", "envs: [./prod.env]"])
def test_lists_of_variables(generator: str, field: str) -> None:
    lines = f"# PASSWORD={PASSWORD}\n\n  DB_PASSWORD={PASSWORD}\r\nHOST=db\nPASSWORD_FILE=/run/db\nAPI_TOKEN\nTOKEN=\n"
    found = _found(f"{generator}:\n- name: db\n  {field}\n", prod_env=f"{lines}API_KEY={HEX}=\n")
    assert found == ["prod.env:3:15 credential-in-values", "prod.env:8:9 credential-in-values"]


def test_list_that_sops_encrypts_is_silent() -> None:
    text = f"A=ENC[AES256_GCM,data:x,type:str]\nsops_age__list_0__map_recipient={HEX}\nsops_mac=ENC[x]\n"
    assert _found("secretGenerator: [{name: db, envs: [prod.env]}]\n", prod_env=text) == []


def test_files_are_entries() -> None:
    generator = "secretGenerator:\n- name: db\n  files: [key=certs/a.pem, a.crt, pw.txt, settings.ini]\n"
    found = _found(
        generator,
        certs__a_pem=KEY,
        a_crt="-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n",
        pw_txt=f"{PASSWORD}\n",
        settings_ini=f"[db]\nuser = shop\npassword = {PASSWORD}\n",
    )
    assert found == [
        "certs/a.pem:1:1 private-key",
        "pw.txt:1:1 credential-in-values",
        "settings.ini:3:12 credential-in-values",
    ]


def test_files_of_config_maps_need_a_name() -> None:
    generator = "configMapGenerator:\n- name: db\n  files: [pw.txt, settings.yaml]\n"
    found = _found(generator, pw_txt=PASSWORD, settings_yaml=f"db:\n  password: '{PASSWORD}'\n")
    assert found == ["settings.yaml:2:14 credential-in-values"]


def test_credentials_of_registries() -> None:
    config = '{"auths": {"r.example": {"auth": "dTp2VDl4bVEycExyN1dk"}}}'
    generator = (
        "secretGenerator:\n- name: r\n  type: kubernetes.io/dockerconfigjson\n  files: [.dockerconfigjson=c.json]\n"
    )
    assert _found(generator, c_json=config) == ["c.json:1:1 docker-credentials"]


def test_manifests_are_judged_as_what_they_are() -> None:
    manifest = f"apiVersion: v1\nkind: Secret\nmetadata: {{name: s}}\nstringData: {{a: '{PASSWORD}'}}\n"
    assert _found("configMapGenerator: [{name: m, files: [s.yaml]}]\n", s_yaml=manifest) == [
        "s.yaml:4:17 unencrypted-secret-object"
    ]


def test_inline_values_of_charts() -> None:
    text = f"helmCharts:\n- name: db\n  valuesInline:\n    auth:\n      password: '{PASSWORD}'\n"
    assert _found(text) == ["kustomization.yaml:5:17 credential-in-values"]


def _write(scratch: Any) -> None:
    scratch.write("app/kustomization.yaml", "secretGenerator: [{name: db, envs: [prod.env, ../away.env, gone.env]}]\n")
    for name in ("app/prod.env", "app/other.env", "away.env"):
        scratch.write(name, f"DB_PASSWORD={PASSWORD}\n")


SECRET = ("--select", "secret")


def test_only_what_was_met_is_read(scratch: Any) -> None:
    _write(scratch)
    found = "app/prod.env:1 secret/credential-in-values"
    assert scratch.found(*SECRET) == [found, "away.env:1 secret/credential-in-values"]
    assert scratch.found("app", *SECRET) == [found]
    assert scratch.found("app/prod.env", *SECRET) == [found]
    scratch.write(".gitignore", "prod.env\n")
    assert scratch.found("app", *SECRET) == []


def test_links_out_of_the_input_are_not_followed(scratch: Any, tmp_path: Path) -> None:
    _write(scratch)
    (tmp_path / "outside.env").write_text(f"DB_PASSWORD={PASSWORD}\n")
    (scratch.root / "app/prod.env").unlink()
    (scratch.root / "app/prod.env").symlink_to(tmp_path / "outside.env")
    assert scratch.found("app", *SECRET) == []


def test_what_git_knew_is_not_new(scratch: Any) -> None:
    _write(scratch)
    scratch.commit()
    assert scratch.found("--base", "HEAD", *SECRET) == []
    scratch.write("app/prod.env", f"API_KEY={HEX}\nDB_PASSWORD={PASSWORD}\n")
    assert scratch.found("--base", "HEAD", *SECRET) == ["app/prod.env:1 secret/credential-in-values"]
    assert len(scratch.found("--staged", *SECRET)) == 2
    scratch.git("add", "-A")
    assert len(scratch.found("--staged", *SECRET)) == 3
    assert len(scratch.found("--staged", "--base", "HEAD", *SECRET)) == 1


def test_key_store_is_no_broken_manifest(scratch: Any) -> None:
    scratch.write("kustomization.yaml", "secretGenerator: [{name: db, files: [a.jks]}]\n")
    scratch.write("a.jks", b"\xfe\xed\xfe\xed\x00\x00\x00\x02")
    assert scratch.report(*SECRET)["problems"] == []


@pytest.mark.parametrize("above", ["", "# the next one is for tests\n", "\n"])
def test_waivers_in_lists_of_variables(scratch: Any, above: str) -> None:
    waiver = "# hullmark: ignore[secret/credential-in-values] until=2026-12-31 -- rotated daily\n"
    scratch.write("kustomization.yaml", "secretGenerator: [{name: db, envs: [prod.env]}]\n")
    scratch.write("prod.env", f"{waiver}{above}DB_PASSWORD={PASSWORD}\nAPI_KEY={HEX}\n")
    found = f"prod.env:{3 + bool(above)} secret/credential-in-values"
    assert scratch.found(*SECRET) == [found]
    assert sum(scratch.report(*SECRET)["summary"]["suppressed"].values()) == 1
