"""A fitted forecast as one file: arrays as npz, facts as JSON within; nothing that runs code."""

import json
from dataclasses import asdict, fields
from datetime import date
from pathlib import Path
from typing import IO

import numpy as np

from .calendar import ForecastError
from .covariates import Scale
from .fitted import VERSION, Fitted
from .intervals import Errors
from .selection import Choice
from .stages import Stage
from .transform import Transform
from .trees import Trees

ERRORS = tuple(field.name for field in fields(Errors))


def save(fitted: Fitted, file: Path | IO[bytes]) -> None:
    """Write a fitted forecast; ``load`` gives the same to the bit."""
    transform, stages = fitted.transform, fitted.stages
    facts = {
        "version": VERSION,
        "zone": fitted.zone,
        "holidays": sorted(day.isoformat() for day in fitted.holidays),
        "power": transform.power,
        "bounded": transform.bounded,
        "trees": [asdict(each) for each in fitted.trees],
        "last": [stage.last for stage in stages],
        "own": {"ahead": fitted.ahead.own, "back": fitted.back.own},
    }
    arrays = {
        "facts": np.frombuffer(json.dumps(facts).encode(), np.uint8),
        **{name: getattr(transform, name) for name in ("unit", "centre", "spread")},
        **{
            f"{what}_{name}": getattr(scale, name)
            for what, scale in _scales(fitted)
            for name in ("centre", "spread")
        },
        "pooled": np.stack([stage.pooled for stage in stages]),
        "past": fitted.past,
        **{
            f"errors_{name}": np.stack([getattr(stage.errors, name) for stage in stages])
            for name in ERRORS
        },
    }
    np.savez_compressed(file, allow_pickle=False, **arrays)


def load(file: Path | IO[bytes]) -> Fitted:
    """Read a fitted forecast; ForecastError for another version or what is no such file."""
    try:
        with np.load(file, allow_pickle=False) as kept:
            found = dict(kept)
        facts = json.loads(found["facts"].tobytes())
    except (OSError, ValueError, KeyError, EOFError) as error:
        raise ForecastError(f"{file} holds no fitted forecast: {error}") from error
    if facts["version"] != VERSION:
        raise ForecastError(f"{file} is of version {facts['version']}, not {VERSION}: fit again")
    transform = Transform(
        found["unit"], found["centre"], found["spread"], facts["power"], facts["bounded"]
    )
    stages = tuple(
        Stage(
            last,
            found["pooled"][at],
            Errors(*(found[f"errors_{name}"][at] for name in ERRORS)),
        )
        for at, last in enumerate(facts["last"])
    )
    ahead, back = (
        Scale(found[f"{what}_centre"], found[f"{what}_spread"], facts["own"][what])
        for what in ("ahead", "back")
    )
    holidays = frozenset(date.fromisoformat(day) for day in facts["holidays"])
    trees = tuple(
        Trees(each["last"], each["text"], Choice(**each["choice"])) for each in facts["trees"]
    )
    return Fitted(transform, stages, trees, ahead, back, facts["zone"], holidays, found["past"])


def _scales(fitted: Fitted) -> tuple[tuple[str, Scale], ...]:
    return ("ahead", fitted.ahead), ("back", fitted.back)
