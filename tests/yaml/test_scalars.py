"""Scalars as kubectl resolves them.

Every value was taken from sigs.k8s.io/yaml v1.6.0 (go.yaml.in/yaml/v2 v2.4.4) and k8s.io/apimachinery v0.37.2 by
running them; the second column names the rule of go-yaml's `resolve.go` (or of the JSON trip behind it) that gives it.
"""

import math
import pickle
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hullmark.linter.yaml.scalars import key_text, misfit, resolve, resolve_tagged

MAP = "resolveMap"
INT = "strconv.ParseInt(text without _, base 0)"
UINT = "strconv.ParseUint(text without _, base 0)"
FLOAT = "yamlStyleFloat, then strconv.ParseFloat"
DOT = "hint '.': strconv.ParseFloat"
BINARY = "prefix 0b: the rest by ParseInt, sign included"
JSON = "JSON: a whole number below 1e21 is written without a point and read as int64 if it fits"
TEXT = "no rule fits: a string"
DATE = "decode.go: a timestamp decoded into an interface stays its text"
BASE60 = "resolve.go: base 60 is purposefully unsupported"

PLAIN: list[tuple[str, str, object]] = [
    ("true", MAP, True),
    ("True", MAP, True),
    ("TRUE", MAP, True),
    ("false", MAP, False),
    ("False", MAP, False),
    ("FALSE", MAP, False),
    ("yes", MAP, True),
    ("Yes", MAP, True),
    ("YES", MAP, True),
    ("no", MAP, False),
    ("No", MAP, False),
    ("NO", MAP, False),
    ("on", MAP, True),
    ("On", MAP, True),
    ("ON", MAP, True),
    ("off", MAP, False),
    ("Off", MAP, False),
    ("OFF", MAP, False),
    ("y", MAP, True),
    ("Y", MAP, True),
    ("n", MAP, False),
    ("N", MAP, False),
    ("tRue", TEXT, "tRue"),
    ("yEs", TEXT, "yEs"),
    ("oN", TEXT, "oN"),
    ("trueish", TEXT, "trueish"),
    ("", MAP, None),
    ("~", MAP, None),
    ("null", MAP, None),
    ("Null", MAP, None),
    ("NULL", MAP, None),
    ("nULL", TEXT, "nULL"),
    ("None", TEXT, "None"),
    ("nil", TEXT, "nil"),
    ("~1", TEXT, "~1"),
    ("0", INT, 0),
    ("1", INT, 1),
    ("-1", INT, -1),
    ("+1", INT, 1),
    ("-0", INT, 0),
    ("00", INT, 0),
    ("007", INT, 7),
    ("0644", INT, 420),
    ("-010", INT, -8),
    ("0o644", INT, 420),
    ("0O17", INT, 15),
    ("0x1F", INT, 31),
    ("0X1f", INT, 31),
    ("-0x10", INT, -16),
    ("0b11", INT, 3),
    ("0B11", INT, 3),
    ("-0b11", INT, -3),
    ("0b+1", BINARY, 1),
    ("0b-1", BINARY, -1),
    ("1_000", INT, 1000),
    ("1__0", INT, 10),
    ("1_", INT, 1),
    ("0_7", INT, 7),
    ("0x_ff", INT, 255),
    ("_1", TEXT, "_1"),
    ("0xG", TEXT, "0xG"),
    ("0b12", TEXT, "0b12"),
    ("0x", TEXT, "0x"),
    ("0o8", TEXT, "0o8"),
    ("1,000", TEXT, "1,000"),
    ("08", FLOAT, 8),
    ("0999", FLOAT, 999),
    ("1e3", JSON, 1000),
    ("1E3", JSON, 1000),
    ("12e4", JSON, 120000),
    ("1.0", JSON, 1),
    ("1.", JSON, 1),
    ("-0.0", JSON, 0),
    ("1.10", FLOAT, 1.1),
    ("3.14", FLOAT, 3.14),
    ("-.5", FLOAT, -0.5),
    ("+.5", FLOAT, 0.5),
    ("1e-2", FLOAT, 0.01),
    ("1e+2", JSON, 100),
    ("6.02e23", FLOAT, 6.02e23),
    ("1e21", FLOAT, 1e21),
    ("1e400", "strconv.ParseFloat: out of range is an error, hence a string", "1e400"),
    ("1e-400", JSON, 0),
    (".5", DOT, 0.5),
    (".5e1", JSON, 5),
    (".5_0", DOT, 0.5),
    ("._5", TEXT, "._5"),
    (".", TEXT, "."),
    ("..", TEXT, ".."),
    (".e3", TEXT, ".e3"),
    ("1e", TEXT, "1e"),
    ("e3", TEXT, "e3"),
    (".inf", MAP, math.inf),
    (".Inf", MAP, math.inf),
    ("+.INF", MAP, math.inf),
    ("-.inf", MAP, -math.inf),
    ("inf", TEXT, "inf"),
    ("NaN", TEXT, "NaN"),
    ("9223372036854775807", INT, 9223372036854775807),
    ("-9223372036854775808", INT, -9223372036854775808),
    ("9223372036854775808", UINT + "; JSON: above int64 a float64", 9223372036854775808.0),
    ("18446744073709551615", UINT + "; JSON: above int64 a float64", 18446744073709551615.0),
    ("18446744073709551616", FLOAT, 18446744073709551616.0),
    ("+9223372036854775808", FLOAT, 9223372036854775808.0),
    ("100000000000000000000", FLOAT, 1e20),
    ("0xFFFFFFFFFFFFFFFF", UINT + "; JSON: above int64 a float64", 18446744073709551615.0),
    ("0x10000000000000000", TEXT, "0x10000000000000000"),
    (
        "07777777777777777777777",
        "octal overflows 64 bits, then yamlStyleFloat reads it as decimal",
        7777777777777777777777.0,
    ),
    ("22:22", BASE60, "22:22"),
    ("12:30:45", BASE60, "12:30:45"),
    ("190:20:30", BASE60, "190:20:30"),
    ("2024-01-01", DATE, "2024-01-01"),
    ("2024-1-1", DATE, "2024-1-1"),
    ("2024-01-01T00:00:00Z", DATE, "2024-01-01T00:00:00Z"),
    ("=", TEXT, "="),
    ("<<", TEXT, "<<"),
    ("-", TEXT, "-"),
    ("+", TEXT, "+"),
    ("--1", TEXT, "--1"),
    ("1-1", TEXT, "1-1"),
    ("100m", TEXT, "100m"),
    ("1Ki", TEXT, "1Ki"),
    ("0.5Gi", TEXT, "0.5Gi"),
    ("1.2.3", TEXT, "1.2.3"),
    ("10.0.0.0/8", TEXT, "10.0.0.0/8"),
    ("8080/TCP", TEXT, "8080/TCP"),
    ("0x1p-2", TEXT, "0x1p-2"),
    ("1f", TEXT, "1f"),
    ("١", TEXT, "١"),
    ("½", TEXT, "½"),
]


@pytest.mark.parametrize(("text", "source", "value"), PLAIN, ids=[repr(case[0]) for case in PLAIN])
def test_plain_scalar_has_the_value_that_kubectl_sends(text: str, source: str, value: object) -> None:
    found = resolve(text)
    assert source
    assert found == value
    assert type(found) is type(value)


def test_nan_is_a_float() -> None:
    for text in (".nan", ".NaN", ".NAN"):
        found = resolve(text)
        assert isinstance(found, float)
        assert math.isnan(found)


@pytest.mark.parametrize(
    ("tag", "text", "value"),
    [
        ("str", "12", "12"),
        ("str", "true", "true"),
        ("int", "12", 12),
        ("int", "0x10", 16),
        ("float", "1", 1),
        ("float", "1.5", 1.5),
        ("bool", "yes", True),
        ("bool", "off", False),
        ("null", "~", None),
        ("null", "", None),
        ("binary", "aGVsbG8=", "hello"),
        ("binary", "aGVs\n  bG8=\n".replace(" ", ""), "hello"),
        ("timestamp", "2020-01-01", "2020-01-01"),
    ],
)
def test_standard_tag_decides_whatever_the_quotes(tag: str, text: str, value: object) -> None:
    assert resolve_tagged(f"tag:yaml.org,2002:{tag}", text) == value
    assert not misfit(f"tag:yaml.org,2002:{tag}", text)


@pytest.mark.parametrize(
    ("tag", "text"),
    [("int", "08"), ("int", "1.5"), ("int", "x"), ("float", "x"), ("bool", "1"), ("null", "x"), ("binary", "x!")],
)
def test_text_that_does_not_fit_its_tag_is_a_misfit(tag: str, text: str) -> None:
    assert misfit(f"tag:yaml.org,2002:{tag}", text)


@pytest.mark.parametrize("tag", ["!", "!local", "tag:example.org,2000:x"])
def test_other_tags_make_text(tag: str) -> None:
    assert resolve_tagged(tag, "12") == "12"
    assert not misfit(tag, "12")


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("name", "name"),
        ("1", "1"),
        ("010", "8"),
        ("0x1F", "31"),
        ("08", "8"),
        ("1.5", "1.5"),
        ("1.10", "1.1"),
        ("1e3", "1000"),
        ("1e5", "100000"),
        ("1e6", "1e+06"),
        ("1234567.0", "1.234567e+06"),
        ("0.0001", "0.0001"),
        ("0.00001", "1e-05"),
        ("3.14159265358979", "3.1415927"),
        ("-0.0", "-0"),
        ("1e39", ".inf"),
        ("-1e39", "-.inf"),
        ("on", "true"),
        ("y", "true"),
        ("off", "false"),
        (".inf", ".inf"),
        (".NaN", ".nan"),
        ("2020-01-01", "2020-01-01"),
        ("9223372036854775807", "9223372036854775807"),
        ("9223372036854775808", None),
        ("18446744073709551616", "1.8446744e+19"),
        ("~", None),
        ("", None),
    ],
)
def test_plain_key_becomes_text(text: str, key: str | None) -> None:
    assert key_text(text) == key


@given(st.integers(-(2**63), 2**63 - 1))
def test_integers_keep_their_value(number: int) -> None:
    assert resolve(str(number)) == number
    assert key_text(str(number)) == str(number)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_floats_keep_their_value(number: float) -> None:
    assert resolve(repr(number)) == number


@given(st.text(max_size=12) | st.from_regex(re.compile(r"[0-9+._eExXoObB:-]{1,12}", re.ASCII), fullmatch=True))
def test_any_text_resolves_to_something_that_can_be_sent(text: str) -> None:
    value = resolve(text)
    assert value is None or isinstance(value, bool | int | float | str)
    if isinstance(value, str):
        assert value == text
    assert pickle.loads(pickle.dumps(value)) == value or value != value


def test_very_long_digits_are_read_in_bounded_time() -> None:
    assert resolve("9" * 200_000) == "9" * 200_000
    assert resolve("0" * 200_000 + "17") == 0o17
    assert key_text("1" * 300) == ".inf"
