"""The one place where Jinja2 is set up: escaping on, nothing undefined, no markup let through."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from sitegen.pages import formatting
from sitegen.pages.themes import Theme

if TYPE_CHECKING:
    from jinja2 import Environment


def environment(theme: Theme) -> Environment:
    """The theme's templates; `default/base.html` is the theme's own even where a folder replaces it."""
    # Jinja2 costs 30 ms to import, and a build without changes never renders a page.
    from jinja2 import ChoiceLoader, Environment, FileSystemLoader, PrefixLoader, StrictUndefined

    made = Environment(
        loader=ChoiceLoader(
            [
                FileSystemLoader([str(folder / "templates") for folder in theme.folders]),
                PrefixLoader(
                    {
                        name: FileSystemLoader(str(folder / "templates"))
                        for name, folder in theme.own_folders.items()
                    }
                ),
            ]
        ),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )
    made.filters["bdi"] = bdi
    made.filters["visible"] = formatting.visible
    made.filters["plural"] = formatting.plural
    return made


def bdi(text: str) -> Markup:
    """Foreign text, escaped, its control characters visible, its direction kept from its surroundings."""
    # Escaped here and joined as text: Markup.format costs ten times as much, and pages have thousands.
    return Markup(f"<bdi>{escape(formatting.shown_name(str(text)))}</bdi>")
