"""The command line: the composition root, where settings, rules, engine and renderers meet."""
