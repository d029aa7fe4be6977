"""Facts become pages here: view models, templates, themes."""
