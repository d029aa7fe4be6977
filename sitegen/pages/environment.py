"""The one place where Jinja2 is set up: escaping on, nothing undefined, no markup let through."""

from __future__ import annotations

import hashlib
import re
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markupsafe import Markup, escape

from sitegen.charts import cached
from sitegen.pages import formatting
from sitegen.pages.themes import Theme
from sitegen.texts import Texts

if TYPE_CHECKING:
    from jinja2 import BytecodeCache, Environment

_LONG_NAME = 24
"""Letters; shorter names have a line to themselves everywhere."""
_PART_END, _WITH_BREAK = re.compile(r"[/._](?=\w)"), r"\g<0><wbr>"


def environment(theme: Theme, texts: Texts) -> Environment:
    """The theme's templates; `default/base.html` is the theme's own even where a folder replaces it.

    `t("key", n=3)` is a sentence of the catalogue, and the sentences that views hold are the site's own.
    """
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
        bytecode_cache=_compiled(),
        finalize=texts.own,
    )
    made.filters["bdi"] = lambda text: bdi(texts.own(text))
    made.filters["name"] = lambda text: name(texts.own(text))
    made.filters["visible"] = lambda text: formatting.visible(texts.own(text))
    made.filters["plural"] = formatting.plural
    made.globals["t"] = partial(sentence, texts)
    return made


def sentence(texts: Texts, key: str, /, **named: Any) -> str:
    """A sentence of the catalogue; as markup, its own words escaped, where one of its places holds markup."""
    if any(hasattr(value, "__html__") for value in named.values()):
        return Markup(texts.sentence(key, named, escape))
    return texts.sentence(key, named)


def _compiled() -> BytecodeCache:
    """Templates compiled by whichever process of this user needed them first: 0.2 s for all."""
    from importlib.metadata import version

    from jinja2 import BytecodeCache
    from jinja2.bccache import Bucket

    # Kept for the user, not with the site: it is code, and the cache of a site may come from somebody else.
    made_by = f"{version('jinja2')} {sys.version} {Path(__file__).read_text(encoding='utf-8')}"
    folder = cached.user_folder() / "templates" / hashlib.sha256(made_by.encode()).hexdigest()[:16]

    class Compiled(BytecodeCache):
        def load_bytecode(self, bucket: Bucket) -> None:
            content = cached.kept(folder, bucket.key)
            if content is not None:
                bucket.bytecode_from_string(content)

        def dump_bytecode(self, bucket: Bucket) -> None:
            cached.keep(folder, bucket.key, bucket.bytecode_to_string())

    return Compiled()


def bdi(text: str) -> Markup:
    """Foreign text, escaped, its control characters visible, its direction kept from its surroundings."""
    # Escaped here and joined as text: Markup.format costs ten times as much, and pages have thousands.
    return Markup(f"<bdi>{escape(formatting.shown_name(str(text)))}</bdi>")


def name(text: str) -> Markup:
    """The same, of a metric or setting: a line ends after a part of its name rather than within one."""
    shown = str(escape(formatting.shown_name(str(text))))
    broken = _PART_END.sub(_WITH_BREAK, shown) if len(shown) > _LONG_NAME else shown
    return Markup(f"<bdi>{broken}</bdi>")
