"""What a terminal shows of rules."""

import pytest

from hullmark.linter.docs.explain import explain_text, rules_text
from hullmark.linter.rule.documentation import RuleDoc
from hullmark.linter.rule.examples import manifest
from hullmark.linter.rule.registry import Registry

LOUD = """\
house/loud-container
Container is loud.

Severity high; confidence medium; profile strict; with a fix.

Why
  A loud container wakes its neighbours, and whoever cannot sleep makes
  mistakes that others find.

  - It is loud at night.
  - It is loud by day, which is longer than one line can hold, so that the
    text has to go on below the dash.

What to do
  Turn it down.

Bad
      1  apiVersion: v1
      2  kind: Pod
      3  metadata:
      4    name: web
      5    namespace: shop
      6  spec:
      7    containers:
      8      - name: app
      9        image: registry.example/shop/app:1.4.2
  >  10        volume: 11
               ^^^^^^^^^^ is loud

Fix
         image: registry.example/shop/app:1.4.2
  -      volume: 11
  +      volume: 3

Good
      1  apiVersion: v1
      2  kind: Pod
      3  metadata:
      4    name: web
      5    namespace: shop
      6  spec:
      7    containers:
      8      - name: app
      9        image: registry.example/shop/app:1.4.2
     10        volume: 3

Options
  rules.house/loud-container.limit: 10
    What is too loud.

Controls
  CIS-1.12/5.2.2  No privileged containers
  MITRE/T1610     Deploy Container

Waive
  # hullmark: ignore[house/loud-container] until=2027-01-31 -- the reason
"""


def test_everything_is_said_in_order(loud: RuleDoc) -> None:
    assert explain_text(loud, width=76) == LOUD


def test_what_a_rule_lacks_is_not_mentioned(plain: RuleDoc) -> None:
    text = explain_text(plain)
    assert "profile opt-in: only when selected or\nconfigured." in text
    assert "\n>   1  kind: X\n" in text.replace("  >", ">")
    for title in ("Fix", "Good", "Options", "Controls"):
        assert f"\n{title}\n" not in text


def test_all_examples_on_demand(loud: RuleDoc) -> None:
    more = loud._replace(good=(*loud.good, manifest("kind: Other")))
    assert "kind: Other" not in explain_text(more)
    assert "kind: Other" in explain_text(more, examples=2)


def test_long_message_goes_below_its_mark(loud: RuleDoc) -> None:
    said = "because " * 20
    lines = explain_text(loud._replace(bad=(manifest(f"kind: X  # ! {said}"),))).splitlines()
    at = lines.index("         ^^^^^^^")
    assert lines[at + 1].startswith("         because because")
    assert all(len(line) <= 80 for line in lines)


def test_circumstances_are_told_before_the_example(loud: RuleDoc) -> None:
    example = manifest("kind: X  # !", options={"a.b": ["x", "y"], "c": True}, kubernetes="1.29", complete="cluster")
    text = explain_text(loud._replace(bad=(example,)), width=200)
    assert (
        "With `a.b: [x, y]` in `hullmark.yaml`, `c: true` in `hullmark.yaml`, Kubernetes 1.29, `complete: cluster`:"
        in text
    )


def test_files_of_an_example_are_named(loud: RuleDoc) -> None:
    text = explain_text(loud._replace(bad=(manifest("kind: A", path="a.yaml", others={"b.yaml": "kind: B  # ! x"}),)))
    assert "  a.yaml:\n      1  kind: A\n  b.yaml:\n  >   1  kind: B\n         ^^^^^^^ x\n" in text


@pytest.mark.parametrize("width", [80, 120])
def test_prose_of_every_rule_fits(width: int) -> None:
    """Examples keep their lines; all else is wrapped, save words that are longer than a line."""
    registry = Registry.packaged()
    for info in registry:
        for line in explain_text(registry.doc(info.id)._replace(bad=(), good=()), width).splitlines():
            assert len(line) <= width or " " not in line.strip() or "ignore[" in line or line.startswith("  rules.")


def test_list_is_one_line_a_rule_where_it_fits(loud: RuleDoc, plain: RuleDoc) -> None:
    families = {"house": "What happens at home."}
    assert rules_text([plain.info, loud.info], 120, families) == (
        "house\n"
        "  What happens at home.\n"
        "\n"
        "  high      house/loud-container  Container is loud.  strict\n"
        "  info      house/plain           Container is loud.  opt-in\n"
        "\n"
        "2 rules. `hullmark explain RULE` says more about one of them.\n"
    )


def test_list_is_two_lines_a_rule_where_it_is_narrow(loud: RuleDoc) -> None:
    assert rules_text([loud.info], 50).splitlines()[2:4] == [
        "  high      house/loud-container            strict",
        "            Container is loud.",
    ]


def test_list_of_all_rules_fits() -> None:
    registry = Registry.packaged()
    text = rules_text(registry, 80, registry.families)
    assert max(len(line) for line in text.splitlines()) <= 80
    assert [info.id for info in registry if info.id not in text] == []
