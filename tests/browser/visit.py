"""A page under observation: everything it says, asks for and is refused is written down."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page, Request

# Runs before any script of the page; a violation is an event, also where the console stays silent.
_RECORD_VIOLATIONS = """
window.__violations = [];
document.addEventListener("securitypolicyviolation", (event) => {
  window.__violations.push(`${event.effectiveDirective} ${event.blockedURI}`);
});
"""


@dataclass
class Visit:
    """An open page with what was heard from it since it was opened."""

    page: Page
    errors: list[str] = field(default_factory=list)
    """Console errors and warnings, and exceptions nobody caught."""
    requests: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    """Requests without an answer, or with one of 400 and above."""

    def violations(self) -> list[str]:
        """What the content security policy refused."""
        return list(self.page.evaluate("window.__violations"))

    def complaints(self) -> list[str]:
        """Everything a page that is in order has none of."""
        return [*self.errors, *self.failed, *self.violations()]


def open_visit(context: BrowserContext, url: str) -> Visit:
    """Opens the page in a fresh tab and waits until it is loaded."""
    page = context.new_page()
    visit = Visit(page)
    page.add_init_script(_RECORD_VIOLATIONS)
    page.on(
        "console", lambda said: visit.errors.append(said.text) if said.type in {"error", "warning"} else None
    )
    page.on("pageerror", lambda error: visit.errors.append(str(error)))
    page.on("request", lambda request: visit.requests.append(request.url))
    page.on("requestfailed", lambda request: _is_replaced(request) or visit.failed.append(_told(request)))
    page.on(
        "response",
        lambda answer: (
            visit.failed.append(f"{answer.url}: {answer.status}") if answer.status >= 400 else None
        ),
    )
    page.goto(url, wait_until="load")
    return visit


def _told(request: Request) -> str:
    return f"{request.url}: {request.failure}"


def _is_replaced(request: Request) -> bool:
    """Whether a frame was given another page while this one was still loading, as on a slow machine."""
    return bool(request.failure == "net::ERR_ABORTED" and request.is_navigation_request())


def wait_until(page: Page, expression: str) -> None:
    """Asks again and again: Playwright's own waiting evaluates text in the page, which the policy forbids."""
    for _ in range(1200):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(25)
    raise AssertionError(f"never came true: {expression}")
