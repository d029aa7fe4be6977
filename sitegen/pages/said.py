"""What a run's page shows of alerts, of the recorder's notes, and of artifacts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import tzinfo

from sitegen.derive.facts import ArtifactVersion, RunFacts
from sitegen.pages.formatting import MISSING, duration, exact, moment, size
from sitegen.pages.views import AlertView, ArtifactRow, EditView
from sitegen.texts import said

DIGEST_LENGTH = 12


def alert_views(run: RunFacts) -> tuple[AlertView, ...]:
    """Newest first: the last thing a run said tells most about how it is."""
    return tuple(
        AlertView(
            level=alert.level,
            title=alert.title,
            text=alert.text if alert.text.strip() != alert.title.strip() else "",
            when=said("alerts.at_step", step=exact(alert.step)) if alert.step is not None else "",
            after=said("alerts.after", duration=duration(alert.t)),
        )
        for alert in reversed(run.alerts)
    )


def loud_alerts(run: RunFacts) -> int:
    """How many alerts want to be seen: warnings and errors, not what is only told."""
    return sum(alert.level != "info" for alert in run.alerts)


def edit_views(run: RunFacts, zone: tzinfo) -> tuple[EditView, ...]:
    """The corrections that were made beside the log, the latest first."""
    return tuple(EditView(moment(edit.at, zone), "; ".join(edit.words)) for edit in reversed(run.edits))


def known_artifacts(runs: Iterable[RunFacts]) -> dict[str, ArtifactVersion]:
    """By digest, what the runs that logged an artifact said of its size."""
    return {version.digest: version for run in runs for version in run.logged_artifacts if version.digest}


def artifact_rows(run: RunFacts, known: Mapping[str, ArtifactVersion]) -> tuple[ArtifactRow, ...]:
    """Used ones first, as a run goes; what the records of those lack is known from the logging run."""
    return (*_rows(run.used_artifacts, known, "used"), *_rows(run.logged_artifacts, known, "logged"))


def _rows(
    versions: Iterable[ArtifactVersion], known: Mapping[str, ArtifactVersion], role: str
) -> Iterator[ArtifactRow]:
    for version in versions:
        sized = version if version.bytes is not None else known.get(version.digest, version)
        yield ArtifactRow(
            role=role,
            name=f"{version.project}/{version.name}" if version.project else version.name,
            version=version.version or MISSING,
            type=version.type or MISSING,
            size=size(sized.bytes),
            files=MISSING if sized.files is None else f"{sized.files:,}",
            digest=version.digest[:DIGEST_LENGTH] or MISSING,
            digest_full=version.digest,
            aliases=version.aliases,
        )
