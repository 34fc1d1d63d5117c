"""Charts as SVG that the server makes: read out by their title, coloured by the style sheet, without any script.

They stretch to the place they are given. What has to stay legible, the labels of axes, stands beside them in HTML.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

WIDTH, HEIGHT = 100.0, 40.0
STEPS = (1.0, 2.0, 5.0, 10.0)


@dataclass(frozen=True)
class Line:
    """The values of one line from left to right; ``style`` is a class of the style sheet."""

    style: str
    values: Sequence[float]


def top_of(values: Sequence[float]) -> int:
    """Return a round number that is not below any of ``values``: where the chart ends."""
    highest = max([*values, 1])
    unit = 1.0
    while unit * STEPS[-1] < highest:
        unit *= 10
    return int(next(unit * step for step in STEPS if unit * step >= highest))


def lines(identity: str, title: str, description: str, drawn: Sequence[Line]) -> Markup:
    """Return lines over a common scale from 0; ``identity`` is unique on the page, the texts are translated."""
    top = top_of([value for line in drawn for value in line.values])
    return Markup(
        '<svg class="lines" viewBox="0 0 100 40" preserveAspectRatio="none" role="img"'
        ' aria-labelledby="{identity}-title {identity}-description"><title id="{identity}-title">{title}</title>'
        '<desc id="{identity}-description">{description}</desc>{grid}{drawn}</svg>'
    ).format(
        identity=identity,
        title=title,
        description=description,
        grid=Markup("").join(_grid(part) for part in (0.0, 0.5, 1.0)),
        drawn=Markup("").join(_line(line, top) for line in drawn),
    )


def bar(share: float) -> Markup:
    """Return a bar of a share (0..1); it is for the eye alone, the number has to stand beside it."""
    width = f"{max(0.0, min(share, 1.0)) * WIDTH:.1f}"
    return Markup(
        '<svg class="share-bar" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true" focusable="false">'
        '<rect class="rest" width="100" height="4"/><rect class="part" width="{}" height="4"/></svg>'
    ).format(width)


def _grid(part: float) -> Markup:
    at = f"{HEIGHT * part:g}"
    return Markup('<line class="grid" x1="0" x2="100" y1="{at}" y2="{at}"/>').format(at=at)


def _line(line: Line, top: int) -> Markup:
    apart = WIDTH / max(len(line.values) - 1, 1)
    points = " ".join(f"{at * apart:.2f},{HEIGHT - value / top * HEIGHT:.2f}" for at, value in enumerate(line.values))
    return Markup('<polyline class="{}" points="{}"/>').format(line.style, points)
