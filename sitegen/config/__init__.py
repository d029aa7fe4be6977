"""Settings of a site: what can be set, and how it is read and checked."""

from sitegen.config.options import (
    CONFIG_NAME,
    ChartOptions,
    Config,
    MetricOptions,
    PaletteOptions,
    ProjectOptions,
    ThemeOptions,
)
from sitegen.config.workspace_options import PanelOptions, SectionOptions, Workspace, WorkspaceOptions

__all__ = [
    "CONFIG_NAME",
    "ChartOptions",
    "Config",
    "MetricOptions",
    "PaletteOptions",
    "PanelOptions",
    "ProjectOptions",
    "SectionOptions",
    "ThemeOptions",
    "Workspace",
    "WorkspaceOptions",
]
