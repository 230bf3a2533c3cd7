"""What a file may hold, told from its text: never less than what is read from it."""

import json

import pytest

from hullmark.linter.manifest.mentions import QUOTED, mentioned

WORDS = frozenset({"hostPID", "curl", QUOTED})


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", set()),
        ("spec: {hostPid: true}", set()),
        ("spec: {hostPID: true}", {"hostPID"}),
        ("args: [curl, -k]", {"curl"}),
        ("args: ['curl', \"-k\"]", {"curl"}),
        ('{"a": "b", "c":["d","e"]}', set()),
        ("{a: 'b', c: ''}", set()),
        ("args: [c''url]", {QUOTED}),
        ('args: [sh, -c, c"ur"l]', {QUOTED}),
        ('args: [sh, -c, "curl"-k]', {"curl", QUOTED}),
        ("args: [sh, -c, 'x --server http\":\"//a']", {QUOTED}),
        ('args: [sh, -c, x --server http:"/"/a]', {QUOTED}),
        ("# don't", {QUOTED}),
    ],
)
def test_words_are_found_as_they_are_written(text: str, found: set[str]) -> None:
    assert mentioned(text, WORDS) == found


@pytest.mark.parametrize(
    "text",
    [
        '"host\\x50ID": true',
        '"host\\u0050ID": true',
        '"host\\\n  PID": true',
        json.dumps("hostPID").replace("P", "\\u0050"),
        "!!binary aG9zdFBJRA==: true",
        "!<tag:yaml.org,2002:binary> aG9zdFBJRA==: true",
        "%TAG ! tag:yaml.org,2002:\n---\n!binary aG9zdFBJRA==: true",
    ],
)
def test_what_may_be_spelt_otherwise_may_be_anything(text: str) -> None:
    assert mentioned(text, WORDS) == WORDS
