"""A site in a language of marked words: what is not marked has to come from the data."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import pytest

from sitegen.config import Config
from sitegen.derive.facts import SiteFacts
from sitegen.pages.factcolumns import fact_columns
from sitegen.texts import Pattern, english
from tests.browser.page_sites import first_run
from tests.browser.test_pages_axe import STATES
from tests.browser.visit import Visit, wait_until
from tests.sitegen.composed import composed
from tests.sitegen.pages.fixture_site import demo_runs, make_project, make_site

pytestmark = pytest.mark.browser

ACCENTS = str.maketrans("aceinouyACEINOUY", "áçéíñöûýÁÇÉÍÑÖÛÝ")
PLACE = re.compile(r"(\{[a-z_]+\})")

COLLECT = """() => {
  const SKIPPED = "script, style, noscript, code, pre, kbd, .console-text, .patch, .swatch";
  const found = [document.title], texts = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const parent = node.parentElement;
    if (!parent || parent.closest(SKIPPED)) continue;
    const option = parent.closest("option, optgroup");
    if (!(option ? option.closest("select") : parent).checkVisibility({ visibilityProperty: true })) continue;
    texts.push(node.nodeValue);
  }
  found.push(texts.join(" "));  // A sentence may go through several elements.
  const names = ["title", "aria-label", "placeholder", "alt", "label"];
  for (const element of document.body.querySelectorAll(names.map((name) => `[${name}]`).join())) {
    if (!element.checkVisibility() || element.closest("[aria-hidden=true]")) continue;
    for (const name of names) {
      const text = element.getAttribute(name);
      if (text) found.push(text);
    }
  }
  return found;
}"""
"""Every text that a reader sees or hears, and where a field shows what it wants."""

CAPTIONED = """() => {
  site.store.set("x", "metric:val/loss");
  site.store.set("clip", true);
}"""

OF_OURS = {"runpress", "utc", "ms", "nan", "kb", "mb", "gb", "tb", "bytes"}
"""Words that are the same in every language: names and units."""


def marked(pattern: Pattern) -> Pattern:
    """A sentence in the language of the test."""
    if isinstance(pattern, str):
        parts = PLACE.split(pattern)
        said = "".join(part if PLACE.fullmatch(part) else part.translate(ACCENTS) for part in parts)
        return f"⟦{said}⟧"
    return {form: str(marked(sentence)) for form, sentence in pattern.items()}


def words_of(value: Any) -> Iterator[str]:
    """Every text in facts."""
    if isinstance(value, str):
        yield value
    elif is_dataclass(value):
        for one in fields(value):
            yield from words_of(getattr(value, one.name))
    elif isinstance(value, Mapping):
        for key, part in value.items():
            yield from words_of(key)
            yield from words_of(part)
    elif isinstance(value, (list, tuple)):
        for part in value:
            yield from words_of(part)


def unmarked(text: str) -> str:
    """What of a text is in no sentence; what stands in a sentence's places is in it."""
    depth, left = 0, []
    for letter in text:
        depth += (letter == "⟦") - (letter == "⟧")
        if depth == 0 and letter != "⟧":
            left.append(letter)
    return "".join(left)


FACTS = make_site(make_project(demo_runs()))
KEYS = [*(column.view.key for column in fact_columns()), "state", "started", "spark", "cfg"]
"""What columns are called in the filter language."""
DATA = {word for text in (*words_of(FACTS), *KEYS) for word in re.findall(r"[^\W\d_]{2,}", text.lower())}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folders `demo` and `none`, in the language of marked words."""
    root, cache = tmp_path_factory.mktemp("site"), tmp_path_factory.mktemp("cache")
    texts = (("xx", {key: marked(pattern) for key, pattern in english().items()}),)
    config = Config(site_name="Lab", language="xx", texts=texts, cache_dir=cache)
    for name, facts in (("demo", FACTS), ("none", SiteFacts(()))):
        for path, content in composed(facts, config).items():
            (root / name / path).parent.mkdir(parents=True, exist_ok=True)
            (root / name / path).write_bytes(content)
    return root


def plain_words(seen: Visit) -> dict[str, str]:
    """Words that neither a sentence nor the data account for, each with a text it stands in."""
    found = {}
    for text in seen.page.evaluate(COLLECT):
        plain = unmarked(text)
        for word in re.findall(r"[^\W\d_]{2,}", plain):
            if word.lower() not in DATA | OF_OURS | {"lab"}:
                at = plain.index(word)
                found[word] = plain[max(0, at - 40) : at + 40]
    return found


@pytest.mark.parametrize(
    "name",
    ["none/index.html", "demo/index.html", "demo/404.html", "demo/digits/index.html",
     "warm-pike", "late-moss", "deep-tide"],
)  # fmt: skip
def test_a_page_says_nothing_in_english(visit: Callable[..., Visit], site: Path, name: str) -> None:
    """Templates, Python and scripts all speak the site's language, and the page says which it is."""
    seen = visit(site / name if name.endswith(".html") else first_run(site / "demo", name))
    seen.page.wait_for_timeout(800)
    assert seen.complaints() == []
    assert seen.page.evaluate("document.documentElement.lang") == "xx"
    assert any("⟦" in text for text in seen.page.evaluate(COLLECT))
    assert plain_words(seen) == {}


@pytest.mark.parametrize("state", list(STATES))
def test_what_comes_up_says_nothing_in_english(visit: Callable[..., Visit], site: Path, state: str) -> None:
    """The palette, the sheet of keys, menus and lists, too."""
    seen = visit(site / "demo" / "digits" / "index.html")
    script, opener, shown = STATES[state]
    if script:
        seen.page.evaluate(script)
    if opener.startswith("key "):
        seen.page.keyboard.press(opener.removeprefix("key "))
    elif opener:
        seen.page.locator(opener).click()
    seen.page.locator(shown).first.wait_for()
    seen.page.wait_for_timeout(300)
    assert plain_words(seen) == {}


def test_captions_say_nothing_in_english(visit: Callable[..., Visit], site: Path) -> None:
    """Of charts over another metric, and of values beyond the y axis."""
    seen = visit(site / "demo" / "digits" / "index.html")
    seen.page.evaluate(CAPTIONED)
    for word in ("övér", "öûtsídé"):
        seen.page.wait_for_function(
            "word => site.panels.all.some((one) => one.words?.includes(word))", arg=word
        )
    assert plain_words(seen) == {}


@pytest.mark.parametrize(
    "wrong",
    [
        "val/acc >",
        "val/acc > 0.9)",
        "val/ac > 0.9",
        "ema(val/acc) > 1",
        'name ~ "(a"',
        "cfg.lr < 1e-3 & age > 3",
    ],
)
def test_a_mistake_in_the_filter_is_told_in_the_language(
    visit: Callable[..., Visit], site: Path, wrong: str
) -> None:
    """What is wrong with an expression, and what to write instead, both come from the catalogue."""
    seen = visit(site / "demo" / "digits" / "index.html")
    seen.page.locator(".field.filter input").fill(wrong)
    seen.page.locator(".filter-note").filter(has_text="⟦").wait_for()
    assert plain_words(seen) == {}


@pytest.mark.parametrize("typed", ["ag", "cum", "is", "st"])
def test_what_a_word_of_the_filter_means_is_told_in_the_language(
    visit: Callable[..., Visit], site: Path, typed: str
) -> None:
    """The list of completions has the words of the language itself, and says in ours what they do."""
    seen = visit(site / "demo" / "digits" / "index.html")
    field = seen.page.locator(".field.filter input")
    field.focus()
    seen.page.locator(".field.filter .suggestions").wait_for(state="attached")
    field.press_sequentially(typed)
    seen.page.locator(".suggestions li small").first.wait_for()
    helps = seen.page.locator(".suggestions li small").all_inner_texts()
    said = [re.sub(r"^[\w]+\([^)]*\): ", "", text) for text in helps]
    assert all(text.startswith("⟦") and text.endswith("⟧") for text in said), helps


def test_words_in_english_are_found(visit: Callable[..., Visit], site: Path) -> None:
    """The look through pages sees a text, a hint and a label that are not of the language."""
    seen = visit(site / "demo" / "index.html")
    seen.page.evaluate("document.body.insertAdjacentHTML('beforeend', '<p title=Hinting>Visibly</p>')")
    assert set(plain_words(seen)) >= {"Visibly", "Hinting"}


GERMAN = {
    "date.day": "{day}. {month} {year}",
    "date.short": "{day}. {month}",
    "date.moment": "{date}, {clock}",
}
MONTHS = (
    "Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November",
    "Dezember",
)  # fmt: skip
DATE = re.compile(rf"\d\d?\. ({'|'.join(MONTHS)}) 20\d\d, \d\d:\d\d:\d\d(\.\d+)? CES?T")


def test_scripts_write_dates_as_the_build_does(
    visit: Callable[..., Visit], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """A row of the table has the same date by either; tooltip, axis and a chart's table are alike."""
    root = tmp_path_factory.mktemp("german")
    months = {f"date.month.{number}": name for number, name in enumerate(MONTHS, 1)}
    config = Config(
        language="de",
        texts=(("de", {**GERMAN, **months}),),
        timezone="Europe/Berlin",
        cache_dir=root / "cache",
    )
    for path, content in composed(FACTS, config).items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(content)
    seen = visit(f"{(root / 'digits' / 'index.html').as_uri()}#x=wall", timezone_id="America/New_York")
    page = seen.page
    wait_until(page, "site.panels.all.some((one) => one.visible.length && !one.dirty)")
    built, scripted = page.evaluate(
        """() => {
          const told = (time) => [time.dateTime, time.title];
          const built = [...document.querySelectorAll(".runs tbody time")].map(told);
          const { runs, columns } = site.current;
          const rows = runs.map((run, at) => site.rows.build(run, at, columns, false, []));
          return [built, rows.flatMap((row) => [...row.querySelectorAll("time")].map(told))];
        }"""
    )
    assert len(built) == len(FACTS.projects[0].runs)
    assert sorted(built) == sorted(scripted)
    assert all(re.fullmatch(DATE.pattern.replace(r":\d\d(\.\d+)?", ""), text) for _, text in built)
    figure = page.locator("figure[data-chart]").first
    figure.scroll_into_view_if_needed()
    figure.hover()
    wait_until(page, "document.querySelector('.tip .tip-head')?.textContent")
    said = page.locator(".tip-head").inner_text()
    assert DATE.search(said), said
    figure.locator(".tool-data").click()
    cells = page.locator(".chart-data tbody td").all_inner_texts()
    assert any(DATE.fullmatch(text) for text in cells), cells[:6]
    labels = page.evaluate("site.panels.all.find((one) => one.visible.length).ticks.x.labels")
    assert labels
    assert all(one.endswith(MONTHS) or re.fullmatch(r"\d\d:\d\d(:\d\d)?", one) for one in labels), labels
    assert seen.complaints() == []
