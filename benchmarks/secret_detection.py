"""How well credentials are found, over the labelled set: `python -m benchmarks.secret_detection`."""

from __future__ import annotations

import json
import sys
from typing import NamedTuple

from benchmarks.secret_samples import Sample, samples
from benchmarks.secret_samples_held_out import held_out
from hullmark.linter.finding import Profile
from hullmark.linter.manifest.file import read_manifest
from hullmark.linter.manifest.secrets.subject import Disclosures
from hullmark.linter.text import Source


class Score(NamedTuple):
    """Counts, and the samples on which the verdict is wrong."""

    size: int
    secrets: int
    missed: tuple[Sample, ...]
    wrong: tuple[Sample, ...]

    @property
    def recall(self) -> float:
        """Share of the secrets that are found."""
        return 1 - len(self.missed) / self.secrets

    @property
    def precision(self) -> float:
        """Share of what is found that is a secret."""
        found = self.secrets - len(self.missed) + len(self.wrong)
        return 1 - len(self.wrong) / found


def is_found(sample: Sample) -> bool:
    """Whether a run of the default profile reports the sample as a variable of a container, or as an entry of a map."""
    variable = {"name": sample.key, "value": sample.value}
    pod = {"kind": "Pod", "spec": {"containers": [{"name": "c", "image": "a:1", "env": [variable]}]}}
    held = {"kind": "ConfigMap", "data": {sample.key: sample.value}} if sample.of_file else pod
    text = json.dumps({"apiVersion": "v1", "metadata": {"name": "p"}, **held})
    resource = read_manifest(Source("sample.json", text)).resources[0]
    return any(each.profile is Profile.DEFAULT for held in Disclosures.of(resource) for each in held.found)


def score() -> Score:
    """The score of the detector."""
    drawn = [*samples(), *held_out()]
    verdicts = [(sample, is_found(sample)) for sample in drawn]
    return Score(
        len(drawn),
        sum(sample.secret for sample in drawn),
        tuple(sample for sample, found in verdicts if sample.secret and not found),
        tuple(sample for sample, found in verdicts if found and not sample.secret),
    )


def main() -> int:
    """Prints the score; fails below the bounds that are promised."""
    result = score()
    print(f"secrets: {result.size} strings, {result.secrets} of them secret")
    print(f"  recall    {result.recall:7.2%}  (at least 95 %)")
    print(f"  precision {result.precision:7.2%}  (at least 98 %)")
    for sample in (*result.missed, *result.wrong):
        print(f"  {'missed' if sample.secret else 'wrong '} {sample.sort} under {sample.key}")
    return 0 if result.recall >= 0.95 and result.precision >= 0.98 else 1


if __name__ == "__main__":
    sys.exit(main())
