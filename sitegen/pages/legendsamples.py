"""A legend for patterns.html: in every kind of row, with entries that are drawn, in part and not at all."""

from __future__ import annotations

from sitegen.pages.views import LegendEntry, LegendRow

_CIRCLE = "M20 6A3 3 0 1 1 14 6A3 3 0 1 1 20 6Z"
_SQUARE = "M14.3 3.3L19.7 3.3L19.7 8.7L14.3 8.7Z"
_TRIANGLE = "M17 2.4L20.4 8.6L13.6 8.6Z"


def sample_legend() -> tuple[LegendRow, ...]:
    """Colours of values and of a ramp, strokes and marks, both of one value, and groups, all shown."""
    optimizers = ("adam", "adamw", "lamb", "lion", "muon", "sgd")
    tints = ("accent", "ok", "bad", "run")
    return (
        LegendRow(
            "color",
            "batch",
            (
                LegendEntry("32", "4", "true", "accent"),
                LegendEntry("64", "2/4", "mixed", "ok"),
                LegendEntry("128", "4", "false", "bad"),
            ),
        ),
        LegendRow("color", "lr", (), ramp=("0.0001", "0.1")),
        LegendRow(
            "style",
            "model",
            (
                LegendEntry("cnn", "6", "true", "ink", _CIRCLE),
                LegendEntry("vit", "3/6", "mixed", "ink", _SQUARE, "6 3"),
                LegendEntry("mlp", "2", "false", "ink", _TRIANGLE, "2 2.5"),
            ),
        ),
        LegendRow(
            "both",
            "seed",
            (
                LegendEntry("0", "4", "true", "accent", _CIRCLE),
                LegendEntry("1", "4", "true", "ok", _SQUARE, "6 3"),
            ),
        ),
        LegendRow(
            "group",
            "optimizer, batch",
            tuple(
                LegendEntry(f"{name}, {batch}", "4", "true", tints[at % len(tints)])
                for at, (name, batch) in enumerate((one, two) for one in optimizers for two in (32, 64, 128))
            ),
            is_whole=True,
        ),
    )
