"""The catalogue knows what may be named, and nothing else."""

import pytest

from hullmark.linter.rule.controls import complaint, control, equivalents, framework_profiles, matcher

KNOWN = [
    ("PSS/baseline", "Pod Security Standards, baseline"),
    ("PSS/restricted/runAsNonRoot", "Pod Security Standards, restricted: runAsNonRoot"),
    ("CIS-1.12/5.2.2", "No privileged containers"),
    ("CIS-2.1/5.2.13", None),
    ("CIS-EKS-1.8/5.4.1", "API endpoint restricted"),
    ("CIS-EKS-1.8/4.2.1", "No privileged containers"),
    ("CIS-GKE-1.9/5.6.3", "API endpoint restricted"),
    ("CIS-AKS-1.8/5.4.2", "API endpoint private"),
    ("CIS-K3S-1.12/1.1.13", None),
    ("NSA/network-policies", "Network policies"),
    ("MITRE/T1610", "Deploy Container"),
    ("MITRE/T1552.007", "Unsecured Credentials: Container API"),
    ("STIG/V-242381", "DISA Kubernetes STIG"),
    ("CVE-2020-8554", ""),
]


@pytest.mark.parametrize(("name", "title"), KNOWN)
def test_known_control_has_a_title_and_an_address(name: str, title: str | None) -> None:
    found = control(name)
    assert found is not None
    assert found.id == name
    assert title is None or found.title == title
    assert found.url.startswith("https://")
    assert complaint(name) == ""
    assert matcher(name) is not None


@pytest.mark.parametrize(
    "name",
    [
        "",
        "PSS",
        "PSS/privileged",
        "PSS/baseline/runAsNonRoot",
        "pss/baseline",
        "CIS-1.12",
        "CIS-1.12/5.2.99",
        "CIS-1.13/5.2.2",
        "cis-1.12/5.2.2",
        "CIS-OKE-1.0/5.2.2",
        "CIS/5.2.2",
        "NSA",
        "NSA/1.3",
        "NSA/Network policies",
        "MITRE/1610",
        "MITRE/T9999",
        "STIG/V-000001",
        "CVE-20-1",
        "OWASP/K01",
    ],
)
def test_anything_else_is_unknown(name: str) -> None:
    assert control(name) is None
    assert complaint(name).startswith(f"unknown control {name!r}")


def test_complaint_names_what_may_have_been_meant() -> None:
    assert "NSA/network-policies" in complaint("NSA/network-policy")


def test_numbers_of_one_control_follow_from_the_table() -> None:
    assert "CIS-1.6/5.2.1" in equivalents("CIS-1.12/5.2.2")
    assert "CIS-2.1/5.2.2" in equivalents("CIS-1.12/5.2.2")
    assert equivalents("MITRE/T1610") == ()


def test_sub_techniques_belong_to_their_technique() -> None:
    matches = matcher("MITRE/T1552")
    assert matches is not None
    assert matches(["MITRE/T1552.007"])
    assert not matches(["MITRE/T15"])
    assert not matches(["MITRE/T1557"])


def test_section_is_not_a_prefix_of_numbers() -> None:
    matches = matcher("CIS-1.12/5.1.1")
    assert matches is not None
    assert matches(["CIS-1.12/5.1.1"])
    assert not matches(["CIS-1.12/5.1.11"])


def test_controls_that_a_distribution_makes_moot_are_not_in_its_profile() -> None:
    """k3s has no static pod manifests whose modes could be wrong; asked for by number they are still found."""
    profile, number = matcher("cis-k3s-1.12"), matcher("CIS-K3S-1.12/1.1.1")
    assert profile is not None
    assert number is not None
    assert not profile(["CIS-1.12/1.1.1"])
    assert number(["CIS-1.12/1.1.1"])


def test_every_framework_profile_can_be_asked_for() -> None:
    assert {"cis-1.12", "cis-2.1", "cis-eks-1.8", "mitre", "nsa", "pss-baseline", "stig"} <= set(framework_profiles())
    assert [name for name in framework_profiles() if matcher(name) is None] == []
