"""Where the steps of a chart lie, in layers from the start downwards, and which way the edges take between them.

The layers, the order in them and the places across are those of `fast-sugiyama`. What it cannot know is done here:
which edges lead back (those that close a circle on the way from the start), room for the labels of edges (each is a
vertex of its own, so that nothing lies on it), and the heights.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from fast_sugiyama import from_edges

SPACING = 214
"""Between the middles of neighbours in a layer."""
PASSAGE = 44
"""The same for an edge that only passes through the layer."""
GAP, STEEPEST, WIDEST_GAP = 34, 0.14, 104
"""Between layers: the least, what is added where an edge goes far across, and the most."""
STUB = 11
"""What an edge runs straight before it bends, and where its arrow is."""
PORTS = 22
"""Between edges that meet a step at the same side, where there is room."""


@dataclass(frozen=True, slots=True)
class Size:
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Point:
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Way:
    """An edge to lay out."""

    source: int
    target: int
    label: Size | None
    """Of its condition."""


@dataclass(frozen=True, slots=True)
class Route:
    """The way of an edge: straight from each point with an even index to the next one, bent to the one after that."""

    points: tuple[Point, ...]
    back: bool
    """Whether it leads back, up to a step that was before."""
    label: Point | None
    """The middle of its condition."""


@dataclass(frozen=True, slots=True)
class Layout:
    steps: tuple[Point, ...]
    """The middle of each step."""
    routes: tuple[Route, ...]
    size: Size


@dataclass(frozen=True, slots=True)
class _Layers:
    """The places across, and the layers with their tops and bottoms."""

    x: Mapping[int, float]
    layer: Mapping[int, int]
    tops: Sequence[float]
    bottoms: Sequence[float]

    def middle(self, vertex: int) -> Point:
        layer = self.layer[vertex]
        return Point(self.x[vertex], (self.tops[layer] + self.bottoms[layer]) / 2)


@dataclass(slots=True)
class _Graph:
    """What is given to the library: steps, then what lies on edges; each edge as its vertices from above to below."""

    sizes: list[Size]
    chains: list[list[int]] = field(default_factory=list)


def layout(start: int, steps: Sequence[Size], ways: Sequence[Way]) -> Layout:
    """`steps` are all reachable from the start, and there are at least two."""
    back = _leading_back(start, ways)
    graph = _Graph(list(steps))
    for index, way in enumerate(ways):
        above, below = (way.target, way.source) if index in back else (way.source, way.target)
        chain = [above, below]
        if way.label or index in back:  # beside the edge that leads the other way, and not on it
            chain.insert(1, len(graph.sizes))
            graph.sizes.append(way.label or Size(0, 0))
        graph.chains.append(chain)
    layers, chains = _layers(graph)
    ports = _ports(steps, layers, chains)
    routes = []
    for index, (way, chain) in enumerate(zip(ways, chains, strict=True)):
        points = _points(layers, chain, ports[index])
        label = layers.middle(graph.chains[index][1]) if way.label else None
        routes.append(Route(points[::-1] if index in back else points, index in back, label))
    right = max(layers.x[vertex] + graph.sizes[vertex].width / 2 for vertex in range(len(graph.sizes)))
    right = max(right, *(layers.x[vertex] for chain in chains for vertex in chain))
    return Layout(
        tuple(layers.middle(each) for each in range(len(steps))), tuple(routes), Size(right, layers.bottoms[-1])
    )


def _leading_back(start: int, ways: Sequence[Way]) -> set[int]:
    """The ways that lead to a step through which one has come from the start, ways being tried in their order."""
    onward = defaultdict(list)
    for index, way in enumerate(ways):
        onward[way.source].append((index, way.target))
    back: set[int] = set()
    done: set[int] = set()
    path: dict[int, Iterator[tuple[int, int]]] = {start: iter(onward[start])}
    while path:
        here = next(reversed(path))
        index, there = next(path[here], (-1, -1))
        if index < 0:
            done.add(here)
            del path[here]
        elif there in path:
            back.add(index)
        elif there not in done:
            path[there] = iter(onward[there])
    return back


def _layers(graph: _Graph) -> tuple[_Layers, list[list[int]]]:
    """The layers, and the chains with every layer on their way in them."""
    edges = [pair for chain in graph.chains for pair in pairwise(chain)]
    [(places, _, _, parts)] = from_edges(
        edges,
        vertex_spacing=SPACING,
        dummy_vertices=True,
        dummy_size=PASSAGE,
        ranking_type="minimize",
        crossing_minimization="barycenter",
        transpose=True,
    )
    at = {int(vertex): place for vertex, place in places}
    rows = sorted({y for _, y in at.values()}, reverse=True)
    layer = {vertex: rows.index(y) for vertex, (_, y) in at.items()}
    passing = _passing(len(graph.sizes), ((int(a), int(b)) for a, b in parts or ()))
    chains = [_whole(chain, passing) for chain in graph.chains]
    left = min(x - (graph.sizes[v].width / 2 if v < len(graph.sizes) else 0) for v, (x, _) in at.items())
    x = {vertex: place - left for vertex, (place, _) in at.items()}
    heights = [0.0] * len(rows)
    for vertex, size in enumerate(graph.sizes):
        heights[layer[vertex]] = max(heights[layer[vertex]], size.height)
    across = [0.0] * len(rows)
    for above, below in (pair for chain in chains for pair in pairwise(chain)):
        across[layer[above]] = max(across[layer[above]], abs(x[above] - x[below]))
    tops, bottoms, y = [], [], 0.0
    for height, far in zip(heights, across, strict=True):
        tops.append(y)
        bottoms.append(y + height)
        y += height + min(GAP + STEEPEST * far, WIDEST_GAP)
    return _Layers(x, layer, tops, bottoms), chains


def _passing(count: int, parts: Iterable[tuple[int, int]]) -> Mapping[tuple[int, int], list[int]]:
    """The vertices that the library put on each edge, where it passes through layers."""
    onward = defaultdict(list)
    for above, below in parts:
        onward[above].append(below)
    found = {}
    for above in range(count):
        for first in onward[above]:
            way = [first]
            while way[-1] >= count:
                way.append(onward[way[-1]][0])
            found[above, way[-1]] = way[:-1]
    return found


def _whole(chain: Sequence[int], passing: Mapping[tuple[int, int], list[int]]) -> list[int]:
    whole = [chain[0]]
    for above, below in pairwise(chain):
        whole += [*passing[above, below], below]
    return whole


def _ports(
    steps: Sequence[Size], layers: _Layers, chains: Sequence[Sequence[int]]
) -> Mapping[int, tuple[float, float]]:
    """Where each chain leaves its upper and meets its lower step, from the middle of the step."""
    below, above = defaultdict(list), defaultdict(list)
    for index, chain in enumerate(chains):
        below[chain[0]].append((layers.x[chain[1]], index))
        above[chain[-1]].append((layers.x[chain[-2]], index))
    leaving = {index: at for step, met in below.items() for index, at in _spread(steps[step], met)}
    meeting = {index: at for step, met in above.items() for index, at in _spread(steps[step], met)}
    return {index: (leaving[index], meeting[index]) for index in leaving}


def _spread(step: Size, met: list[tuple[float, int]]) -> Iterator[tuple[int, float]]:
    """Beside each other, in the order of where they come from."""
    apart = min(PORTS, step.width * 0.6 / len(met))
    for place, (_, index) in enumerate(sorted(met)):
        yield index, (place - (len(met) - 1) / 2) * apart


def _points(layers: _Layers, chain: Sequence[int], ports: tuple[float, float]) -> tuple[Point, ...]:
    """From the middle of the upper step to the middle of the lower one, straight down through each layer."""
    first, last = layers.middle(chain[0]), layers.middle(chain[-1])
    leaving, meeting = first.x + ports[0], last.x + ports[1]
    points = [Point(leaving, first.y), Point(leaving, layers.bottoms[layers.layer[chain[0]]] + STUB)]
    for vertex in chain[1:-1]:
        layer = layers.layer[vertex]
        points += [Point(layers.x[vertex], layers.tops[layer]), Point(layers.x[vertex], layers.bottoms[layer])]
    return (*points, Point(meeting, layers.tops[layers.layer[chain[-1]]] - STUB), Point(meeting, last.y))
