"""Tracks of a carrier: nets one after another, those of many pads first.

    each pad of the ground plane's net gets a via beside it, unless it has a hole
    each other net grows from one pad to the nearest that it does not reach yet
    a net that finds no way goes to the front, and all begin anew

A way is found by A* on a grid of two layers. It is the same on every run.
"""

import heapq
from math import hypot, inf

import numpy as np
from numpy.typing import NDArray

from ..board import Board
from .copper import FRONT, STEP, Copper, Grid, Land, Point, Track, Via, find_lands, find_width

GROUND = "ground"
VIA_COST = 8.0  # in steps
PRICES = (1.0, 1.6)  # of a step by layer: the back is the plane's
TRIES = 40
MOVES = [(1, 0), (0, 1), (-1, 0), (0, -1), (1, 1), (1, -1), (-1, 1), (-1, -1)]

Cell = tuple[int, int, int]  # layer, column, row


class NoWay(Exception):  # noqa: N818 - an answer of the search
    """A net that cannot be routed; the message names it."""


def find_routes(board: Board) -> Copper:
    """Return pads, tracks and vias of a carrier; raise `NoWay` when no order of nets helps."""
    lands = find_lands(board)
    nets = sorted({land.net for land in lands if land.net}, key=lambda net: _rank(lands, net))
    order = [GROUND, *(net for net in nets if net != GROUND)]
    last = ""
    for _ in range(TRIES):
        copper = Copper(list(lands))
        try:
            for net in order:
                route_net(Grid(board), copper, net)
        except NoWay as stuck:
            last = str(stuck)
            order.remove(last)
            order.insert(1, last)
        else:
            return copper
    raise NoWay(f"{board.stem}: no way for {last} in {TRIES} orders")


def route_net(grid: Grid, copper: Copper, net: str) -> None:
    """Add the tracks of a net to the copper; raise `NoWay`."""
    lands = [land for land in copper.lands if land.net == net]
    if net == GROUND:
        for land in lands:
            if land.layers == (FRONT,):
                _lead_down(grid, copper, land)
        return
    blocked = grid.find_blocked(copper, net, find_width(net))
    no_via = grid.find_no_via(copper, net)
    reached, left = _cells(lands[0]), lands[1:]
    while left:
        targets = {cell: land for land in left for cell in _cells(land)}
        way = find_way(reached, targets, blocked, no_via)
        if way is None:
            raise NoWay(net)
        _lay(copper, net, way)
        land = targets[way[-1]]
        left.remove(land)
        reached |= set(way) | _cells(land)


def find_way(
    start: set[Cell],
    targets: dict[Cell, Land],
    blocked: NDArray[np.bool_],
    no_via: NDArray[np.bool_],
) -> list[Cell] | None:
    """Return the cheapest way from any cell of ``start`` to a target, or None.

    Cells are numbers here, in a board with a blocked edge: a search sees a hundred thousand.
    """
    columns, rows = no_via.shape[0] + 2, no_via.shape[1] + 2
    layer_cells = columns * rows
    free = bytes(~np.pad(blocked, ((0, 0), (1, 1), (1, 1)), constant_values=True).ravel())
    drill = bytes(~np.pad(no_via, 1, constant_values=True).ravel()) * 2

    def number(cell: Cell) -> int:
        return cell[0] * layer_cells + (cell[1] + 1) * rows + cell[2] + 1

    def to_cell(one: int) -> Cell:
        layer, place = divmod(one, layer_cells)
        return layer, place // rows - 1, place % rows - 1

    ends = {number(cell) for cell in targets}
    rest = _measure_rest(targets, no_via.shape)
    moves = [[(di * rows + dj, hypot(di, dj) * price) for di, dj in MOVES] for price in PRICES]
    best = dict.fromkeys((number(cell) for cell in start), 0.0)
    came: dict[int, int] = {}
    queue = [(rest[one % layer_cells], one) for one in sorted(best)]
    heapq.heapify(queue)
    done = bytearray(2 * layer_cells)
    while queue:
        _, one = heapq.heappop(queue)
        if done[one]:
            continue
        done[one] = 1
        if one in ends:
            return [to_cell(other) for other in _trace(one, came)]
        cost_here, layer = best[one], one >= layer_cells
        steps = [(one + far, price) for far, price in moves[layer] if free[one + far]]
        if drill[one]:
            steps.append((one - layer_cells if layer else one + layer_cells, VIA_COST))
        for other, price in steps:
            cost = cost_here + price
            if not done[other] and cost < best.get(other, inf):
                best[other] = cost
                came[other] = one
                heapq.heappush(queue, (cost + rest[other % layer_cells], other))
    return None


def _measure_rest(targets: dict[Cell, Land], shape: tuple[int, ...]) -> list[float]:
    """At least so many steps to the box round the targets, by place with its edge."""
    ends = np.array(list(targets))[:, 1:]
    low, high = ends.min(axis=0), ends.max(axis=0)
    i = np.arange(-1, shape[0] + 1)[:, None]
    j = np.arange(-1, shape[1] + 1)[None, :]
    dx = np.maximum(np.maximum(low[0] - i, i - high[0]), 0)
    dy = np.maximum(np.maximum(low[1] - j, j - high[1]), 0)
    far: list[float] = (np.maximum(dx, dy) + 0.414 * np.minimum(dx, dy)).ravel().tolist()
    return far


def _lead_down(grid: Grid, copper: Copper, land: Land) -> None:
    """Give a pad of the front a via to the plane, as near as it can be."""
    width = find_width(GROUND) if min(land.half) > 0.3 else 0.4
    blocked = grid.find_blocked(copper, GROUND, width)
    no_via = grid.find_no_via(copper, GROUND)
    free = np.argwhere(~no_via & ~blocked[FRONT])
    middle = np.array([land.at[0], land.at[1]]) / STEP
    near = free[np.argsort(np.abs(free - middle).max(axis=1), kind="stable")[:200]]
    targets = {(FRONT, int(i), int(j)): land for i, j in near}
    way = find_way(_cells(land), targets, blocked, np.ones_like(no_via))
    if way is None:
        raise NoWay(GROUND)
    _lay(copper, GROUND, way, width)
    copper.vias.append(Via(GROUND, _at(way[-1])))


def _cells(land: Land) -> set[Cell]:
    """The grid's point that is nearest to the middle of a pad, on each of its layers."""
    return {(layer, round(land.at[0] / STEP), round(land.at[1] / STEP)) for layer in land.layers}


def _lay(copper: Copper, net: str, way: list[Cell], width: float | None = None) -> None:
    """Turn a way into straight tracks and vias; its ends reach the middles of pads."""
    width = width or find_width(net)
    middles = {cell: land.at for land in copper.lands if land.net == net for cell in _cells(land)}
    start = 0
    for i in range(1, len(way) + 1):
        last = i == len(way)
        if not last and _direction(way, i) == _direction(way, start + 1):
            continue
        a, b = way[start], way[i - 1]
        if a[0] != b[0]:
            copper.vias.append(Via(net, _at(a)))
        elif a != b:
            copper.tracks.append(Track(net, a[0], _at(a), _at(b), width))
        start = i - 1
    for end in (way[0], way[-1]):
        middle = middles.get(end)
        if middle is not None and hypot(*np.subtract(middle, _at(end))) > 1e-6:
            copper.tracks.append(Track(net, end[0], _at(end), middle, width))


def _direction(way: list[Cell], i: int) -> tuple[int, ...]:
    return tuple(int(step) for step in np.subtract(way[i], way[i - 1]))


def _at(cell: Cell) -> Point:
    return round(cell[1] * STEP, 4), round(cell[2] * STEP, 4)


def _trace(last: int, came: dict[int, int]) -> list[int]:
    way = [last]
    while way[-1] in came:
        way.append(came[way[-1]])
    return way[::-1]


def _rank(lands: list[Land], net: str) -> tuple[int, float, str]:
    """Nets of many pads first, then those that lie close together."""
    points = np.array([land.at for land in lands if land.net == net])
    return -len(points), round(float(np.ptp(points, axis=0).sum()), 3), net
