"""Where projects and runs stand, whatever they are called."""

import pytest

from sitegen.pages.urls import folder


@pytest.mark.parametrize(
    "name",
    ["assets", "Data", "static", "404.html", "Patterns.html", "site-manifest.json", "index.html", "con"],
)
def test_a_project_called_like_a_part_of_the_site_stands_elsewhere(name: str) -> None:
    """Its folder would be in the way of a file, and the whole site not be published."""
    assert folder(name).lower() != name.lower()
    assert folder(name) == folder(name)


def test_other_names_stay() -> None:
    """Addresses people know are the names they gave."""
    assert [folder(name) for name in ("toy", "runs", "404", "a.b_c-1")] == ["toy", "runs", "404", "a.b_c-1"]
