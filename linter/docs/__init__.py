"""What is said about rules, in the forms in which it is read: all derived from `RuleDoc`.

    explain_text(doc, width)   a terminal: `hullmark explain`
    rules_text(infos, width)   a terminal: `hullmark rules`
    rule_page(doc)             docs/rules/<family>/<rule>.md
    family_page(...)           docs/rules/<family>/README.md
    descriptor(doc)            a SARIF reportingDescriptor as plain data

A `RuleDoc` comes from `Registry.doc(id)` (texts from the packaged index; no rule is imported).
"""
