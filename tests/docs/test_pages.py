"""Rules as Markdown."""

from hullmark.linter.docs.pages import between_markers, family_page, fenced, rule_page, rules_page, rules_table
from hullmark.linter.rule.documentation import RuleDoc
from hullmark.linter.rule.examples import manifest


def test_page_says_everything(loud: RuleDoc) -> None:
    page = rule_page(loud)
    assert "Generated" in page.splitlines()[0]
    for text in (
        "\n# Container is loud\n",
        "`house/loud-container` · severity **high** · confidence medium · profile strict · fix available",
        "## What to do\n\nTurn it down.\n",
        "      volume: 11  # <-- is loud\n```",
        "-      volume: 11\n+      volume: 3\n",
        "## Good\n\n```yaml\n",
        "| `rules.house/loud-container.limit` | `10` | What is too loud. |",
        "| [MITRE/T1610](https://attack.mitre.org/techniques/T1610/) | Deploy Container |",
        "# hullmark: ignore[house/loud-container] until=",
        "[house](README.md)",
    ):
        assert text in page
    assert "# !" not in page
    assert page.endswith("\n")
    assert not page.endswith("\n\n")


def test_page_of_a_plain_rule_has_no_empty_sections(plain: RuleDoc) -> None:
    page = rule_page(plain)
    for title in ("## Good", "## Options", "## Controls", "The fix:"):
        assert title not in page


def test_several_examples_are_numbered(loud: RuleDoc) -> None:
    page = rule_page(
        loud._replace(bad=(*loud.bad, manifest("kind: X", path="x.yaml", others={"y.yaml": "kind: Y # !"})))
    )
    assert "## Bad (1 of 2)" in page
    assert "## Bad (2 of 2)\n\n`x.yaml`:\n\n```yaml\nkind: X\n```\n\n`y.yaml`:\n\n```yaml\nkind: Y  # <--\n```" in page


def test_family_page_lists_its_rules(loud: RuleDoc, plain: RuleDoc) -> None:
    page = family_page("house", "At home.", [plain.info, loud.info])
    assert "# Rules: house\n\nAt home.\n" in page
    first, second = page.index("(loud-container.md)"), page.index("(plain.md)")
    assert first < second
    assert "| [`loud-container`](loud-container.md)<br>Container is loud. | high | strict | yes |" in page


def test_page_of_all_rules_links_to_each(loud: RuleDoc, plain: RuleDoc) -> None:
    page = rules_page({"house": "At home.", "empty": "Nobody."}, [loud.info, plain.info])
    assert "2 rules." in page
    assert "(house/plain.md)" in page
    assert "empty" not in page


def test_table_counts_by_family(loud: RuleDoc, plain: RuleDoc) -> None:
    assert rules_table({"house": "At | home."}, [loud.info, plain.info]).splitlines()[2:] == [
        "| [house](docs/rules/house/README.md) | At \\| home. | 2 | 1 |",
        "| [all](docs/rules/README.md) | | 2 | 1 |",
    ]


def test_only_what_is_between_markers_changes() -> None:
    text = "a\n<!-- rules: begin -->\nold\n<!-- rules: end -->\nb\n"
    assert between_markers(text, "rules", "new") == text.replace("old", "new")
    assert between_markers(text.replace("old\n", ""), "rules", "new") == text.replace("old", "new")
    assert between_markers("no markers", "rules", "new") is None
    assert between_markers("<!-- rules: begin -->\n", "rules", "new") is None


def test_fence_is_longer_than_any_in_the_text() -> None:
    assert fenced("a ``` b", "yaml") == "````yaml\na ``` b\n````"
