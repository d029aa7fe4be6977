"""The observation itself: a test that sees no complaint must be able to see one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.browser.server import JENKINS_POLICY, serve
from tests.browser.visit import Visit

pytestmark = pytest.mark.browser


@pytest.fixture
def page_with_faults(tmp_path: Path) -> Path:
    page = tmp_path / "page.html"
    page.write_text(
        "<!doctype html><meta http-equiv=content-security-policy content=\"script-src 'self'\">"
        "<script>document.title = 'inline ran'</script><script src=missing.js></script>"
    )
    return page


def test_faults_of_a_page_are_seen(visit: Callable[..., Visit], page_with_faults: Path) -> None:
    """A refused inline script and a missing file are both complaints."""
    seen = visit(page_with_faults)
    assert any("script-src" in violation for violation in seen.violations())
    assert any("missing.js" in failure for failure in seen.failed)
    assert seen.page.title() != "inline ran"


def test_server_sees_requests_outside_its_folder(visit: Callable[..., Visit], tmp_path: Path) -> None:
    """A link to the server's root does not reach a page that lives under a sub-path."""
    (tmp_path / "page.html").write_text("<!doctype html><img src=/logo.png>")
    with serve(tmp_path) as server:
        seen = visit(server.url + "page.html")
        assert "/logo.png" in server.asked
        assert any("/logo.png: 404" in failure for failure in seen.failed)


def test_jenkins_policy_stops_scripts(visit: Callable[..., Visit], tmp_path: Path) -> None:
    """Under Jenkins' policy a page's own script does not run either."""
    (tmp_path / "page.html").write_text("<!doctype html><title>plain</title><script src=page.js></script>")
    (tmp_path / "page.js").write_text("document.title = 'script ran'")
    with serve(tmp_path, JENKINS_POLICY) as server:
        assert visit(server.url + "page.html").page.title() == "plain"
