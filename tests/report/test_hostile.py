"""Names from hostile files are inert in every format, for terminals, build logs, browsers and parsers."""

import json
import re
import xml.etree.ElementTree as ElementTree
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from markdown_it import MarkdownIt

from hullmark.linter.finding import Report
from hullmark.linter.report.escape import markdown, message, uri, visible, xml
from hullmark.linter.report.formats import FORMATS, renderer
from hullmark.linter.report.view import Detail, LineHash, View

Hostile = tuple[str, Report]

SGR = re.compile(r"\x1b\[[0-9;]*m")
VIEWS = {
    "plain": View(),
    "verbose": View(detail=Detail.VERBOSE, statistics=True, include_suppressed=True, line_hash=LineHash.LOGICAL),
    "quiet": View(detail=Detail.QUIET),
    "narrow": View(width=1),
    "colored": View(color=True, detail=Detail.VERBOSE),
}


def _commands(output: str) -> list[str]:
    """Lines that a build server would obey, by the rules of the runners of GitHub, Azure and TeamCity."""
    found = []
    for line in output.splitlines():
        start = SGR.sub("", line).lstrip()
        if (start.startswith("::") and "::" in start[2:]) or re.search(r"##\w*\[", line):
            found.append(line)
    return found


@pytest.mark.parametrize("options", VIEWS)
@pytest.mark.parametrize("name", FORMATS)
def test_output_can_be_encoded_and_holds_no_control_character(name: str, options: str, hostile: Hostile) -> None:
    output = renderer(name)(hostile[1], VIEWS[options])
    output.encode("utf-8")
    shown = SGR.sub("", output) if options == "colored" and name == "text" else output
    assert [line for line in shown.split("\n") if not line.isprintable()] == []
    # Codes of colour are ours: hostile text cannot bring its own.
    assert SGR.sub("", output).count("\x1b") == 0


@pytest.mark.parametrize("options", VIEWS)
@pytest.mark.parametrize("name", sorted({*FORMATS} - {"github"}))
def test_build_server_finds_no_command(name: str, options: str, hostile: Hostile) -> None:
    assert _commands(renderer(name)(hostile[1], VIEWS[options])) == []


def test_build_server_would_find_the_commands_otherwise() -> None:
    for text in ("  ::error::x", "\u2028 ::stop-commands::y".lstrip("\u2028"), "a ##[error]b", "##vso[x]y"):
        assert _commands(text) == [text]


def test_annotations_are_only_ours(hostile: Hostile) -> None:
    text, report = hostile
    lines = renderer("github")(report, View()).splitlines()
    # Two findings and the broken document; the note is no annotation.
    assert len(lines) == 3
    for line in lines:
        parsed = re.fullmatch(r"::(error|warning|notice) ([^:]*)::(.*)", line)
        assert parsed
        properties = dict(each.split("=", 1) for each in parsed[2].split(","))
        assert set(properties) <= {"file", "line", "endLine", "col", "endColumn", "title"}
        file = properties["file"].replace("%3A", ":").replace("%2C", ",").replace("%25", "%")
        assert file == visible(f"{text}.yaml")


@pytest.mark.parametrize("name", ["json", "sarif", "gitlab"])
def test_json_is_ascii(name: str, hostile: Hostile) -> None:
    assert renderer(name)(hostile[1], View()).isascii()


def test_json_report_gives_names_back_unchanged(hostile: Hostile) -> None:
    text, report = hostile
    found = json.loads(renderer("json")(report, View()))
    assert found["findings"][1]["message"] == text
    assert found["findings"][0]["location"]["path"] == f"{text}.yaml"
    assert found["problems"][0]["message"] == text


def test_sarif_messages_hold_no_foreign_links(hostile: Hostile) -> None:
    run = json.loads(renderer("sarif")(hostile[1], View()))["runs"][0]
    for result in run["results"]:
        text = result["message"]["text"]
        links = re.findall(r"\[[^\[\]]*\]\((\d+)\)", text)
        assert links == [str(each["id"]) for each in result["relatedLocations"]]
        assert text.count("](") == len(links)
        assert "][" not in text


def test_junit_is_well_formed_and_shows_names(hostile: Hostile) -> None:
    text, report = hostile
    root = ElementTree.fromstring(renderer("junit")(report, View()).encode())
    assert {element.tag for element in root.iter()} <= {"testsuites", "testsuite", "testcase", "failure", "error"}
    names = [case.get("classname") for case in root.iter("testcase")]
    assert names[0] == visible(f"{text}.yaml").replace("\ufffe", "\\ufffe").replace("\uffff", "\\uffff")


class _Page(HTMLParser):
    """Elements, attributes and text of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: set[str] = set()
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.text += data


def _page(text: str, **options: bool) -> _Page:
    page = _Page()
    page.feed(MarkdownIt("commonmark", {"html": True, **options}).enable(["table", "strikethrough"]).render(text))
    return page


@pytest.mark.parametrize("options", VIEWS)
def test_markdown_becomes_only_elements_of_ours(options: str, hostile: Hostile) -> None:
    page = _page(renderer("markdown")(hostile[1], VIEWS[options]))
    ours = {"h3", "p", "strong", "table", "thead", "tbody", "tr", "th", "td", "br", "code", "details", "summary"}
    assert page.elements - ours <= {"ul", "ol", "li"}
    assert {name for name, _ in page.attributes} <= {"style", "start"}
    visible_text = page.text.replace("\u200b", "")
    assert re.search(r"(?<!\w)[@#]\w", page.text) is None
    # GitHub links bare addresses that stand in the source.
    source = renderer("markdown")(hostile[1], VIEWS[options])
    assert "://" not in source
    assert "www." not in source
    assert visible(hostile[0]).replace("\u200b", "") in visible_text


def test_markdown_links_lead_where_we_say(hostile: Hostile) -> None:
    view = View(blob_url="https://host.example/o/r/blob/abc")
    page = _page(renderer("markdown")(hostile[1], view))
    links = [value or "" for name, value in page.attributes if name == "href"]
    assert links
    assert all(re.fullmatch(r"https://host\.example/o/r/blob/abc/[\w.~/%-]*#L\d+", link, re.ASCII) for link in links)


def test_inline_markdown_shows_the_text_itself() -> None:
    for text in ("**a** _b_ `c` <b>d</b> [e](f) | g ~~h~~ \\i $j$ &amp; !x", "- a", "# a", "1. a", "+ a"):
        assert _page(f"x {markdown(text)}").text.strip().replace("\u200b", "") == f"x {text}"


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("a/b.yaml", "a/b.yaml"),
        ("./a.yaml", "a.yaml"),
        ("a b#c?d%e:f.yaml", "a%20b%23c%3Fd%25e%3Af.yaml"),
        ("ümlaut/日.yaml", "%C3%BCmlaut/%E6%97%A5.yaml"),
        ("raw\udcff.yaml", "raw%FF.yaml"),
        ("lone\ud800.yaml", "lone%3F.yaml"),
    ],
)
def test_uri_of_a_path(path: str, expected: str) -> None:
    assert uri(path) == expected


def test_visible_text_shows_what_cannot_be_seen() -> None:
    assert visible("a\tb\n\x1b[1m\u202e\udcff\U000e0001") == "a\\tb\\n\\x1b[1m\\u202e\\udcff\\U000e0001"
    assert visible("plain text, ümlaut, 日本, 🚀") == "plain text, ümlaut, 日本, 🚀"


def test_sarif_message_keeps_brackets_that_are_no_link() -> None:
    assert message("spec.containers[app].image (x)") == "spec.containers[app].image (x)"
    assert message("[a](1) [a][b]") == "[a] (1) [a] [b]"


def test_xml_text() -> None:
    assert xml('<a b="c">&\ufffe') == "&lt;a b=&quot;c&quot;&gt;&amp;\\ufffe"


def test_descriptor_cannot_break_out_of_its_line(hostile: Hostile, view: View) -> None:
    text, report = hostile
    rules = {"workload/host-network": {"shortDescription": {"text": text}, "help": {"text": text}}}
    output = renderer("sarif")(report, replace(view, descriptors=rules))
    assert _commands(output) == []
    assert output.isascii()
