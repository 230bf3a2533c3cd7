# For type checkers, which know named tuples by this name only.
from typing import NamedTuple as NamedTuple
