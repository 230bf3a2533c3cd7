"""The labelled set is part of the benchmarks, which are no package that is installed."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[2]))
