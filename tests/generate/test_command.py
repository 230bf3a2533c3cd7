"""`hullmark generate network-policy` as a user runs it: files, messages, hostile names, and what lint says of it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.conftest import Scratch
from tests.generate.test_examples import without_policies
from tests.generate.worlds import documents

SHOP = """\
apiVersion: v1
kind: Namespace
metadata: {name: shop}
---
apiVersion: v1
kind: Namespace
metadata: {name: billing}
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
spec: {containers: [{name: web, image: web:1, args: ["http://ledger.billing:80"]}]}
---
apiVersion: v1
kind: Pod
metadata: {name: ledger, namespace: billing, labels: {app: ledger}}
spec: {containers: [{name: ledger, image: ledger:1}]}
---
apiVersion: v1
kind: Service
metadata: {name: ledger, namespace: billing}
spec: {selector: {app: ledger}, ports: [{port: 80}]}
"""


def test_a_file_for_each_namespace_and_none_is_replaced(scratch: Scratch) -> None:
    scratch.write("shop.yaml", SHOP)
    out = scratch.root / "out"
    out.mkdir()
    done = scratch.hullmark("generate", "network-policy", "shop.yaml", "--output", "out")
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr.splitlines() == [
        "wrote out/billing.network-policies.yaml",
        "wrote out/shop.network-policies.yaml",
    ]
    whole = scratch.hullmark("generate", "network-policy", "shop.yaml").stdout
    assert "".join(path.read_text() for path in sorted(out.iterdir())) == whole
    (out / "shop.network-policies.yaml").write_text("# mine\n")
    (out / "billing.network-policies.yaml").unlink()
    again = scratch.hullmark("generate", "network-policy", "shop.yaml", "--output", "out")
    assert again.returncode == 2
    assert again.stderr == "hullmark: there is 'out/shop.network-policies.yaml' already; --force replaces it\n"
    assert [path.name for path in out.iterdir()] == ["shop.network-policies.yaml"], "all of them or none"
    assert (out / "shop.network-policies.yaml").read_text() == "# mine\n"
    assert scratch.hullmark("generate", "network-policy", "shop.yaml", "-o", "out", "--force").returncode == 0
    assert "".join(path.read_text() for path in sorted(out.iterdir())) == whole


def test_one_namespace(scratch: Scratch) -> None:
    scratch.write("shop.yaml", SHOP)
    done = scratch.hullmark("generate", "network-policy", "-n", "shop", "shop.yaml")
    assert {each["metadata"]["namespace"] for each in documents(done.stdout)} == {"shop"}
    none = scratch.hullmark("generate", "network-policy", "-n", "shopp", "shop.yaml")
    assert (none.returncode, none.stdout) == (0, "")
    said = "hullmark: nothing to write: the input has no namespace 'shopp', or only such as are left alone"
    assert none.stderr.startswith(said)


def test_mistakes_are_one_line(scratch: Scratch) -> None:
    scratch.write("shop.yaml", SHOP)
    for arguments, said in (
        (("--api-server", "10.0.0.1/33"), "--api-server '10.0.0.1/33' is no address block, such as 10.0.0.1/32"),
        (("--output", "nowhere"), "--output: there is no folder 'nowhere'; make it first"),
    ):
        done = scratch.hullmark("generate", "network-policy", "shop.yaml", *arguments)
        assert (done.returncode, done.stdout, done.stderr) == (2, "", f"hullmark: {said}\n")


def test_what_could_not_be_read_may_declare_more(scratch: Scratch) -> None:
    scratch.write("shop.yaml", SHOP)
    scratch.write("broken.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: [}\n")
    done = scratch.hullmark("generate", "network-policy", ".")
    assert done.returncode == 3
    assert len(documents(done.stdout)) == 6
    assert "broken.yaml" in done.stderr


def test_nothing_is_said_twice(scratch: Scratch) -> None:
    """What is generated is enough: with it in the input, there is nothing left to generate."""
    scratch.write("shop.yaml", SHOP)
    scratch.write("policies.yaml", scratch.hullmark("generate", "network-policy", "shop.yaml").stdout)
    done = scratch.hullmark("generate", "network-policy", ".")
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr.startswith("hullmark: nothing to write: policies of the input deny by default already")


def test_a_policy_of_another_kind_that_denies_is_told(scratch: Scratch) -> None:
    scratch.write(
        "shop.yaml",
        SHOP
        + "---\napiVersion: policy.networking.k8s.io/v1alpha1\nkind: AdminNetworkPolicy\nmetadata: {name: closed}\n"
        + "spec: {priority: 1, subject: {namespaces: {matchLabels: {kubernetes.io/metadata.name: billing}}},"
        + " ingress: [{action: Deny, from: [{namespaces: {}}]}]}\n",
    )
    done = scratch.hullmark("generate", "network-policy", "shop.yaml")
    said = "Pod 'web' is meant to reach Pod 'ledger' on TCP 80, and AdminNetworkPolicy 'closed' denies it"
    assert f"shop.yaml:12: {said}" in done.stderr.splitlines()


HOSTILE = """\
apiVersion: v1
kind: Namespace
metadata: {name: shop}
---
apiVersion: v1
kind: Pod
metadata: {name: "e\\nvil: [\\u202e]\\e[31m", namespace: shop, labels: {app: "yes", "a: b": "1e3", c: "x # y"}}
spec: {containers: [{name: "a\\n- b", image: web:1, args: ["http://target:80"]}]}
---
apiVersion: v1
kind: Pod
metadata: {name: target, namespace: shop, labels: {app: "null", tier: "{{ .Values.tier }}", "n\\no": "*x"}}
spec: {containers: [{name: target, image: web:1}]}
---
apiVersion: v1
kind: Service
metadata: {name: target, namespace: shop}
spec: {selector: {app: "null"}, ports: [{port: 80}]}
"""


def test_hostile_names(scratch: Scratch) -> None:
    """Names reach comments and selectors: neither may say anything else than they do."""
    scratch.write("a\u202e\n# b.yaml", HOSTILE)
    done = scratch.hullmark("generate", "network-policy", ".")
    found = {each["metadata"]["name"]: each["spec"] for each in documents(done.stdout)}
    assert set(found) == {"default-deny", "allow-dns", "e-vil-31m", "target"}
    source = {"podSelector": {"matchLabels": {"a: b": "1e3", "app": "yes", "c": "x # y"}}}
    assert found["e-vil-31m"]["podSelector"] == source["podSelector"]
    assert found["target"]["ingress"] == [{"from": [source], "ports": [{"protocol": "TCP", "port": 80}]}]
    for stream in (done.stdout, done.stderr):
        assert all(line.isprintable() for line in stream.splitlines()), stream
    assert "\n# Pod 'e\\\\nvil" in done.stdout or "# Pod 'e\\nvil" in done.stdout


def test_the_order_of_files_does_not_matter(scratch: Scratch) -> None:
    parts = SHOP.split("---\n")
    outputs = []
    for number, order in enumerate((parts, parts[::-1])):
        folder = scratch.root / str(number)
        folder.mkdir()
        for at, part in enumerate(order):
            (folder / f"{at}.yaml").write_text(part)
        text = scratch.hullmark("generate", "network-policy", str(number), PYTHONHASHSEED=str(number)).stdout
        outputs.append(re.sub(r"\((\d)/\d\.yaml:\d+\)", "", text))
    assert outputs[0] == outputs[1]


@pytest.mark.parametrize("example", ["hardened", "insecure"])
def test_lint_has_nothing_against_what_is_written(scratch: Scratch, repository: Path, example: str) -> None:
    folder = without_policies(repository / "examples" / example, scratch.root / "cluster")
    done = scratch.hullmark("generate", "network-policy", "cluster")
    (folder / "generated.yaml").write_text(done.stdout)
    for profile in ("default", "strict"):
        found = scratch.hullmark("lint", "cluster", "--profile", profile, "--quiet", "--no-progress").stdout
        about = [line for line in found.splitlines() if "generated.yaml" in line or "default-deny" in line]
        assert about == []
        assert bool(found) is (example == "insecure"), "the cluster itself is linted"
