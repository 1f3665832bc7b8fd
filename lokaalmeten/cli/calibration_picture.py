"""A picture of a calibration: raw and corrected beside the station, as points and over time."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from lokaalmeten.errors import FormatError

COLOURS = {"reference": "#22303c", "raw": "#9a4a00", "corrected": "#14507a"}
FORMS = (".html", ".png")
POINTS = 20_000  # a browser draws so many without waiting


def write_picture(path: Path, columns: Mapping[str, Any], quantity: Any, title: str) -> None:
    """Write FILE.html, or .png; FormatError for another name, or where it cannot be written.

    ``columns`` are time (datetime64), raw, reference and corrected, of equal length; ``quantity``
    is a row of the table of quantities.
    """
    if path.suffix not in FORMS:
        raise FormatError(f"{path}: a picture is called FILE.html or FILE.png")
    figure = to_figure(columns, quantity, title)
    try:
        if path.suffix == ".html":
            figure.write_html(path, include_plotlyjs=True)
        else:
            figure.write_image(path, width=1200, height=900)
    except OSError as error:
        raise FormatError(f"{path}: cannot be written: {error.strerror}") from error
    except (ValueError, RuntimeError) as error:
        raise FormatError(
            f"{path}: a .png needs the package kaleido (pip install kaleido) and a Chromium;"
            " .html needs nothing"
        ) from error


def to_figure(columns: Mapping[str, Any], quantity: Any, title: str) -> go.Figure:
    """Points above, lines over time below."""
    columns = thin_out(columns)
    figure = make_subplots(2, 1, row_heights=[0.55, 0.45], vertical_spacing=0.1)
    for name in ("raw", "corrected"):
        marker = {"size": 4, "color": COLOURS[name], "opacity": 0.4}
        points = {"x": columns["reference"], "y": columns[name], "mode": "markers", "name": name}
        figure.add_trace(go.Scattergl(**points, marker=marker), 1, 1)
    top = max(float(np.nanquantile(columns["reference"], 0.999)), 1.0)
    line = {"color": "#888", "dash": "dot"}
    figure.add_trace(go.Scatter(x=[0, top], y=[0, top], mode="lines", line=line, name="1:1"), 1, 1)
    for name, colour in COLOURS.items():
        drawn = {"x": columns["time"], "y": columns[name], "mode": "lines", "showlegend": False}
        figure.add_trace(go.Scattergl(**drawn, line={"color": colour, "width": 1}, name=name), 2, 1)
    unit = f"{quantity.en} ({quantity.unit})"
    figure.update_xaxes(title_text=f"station, {unit}", range=[0, top], row=1, col=1)
    figure.update_yaxes(title_text=unit, range=[0, 1.5 * top], row=1, col=1)
    figure.update_yaxes(title_text=unit, range=[0, 1.5 * top], row=2, col=1)
    figure.update_layout(title=title, template="plotly_white", height=900)
    return figure


def thin_out(columns: Mapping[str, Any]) -> dict[str, Any]:
    """Columns by time, every so many of them when there are more than POINTS."""
    order = np.argsort(columns["time"], kind="stable")
    step = -(-len(order) // POINTS) or 1
    return {name: np.asarray(values)[order][::step] for name, values in columns.items()}
