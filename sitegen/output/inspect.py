"""The promises of a site, looked at in its files: nothing missing, nothing from outside, none too large."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sitegen.output import links
from sitegen.output.manifest import FileEntry
from sitegen.output.paths import is_hashed
from sitegen.output.verify import Progress, built, unseen, verify

KEPT_NAMES = ("404.html", "static/", "assets/vega-licences.txt")
"""What nothing needs to refer to."""


@dataclass(frozen=True)
class Limits:
    """How large a site may be; None is no limit."""

    site_bytes: int | None = None
    page_bytes: int | None = None
    """Of what a page loads before any chart: itself, styles, scripts and its data."""


@dataclass
class Findings:
    """What is wrong with a site, and what it weighs."""

    problems: list[str] = field(default_factory=list)
    pages: int = 0
    links: int = 0
    weights: Counter[str] = field(default_factory=Counter)
    """Bytes by kind of file."""
    heaviest: tuple[int, str] = (0, "")
    foreign: tuple[str, ...] = ()


def inspect(site: Path, limits: Limits | None = None, progress: Progress = unseen) -> Findings:
    """Reads every file of a site and what it refers to."""
    return _Inspection(site, limits or Limits()).findings(progress)


class _Inspection:
    def __init__(self, site: Path, limits: Limits) -> None:
        self._site = site
        self._limits = limits
        self._files: Mapping[str, FileEntry] = built(site).files
        self._found = Findings()
        self._used: set[str] = set()
        self._pages: dict[str, links.Page] = {}

    def findings(self, progress: Progress) -> Findings:
        verdict = verify(self._site, progress)
        self._found.foreign = verdict.foreign
        for path in verdict.missing:
            self._wrong(path, "it is in the manifest and not in the folder")
        for path in verdict.changed:
            self._wrong(path, "it is not as it was built")
        present = [path for path in self._files if path not in verdict.missing]
        for path in progress("Reading files", present, len(present)):
            self._read(path)
        for page in self._pages.values():
            self._check_page(page)
        self._check_orphans()
        self._check_sizes()
        self._found.problems.sort()
        return self._found

    def _wrong(self, path: str, what: str) -> None:
        self._found.problems.append(f"{path}: {what}")

    def _read(self, path: str) -> None:
        self._found.weights[_kind(path)] += self._files[path].size_bytes
        is_script = path.endswith(".js") and not path.startswith("data/")
        if _kind(path) == "pages":
            self._pages[path] = links.read_page(path, self._content(path))
        elif path.endswith(".css"):
            for address in links.addresses_in_css(self._content(path).decode("utf-8", "replace")):
                self._check_load(path, address)
        elif is_script or (path.startswith("data/") and "/media/" in path and path.endswith(".js")):
            text = self._content(path).decode("utf-8", "replace")
            self._used.update(found for found in links.ADDRESS_IN_DATA.findall(text) if found in self._files)
            if is_script:
                self._check_data(path, text.encode())

    def _content(self, path: str) -> bytes:
        return (self._site / path).read_bytes()

    def _check_page(self, page: links.Page) -> None:
        self._found.pages += 1
        for fault in page.faults:
            self._wrong(page.path, fault)
        for address in page.loads:
            self._check_load(page.path, address)
        for address in page.links:
            self._check_link(page.path, address)
        for name in page.named:
            if name in self._files:
                self._used.add(name)
            elif is_hashed(name):
                self._wrong(page.path, f'it names "{name}", which is not in the site')

    def _check_load(self, path: str, address: str) -> None:
        if links.is_external(address):
            self._wrong(path, f'it loads "{address}" from outside')
            return
        found = links.target(path, address)
        if found:
            self._resolve(path, address, found[0])

    def _check_link(self, path: str, address: str) -> None:
        found = links.target(path, address)
        if found is None:
            return
        self._found.links += 1
        if not self._resolve(path, address, found[0]) or not found[1]:
            return
        there = self._pages.get(found[0])
        # What has an equals sign is a state of the page, not a place on it.
        if there and "=" not in found[1] and found[1] not in there.places:
            self._wrong(path, f'"{address}" leads to a place that is not on that page')

    def _resolve(self, path: str, address: str, file: str) -> bool:
        if file in self._files:
            self._used.add(file)
            return True
        self._wrong(path, f'"{address}" leads to "{file}", which is not in the site')
        return False

    def _check_data(self, path: str, content: bytes) -> None:
        data = links.page_data(content)
        for name in links.needed_by(data) if data else ():
            if not self._resolve(path, name, name) or not data or not data.get("tiles"):
                continue
            if name.startswith(str(data["tiles"])):
                self._check_index(name)

    def _check_index(self, path: str) -> None:
        try:
            for name in links.tiles_in(path, self._content(path)):
                self._resolve(path, name, name)
        except (OSError, ValueError) as error:
            self._wrong(path, str(error))

    def _check_orphans(self) -> None:
        for path in self._files:
            if is_hashed(path) and path not in self._used and not path.startswith(KEPT_NAMES):
                self._wrong(path, "nothing refers to it")

    def _check_sizes(self) -> None:
        for page in self._pages.values():
            loaded = {found[0] for one in page.loads if (found := links.target(page.path, one))}
            size = sum(self._files[name].size_bytes for name in {page.path, *loaded} if name in self._files)
            self._found.heaviest = max(self._found.heaviest, (size, page.path))
            if self._limits.page_bytes is not None and size > self._limits.page_bytes:
                self._wrong(
                    page.path, f"it loads {size:,} bytes before any chart, over {self._limits.page_bytes:,}"
                )
        total = sum(self._found.weights.values())
        if self._limits.site_bytes is not None and total > self._limits.site_bytes:
            self._wrong("the site", f"its {total:,} bytes are over {self._limits.site_bytes:,}")


def _kind(path: str) -> str:
    if path.startswith("data/"):
        return "media" if "/media/" in path else "chunks"
    # HTML that a run logged is shown in a frame, and has a policy of its own.
    return "pages" if path.endswith(".html") and not path.startswith("assets/") else "scripts and styles"
