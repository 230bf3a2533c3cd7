"""Line hashes equal those of GitHub's upload action."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hullmark.linter.report.linehash import LineHashes

END = "c129715d7a2bc9a3:1"
GREETING = [
    "e9496ae3ebfced30:1",
    "fb7c023a8b9ccb3f:1",
    "ce8ba1a563dcdaca:1",
    "e20e36e16fcb0cc8:1",
    "b3edc88f2938467e:1",
    "c8e28b0b4002a3a0:1",
    END,
]

# Inputs and values that github/codeql-action publishes in src/fingerprints.test.ts.
PUBLISHED = [
    ("", [END]),
    (" a\nb\n  \t\tc\n d", ["271789c17abda88f:1", "54703d4cd895b18:1", "180aee12dab6264:1", "a23a3dc5e078b07b:1"]),
    (
        " hello; \t\nworld!!!\n\n\n  \t\tGreetings\n End",
        [
            "8b7cf3e952e7aeb2:1",
            "b1ae1287ec4718d9:1",
            "bff680108adb0fcc:1",
            "c6805c5e1288b612:1",
            "b86d3392aea1be30:1",
            "e6ceba753e1a442:1",
        ],
    ),
    (" hello; \t\nworld!!!\n\n\n  \t\tGreetings\n End\n", GREETING),
    (" hello; \t\nworld!!!\r\r\r  \t\tGreetings\r End\r", GREETING),
    (" hello; \t\r\nworld!!!\r\n\r\n\r\n  \t\tGreetings\r\n End\r\n", GREETING),
    (" hello; \t\nworld!!!\r\n\n\r  \t\tGreetings\r End\r\n", GREETING),
    (
        "Lorem ipsum dolor sit amet.\n" * 10,
        [
            *(f"a7f2ff13bc495cf2:{n}" for n in range(1, 7)),
            "a7f2ff1481e87703:1",
            "a9cf91f7bbf1862b:1",
            "55ec222b86bcae53:1",
            "cc97dc7b1d7d8f7b:1",
            END,
        ],
    ),
]


def _all(content: bytes) -> list[str | None]:
    hashes = LineHashes(content)
    return [hashes.line(number) for number in range(1, len(hashes) + 1)]


def _rolled(content: bytes) -> list[str]:
    """The same values as the action finds them: one unit at a time, in a ring of the last hundred."""
    text = content.decode("utf-8", "replace")
    raw = text.encode("utf-16-le")
    units = [int.from_bytes(raw[n : n + 2], "little") for n in range(0, len(raw), 2)]
    ring, at, value, start = [0] * 100, 0, 0, True
    starts: list[int] = [-1] * 100
    found: dict[int, str] = {}
    seen: dict[int, int] = {}
    line, after_cr = 0, False

    def out() -> None:
        if starts[at] >= 0:
            seen[value] = seen.get(value, 0) + 1
            found[starts[at]] = f"{value:x}:{seen[value]}"
            starts[at] = -1

    def feed(unit: int) -> None:
        nonlocal at, value
        value = (37 * value + unit - pow(37, 100, 1 << 64) * ring[at]) % (1 << 64)
        ring[at] = unit
        at = (at + 1) % 100

    for unit in [*units, 65535]:
        if unit in (32, 9) or (after_cr and unit == 10):
            after_cr = False
            continue
        after_cr = unit == 13
        unit = 10 if after_cr else unit
        out()
        if start:
            start, starts[at] = False, line
            line += 1
        start = unit == 10
        feed(unit)
    for _ in range(100):
        out()
        feed(0)
    return [found[number] for number in range(line)]


@pytest.mark.parametrize(("text", "expected"), PUBLISHED)
def test_published_values(text: str, expected: list[str]) -> None:
    assert _all(text.encode()) == expected


@pytest.mark.parametrize(("text", "expected"), PUBLISHED)
def test_slow_form_agrees_with_published_values(text: str, expected: list[str]) -> None:
    assert _rolled(text.encode()) == expected


@given(
    st.lists(
        st.sampled_from([b"a: b", b" \t", b"\n", b"\r", b"\r\n", "é日🚀\ufeff".encode(), b"\xff\xe2\x82", b"x" * 60])
    )
)
def test_equals_the_rolling_form(parts: list[bytes]) -> None:
    content = b"".join(parts)
    assert _all(content) == _rolled(content)


def test_byte_order_mark_counts_in_line_1_only() -> None:
    plain, marked = _all(b"a: 1\nb: 2\n"), _all(b"\xef\xbb\xbfa: 1\nb: 2\n")
    assert plain[0] != marked[0]
    assert plain[1:] == marked[1:]


def test_line_that_does_not_exist() -> None:
    assert LineHashes(b"a\n").line(3) is None
    assert LineHashes(b"a\n").line(0) is None
