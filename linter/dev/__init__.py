"""Tools for those who work on hullmark itself: `python -I -m hullmark.linter.dev new-rule | generate | check`."""
