"""Every SARIF log that a test makes hullmark write is judged at the end, by schema and by the authors' validator."""

import hashlib
import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

SCHEMAS = Path(__file__).resolve().parent / "report" / "schemas"

_AT_ONCE = 100
_MOST = 200
"""First, and last, results of a log that are judged: thousands of one shape take minutes and say no more."""

_MARK = re.compile(
    r'\A\{\s*"\$schema":\s*"[^"]*sarif-2\.1\.0\.json".{0,200}?"driver":\s*\{\s*"name":\s*"hullmark"', re.DOTALL
)


class Logs:
    """Logs by what they hold, kept as files in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.sources: dict[str, str] = {}
        self._described: set[str] = set()
        self._waiting: list[tuple[str, str]] = []

    def add(self, text: str, source: str) -> None:
        """Remembers a log that `source` (the name of a test) has made; what is no log of ours is left."""
        if _MARK.match(text):
            self._waiting.append((text, source))

    def keep(self) -> None:
        """Writes down what is remembered: not while a test looks at the clock."""
        for text, source in self._waiting:
            self._keep(json.loads(text), source)
        self._waiting.clear()

    def _keep(self, log: dict[str, Any], source: str) -> None:
        (driver,) = (run["tool"]["driver"] for run in log["runs"])
        described = json.dumps(driver.get("rules", []))
        for run in log["runs"]:
            run["results"] = [*run["results"][:_MOST], *run["results"][_MOST:][-_MOST:]]
        if described in self._described:
            _slim(log)
        self._described.add(described)
        text = json.dumps(log)
        name = hashlib.sha256(text.encode()).hexdigest()[:20]
        if name not in self.sources:
            self.sources[name] = source
            (self.folder / f"{name}.sarif").write_text(text, encoding="utf-8")

    def add_files(self, folder: Path, source: str) -> None:
        """Keeps the logs in files below a folder that a test has used."""
        for where, _, names in os.walk(folder):
            for name in names:
                path = Path(where, name)
                if path.suffix == ".sarif" and path.is_file():
                    self.add(path.read_text(encoding="utf-8", errors="replace"), source)

    def complaints(self, multitool: Path | None) -> list[str]:
        """What is wrong with the logs. Without the validator (None), the schema alone judges."""
        self.keep()
        names = list(self.sources)
        if multitool is None:
            return [f"{self.sources[name]}: {message}" for name in names for message in self._errors(name)]
        found = []
        for start in range(0, len(names), _AT_ONCE):
            found += self._validated(multitool, names[start : start + _AT_ONCE])
        return found

    def _errors(self, name: str) -> list[str]:
        log = json.loads((self.folder / f"{name}.sarif").read_text(encoding="utf-8"))
        schema = Draft202012Validator(json.loads((SCHEMAS / "sarif-2.1.0.json").read_text(encoding="utf-8")))
        return [f"{error.json_path}: {error.message}" for error in schema.iter_errors(log)]

    def _validated(self, multitool: Path, names: list[str]) -> list[str]:
        verdict = self.folder / "verdict.json"
        verdict.unlink(missing_ok=True)
        paths = [str(self.folder / f"{name}.sarif") for name in names]
        command = [str(multitool), "validate", *paths, "-c", str(SCHEMAS / "sarif-validation.xml")]
        command += ["--rule-kind", "Sarif;Ghas", "--level", "Error;Warning;Note", "-o", str(verdict)]
        subprocess.run([*command, "--log", "ForceOverwrite"], capture_output=True, check=False, timeout=600)
        run = json.loads(verdict.read_text(encoding="utf-8-sig"))["runs"][0]
        judged = {_name(each) for each in run["results"]}
        # Notes ask for more than hosts read; a log about which nothing at all is said was not judged.
        unjudged = [
            f"{self.sources[name]}: the validator has not judged {name}" for name in names if name not in judged
        ]
        return unjudged + [
            f"{self.sources.get(_name(each), '?')}: {each['ruleId']}: {each['message']}"
            for each in run["results"]
            if each.get("level", "warning") != "note"
        ]


def _slim(log: dict[str, Any]) -> None:
    """Takes out rules without a result: judging hundreds of descriptions takes longer than all else, once is enough."""
    for run in log["runs"]:
        rules = run["tool"]["driver"].get("rules", [])
        used = sorted({result["ruleIndex"] for result in run["results"] if result.get("ruleIndex", -1) >= 0})
        run["tool"]["driver"]["rules"] = [rules[index] for index in used]
        for result in run["results"]:
            if result.get("ruleIndex", -1) >= 0:
                result["ruleIndex"] = used.index(result["ruleIndex"])
        for invocation in run.get("invocations", ()):
            for notice in invocation.get("toolExecutionNotifications", ()):
                notice.pop("associatedRule", None)


def _name(result: dict[str, Any]) -> str:
    uri: str = result["locations"][0]["physicalLocation"]["artifactLocation"].get("uri", "")
    return uri.rpartition("/")[2].removesuffix(".sarif")
