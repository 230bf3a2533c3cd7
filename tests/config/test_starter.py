"""The configuration that `hullmark init` writes."""

import re

from hullmark.linter.config.keys import OPTIONS, RUN
from hullmark.linter.config.read import read_settings
from hullmark.linter.config.settings import Settings
from hullmark.linter.config.starter import starter_text
from hullmark.linter.text import Source

TEXT = starter_text()


def _read(text: str) -> Settings:
    settings, problems = read_settings(Source("hullmark.yaml", text))
    assert [str(problem) for problem in problems] == []
    return settings


def test_as_written_it_changes_nothing() -> None:
    settings = _read(TEXT)
    plain = Settings(source=settings.source)
    assert settings == plain


def test_with_every_key_uncommented_it_is_valid() -> None:
    keys = re.sub(r"^# (?=[a-z][\w.-]*:(?: |$)| )", "", TEXT, flags=re.MULTILINE)
    settings = _read(keys)
    assert settings.waivers
    assert settings.bundles
    assert settings.rules
    assert set(settings.options) == {key.name for key in OPTIONS}


def test_every_key_is_in_it_and_explained() -> None:
    for key in (*RUN, *OPTIONS):
        assert f"\n# {key.name}:" in TEXT
        assert key.help in TEXT


def test_lines_are_short() -> None:
    assert max(map(len, TEXT.splitlines())) <= 120
