"""Where everything stands: columns from the outside in, shelves of namespaces, and gutters and corridors between.

Lines run only in the gutters between columns and in the corridors between shelves, so that none crosses a word.
Heights are multiples of six, lines leave nodes at multiples of six and enter them three pixels beside, so that a
line that leaves and one that enters never lie upon each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import ceil, sqrt

from hullmark.linter.records import field, record
from hullmark.linter.report.graph_network_metrics import text_width
from hullmark.linter.report.graph_network_order import arranged, levels
from hullmark.linter.report.graph_network_scene import Head, Look, Node, Pin, Place, Scene, shown

NAME, SMALL = 13.0, 11.0
NAME_ROW, KIND_ROW, PIN_ROW = 18, 12, 18
PAD, GAP, HEADER, INSET = 6, 12, 30, 12
NARROWEST, WIDEST = 150, 236
MOST_NAMES = 6
MARGIN, TITLE, CORRIDOR = 24, 60, 24
_SWEEPS = 4
_ASPECT, _MOST_COLUMNS = 1.4, 6


@record(frozen=False, eq=False)
class Box:
    """A node with its place. `names` are the rows that are shown of its names.

    `shares`: the last pin and the first thing that it says of where it may go fit into one row.
    """

    node: Node
    names: tuple[str, ...]
    shares: bool = False
    column: int = 0
    shelf: int = 0
    x: float = 0
    y: float = 0
    width: float = 0

    @property
    def head(self) -> int:
        """Height of names and kind."""
        return PAD + NAME_ROW * len(self.names) + (KIND_ROW if self.node.kind else 0)

    @property
    def height(self) -> int:
        """Height."""
        return self.leaves_at + PIN_ROW * len(self.node.leaves) + PAD

    @property
    def leaves_at(self) -> int:
        """Where the rows begin, from its upper end, that say where it may go."""
        return self.head + PIN_ROW * (len(self.node.pins) - self.shares)

    @property
    def exit_y(self) -> float:
        """Where lines leave it."""
        return self.y + PAD + 6

    def pin_y(self, pin: Pin) -> float:
        """Where lines to a pin enter it."""
        return self.y + self.head + PIN_ROW * self.node.pins.index(pin) + 9


@record(frozen=False, eq=False)
class Space:
    """The box of a namespace: its nodes by column. `floats`: no line says in which."""

    name: str
    columns: dict[int, list[Box]]
    head: Head = Head()
    floats: bool = False
    shelf: int = 0
    x: float = 0
    y: float = 0
    width: float = 0
    height: float = 0

    @property
    def first(self) -> int:
        """Its leftmost column."""
        return min(self.columns)

    @property
    def last(self) -> int:
        """Its rightmost column."""
        return max(self.columns)

    @property
    def top(self) -> int:
        """Height of its name and of what is said there."""
        return HEADER + (PIN_ROW if self.head.pins or self.head.leaves else 0)

    @property
    def inner_height(self) -> int:
        """Height that it takes."""
        return self.top + max(stacked(boxes) for boxes in self.columns.values()) + GAP


@record(frozen=False, eq=False)
class Layout:
    """The whole. `gutters` are widths from the left, `corridors` heights from the top; both are set by the router."""

    boxes: dict[str, Box]
    spaces: list[Space]
    outside: tuple[list[Box], list[Box]]
    columns: int
    shelves: int
    gutters: list[float] = field(default_factory=list)
    corridors: list[float] = field(default_factory=list)
    column_x: list[float] = field(default_factory=list)
    column_width: list[float] = field(default_factory=list)
    shelf_y: list[float] = field(default_factory=list)
    shelf_height: list[float] = field(default_factory=list)
    width: float = 0
    height: float = 0

    def gutter_x(self, number: int) -> float:
        """Left end of a gutter; gutter `n` is to the left of column `n`."""
        return self.column_x[number] - self.gutters[number]

    def corridor_y(self, number: int) -> float:
        """Upper end of a corridor; corridor `n` is above shelf `n`."""
        if number < self.shelves:
            return self.shelf_y[number] - self.corridors[number]
        return self.shelf_y[-1] + self.shelf_height[-1] if self.shelves else TITLE


def stacked(boxes: Sequence[Box]) -> int:
    """Height of boxes one below the other."""
    return sum(box.height for box in boxes) + GAP * max(len(boxes) - 1, 0)


def laid_out(scene: Scene) -> Layout:
    """Everything in columns and shelves, not yet with coordinates."""
    boxes = {key: _box(node) for key, node in scene.nodes.items()}
    level = levels(scene)
    joined = {id(node) for edge in scene.edges if edge.look is not Look.EXPOSED for node in (edge.source, edge.target)}
    deepest = max([level[key] for key, box in boxes.items() if box.node.place is Place.NAMESPACE], default=1)
    spaces = []
    for name in arranged(scene):
        nodes = scene.in_namespaces()[name]
        space = _space(name, [boxes[node.key] for node in nodes], level, joined, max(deepest, 4))
        space.head = scene.heads[name]
        spaces.append(space)
    shelves = _shelved(spaces)
    columns = 1 + max([1, *(space.last for space in spaces)])
    targets = [boxes[node.key] for node in scene.placed(Place.TARGETS)]
    for box in targets:
        box.column = columns
    sources = [boxes[node.key] for node in scene.placed(Place.SOURCES)]
    found = Layout(boxes, spaces, (sources, targets), columns + bool(targets), shelves)
    found.gutters = [MARGIN, *[4.0 * GAP] * (found.columns - 1), MARGIN]
    found.corridors = [float(CORRIDOR)] * (shelves + 1)
    place(found)
    for _ in range(_SWEEPS):
        _reorder(found, scene)
        place(found)
    return found


def named(names: tuple[str, ...]) -> tuple[str, ...]:
    """Names, the last of many by their number."""
    if len(names) <= MOST_NAMES:
        return names
    return (*names[: MOST_NAMES - 1], f"and {len(names) - MOST_NAMES + 1} more")


def _box(node: Node) -> Box:
    names = named(node.names)
    box = Box(node, names)
    wide = max(text_width(name, NAME, bold=True) for name in names)
    small = [node.kind, *map(shown, node.pins), *(f"to {pin.text}" for pin in node.leaves)]
    wide = max(wide, *(text_width(text, SMALL) + 8 for text in small))
    box.width = min(max(ceil(wide) + 2 * INSET, NARROWEST), WIDEST)
    if node.pins and node.leaves:
        beside = text_width(shown(node.pins[-1]), SMALL) + text_width(f"to {node.leaves[0].text}", SMALL)
        box.shares = beside + INSET < box.width - 2 * INSET
    return box


def _space(name: str, boxes: list[Box], level: dict[str, int], fixed: set[int], widest: int) -> Space:
    """Nodes that lines lead to or from stand in the column of their level, the others where there is room."""
    columns: dict[int, list[Box]] = {}
    loose = []
    for box in boxes:
        if id(box.node) in fixed:
            columns.setdefault(level[box.node.key], []).append(box)
        else:
            loose.append(box)
    floats = not columns
    if floats:
        count = min(max(round(sqrt(len(loose) / 2)), 1), widest)
        columns = {1 + at: [] for at in range(count)}
    for column in range(min(columns), max(columns) + 1):
        columns.setdefault(column, [])
    for box in loose:
        if any(pin.look is Look.EXPOSED for pin in box.node.pins) and not floats:
            columns[min(columns)].append(box)  # near to where the line comes from
            continue
        shortest = min(columns, key=lambda column: (stacked(columns[column]), column))
        columns[shortest].append(box)
    return Space(name, columns, floats=floats)


def _shelved(spaces: list[Space]) -> int:
    """Puts namespaces on shelves, side by side where columns are free; gives the number of shelves.

    Those that no line ties to a column go wherever there is room, in as many columns as make a picture that is
    about as wide as it is high.
    """
    high = sum(space.inner_height + CORRIDOR for space in spaces)
    columns = max([min(round(sqrt(high * _ASPECT / WIDEST)), _MOST_COLUMNS), *(space.last for space in spaces)])
    taken: list[set[int]] = []
    for space in spaces:
        own = set(range(space.first, space.last + 1))
        shifts = range(columns - len(own) + 1) if space.floats else (0,)
        places = ((shelf, shift) for shelf in range(len(taken) + 1) for shift in shifts)
        shelf, shift = next(
            (shelf, shift)
            for shelf, shift in places
            if shelf == len(taken) or not taken[shelf] & {column + shift for column in own}
        )
        if shelf == len(taken):
            taken.append(set())
        space.shelf = shelf
        space.columns = {column + shift: boxes for column, boxes in space.columns.items()}
        taken[shelf] |= set(space.columns)
        for column, boxes in space.columns.items():
            for box in boxes:
                box.column, box.shelf = column, shelf
    return len(taken)


def _reorder(found: Layout, scene: Scene) -> None:
    """Sorts each stack by where its neighbours are, so that lines cross less."""
    near: dict[str, list[float]] = {}
    for edge in scene.edges:
        one, other = found.boxes[edge.source.key], found.boxes[edge.target.key]
        near.setdefault(edge.source.key, []).append(other.pin_y(edge.pin))
        near.setdefault(edge.target.key, []).append(one.exit_y)
    for space in found.spaces:
        for boxes in space.columns.values():
            boxes.sort(key=lambda box: (_middle(near.get(box.node.key, ()), box), box.node.key))
    found.outside[1].sort(key=lambda box: (_middle(near.get(box.node.key, ()), box), box.node.key))


def _middle(found: Iterable[float], box: Box) -> float:
    values = list(found)
    return round(sum(values) / len(values), 3) if values else box.y + 1e6


def place(found: Layout) -> None:
    """Gives everything its coordinates."""
    widths = [0.0] * found.columns
    for box in found.boxes.values():
        widths[box.column] = max(widths[box.column], box.width)
    found.column_width = [widths[0], *(width or NARROWEST for width in widths[1:])]
    found.column_x, x = [], 0.0
    for gutter, width in zip(found.gutters, found.column_width, strict=False):
        x += gutter
        found.column_x.append(x)
        x += width
    found.width = x + found.gutters[-1]
    found.shelf_height = [
        float(max(space.inner_height for space in found.spaces if space.shelf == shelf))
        for shelf in range(found.shelves)
    ]
    found.shelf_y, y = [], float(TITLE)
    for shelf, height in enumerate(found.shelf_height):
        y += found.corridors[shelf]
        found.shelf_y.append(y)
        y += height
    y += found.corridors[-1]
    for space in found.spaces:
        _place_space(found, space)
    y = max(y, *(_place_outside(found, boxes) for boxes in found.outside))
    found.height = y


def _place_space(found: Layout, space: Space) -> None:
    space.x = found.column_x[space.first] - INSET
    space.width = found.column_x[space.last] + found.column_width[space.last] + INSET - space.x
    space.y = found.shelf_y[space.shelf]
    space.height = space.inner_height
    for column, boxes in space.columns.items():
        y = space.y + space.top
        for box in boxes:
            box.x, box.y = found.column_x[column], y
            box.width = found.column_width[column]
            y += box.height + GAP


def _place_outside(found: Layout, boxes: list[Box]) -> float:
    """Zones and addresses stand one below the other; gives the lower end."""
    y = TITLE + CORRIDOR + HEADER
    for box in boxes:
        box.x, box.y = found.column_x[box.column], y
        box.width = found.column_width[box.column]
        y += box.height + 2 * GAP
    return float(y)
