"""The rest of what wandb's Run offers, each a call into the module that does it.

Nothing here raises into training unless the run is strict: what goes wrong is told on the run's page.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import IO, TYPE_CHECKING, Any

from collector.nothing import missing, say_once

if TYPE_CHECKING:
    from collector.alerts import Alerts
    from collector.artifacts.artifact import Artifact
    from collector.ending import Ending
    from collector.files import Place, RunFiles
    from collector.run_artifacts import RunArtifacts
    from collector.saved_files import SavedFiles
    from collector.training_run import Names, Options
    from collector.watching import Watching


class RunApi:
    """Names of wandb's for things that stand in other modules of ours."""

    if TYPE_CHECKING:
        _place: Place
        _names: Names
        _options: Options
        _files: RunFiles
        _ending: Ending | None
        _is_finished: bool
        _closers: list[Callable[[], None]]
        _guard: Callable[..., Any]
        _step: float | int

    @property
    def entity(self) -> str:
        """Whose run it is, as far as anybody said; it plays no part here."""
        return self._options.entity

    @property
    def path(self) -> str:
        """project/id, with the entity before it if there is one."""
        return "/".join(part for part in (self.entity, self._names.project, self._place.paths.run_id) if part)

    @property
    def url(self) -> str:
        """The run's folder as an address."""
        return _address(self._place.paths.folder)

    @property
    def project_url(self) -> str:
        """The project's folder as an address."""
        return _address(os.path.dirname(self._place.paths.folder))

    @property
    def start_time(self) -> float:
        """Wall time of the beginning of this attempt, in seconds since 1970."""
        return self._files.started

    @property
    def starting_step(self) -> float | int:
        """The first step of this attempt."""
        return self._options.first_step

    @property
    def sync_dir(self) -> str:
        """The run's folder, by wandb's name."""
        return self._place.paths.folder

    @property
    def offline(self) -> bool:
        """Whether mode was "offline", which makes no difference here."""
        return self._options.is_offline

    @property
    def status(self) -> str:
        """'running', or how it ended: 'finished', 'failed', 'stopped'."""
        return "running" if not self._is_finished else self._ending.state if self._ending else "finished"

    @property
    def sweep_id(self) -> str | None:
        """The sweep this run is a trial of."""
        return None

    @property
    def sweep_url(self) -> str | None:
        """The address of the sweep this run is a trial of."""
        return None

    @property
    def settings(self) -> Any:
        """What was chosen for this run, under the names of wandb's Settings."""
        from collector.wishes import Settings

        names = self._names
        return Settings(
            entity=self.entity,
            project=names.project,
            run_id=self._place.paths.run_id,
            run_name=names.name,
            run_group=names.group,
            run_job_type=names.job_type,
            run_tags=names.tags,
            run_notes=names.notes,
            root_dir=self._place.paths.root,
            mode="disabled" if self._options.is_disabled else "offline" if self.offline else "online",
        )

    def get_url(self) -> str:
        """The run's folder as an address."""
        return self.url

    def project_name(self) -> str:
        """The project, by an old name of wandb's."""
        return self._names.project

    def alert(self, title: str, text: str = "", level: Any = None, wait_duration: Any = 60) -> None:
        """Record a message; the same title at most once in `wait_duration` seconds."""
        from collector.alerts import seconds_of

        self._guard(lambda: self._alerts().send(title, text, level, seconds_of(wait_duration), self._step))

    def save(
        self,
        glob_str: str | os.PathLike[str] | None = None,
        base_path: str | os.PathLike[str] | None = None,
        policy: str = "live",
    ) -> list[str]:
        """Keep files with the run: "now" as they are, "end" as they are at the end, "live" both.

        Gives the paths of the copies. Folders are kept from the working folder, or from `base_path` on.
        """
        if glob_str is None or self._options.is_disabled:
            return []
        base = None if base_path is None else os.fspath(base_path)
        return self._guard(lambda: self._saved().save(os.fspath(glob_str), base, policy)) or []

    def restore(
        self, name: str, run_path: str | None = None, replace: bool = False, root: str | None = None
    ) -> IO[str] | None:
        """Copy a file that this or another run kept to `root` or the working folder, and open it."""
        from collector.saved_files import restore

        is_spooled = run_path is None and os.path.exists(self._files.paths.files(name))
        paths = self._files.paths if is_spooled else self._place.paths
        opened: IO[str] | None = self._guard(
            lambda: restore(paths, name, run_path, replace, root or os.getcwd())
        )
        return opened

    def log_artifact(
        self,
        artifact_or_path: Any,
        name: str | None = None,
        type: str | None = None,  # noqa: A002  wandb's name
        aliases: Iterable[str] | None = None,
        tags: Iterable[str] | None = None,
    ) -> Artifact:
        """Make an artifact, or a file or folder, the next version of its name; equal content makes none."""
        logged = self._for_artifacts(lambda mine: mine.log(artifact_or_path, name, type, aliases))
        return logged or self._not_logged(artifact_or_path, type)

    def upsert_artifact(self, artifact_or_path: Any, *arguments: Any, **named: Any) -> Artifact:
        """Log an artifact: ranks that log the same content come to the same version by themselves."""
        kept = {key: value for key, value in named.items() if key in ("name", "type", "aliases", "tags")}
        return self.log_artifact(artifact_or_path, *arguments, **kept)

    finish_artifact = upsert_artifact

    def use_artifact(
        self,
        artifact_or_name: Any,
        type: str | None = None,  # noqa: A002  wandb's name
        aliases: Iterable[str] | None = None,
        use_as: str | None = None,
    ) -> Artifact:
        """Record that this run uses `name:alias`, and give it; `download()` gives its files."""
        used = self._for_artifacts(lambda mine: mine.use(artifact_or_name, type))
        return used or self._not_logged(artifact_or_name, type)

    def link_artifact(
        self, artifact: Artifact, target_path: str, aliases: Iterable[str] | None = None
    ) -> Artifact:
        """Make a version known under the name of a collection, too."""
        linked = self._for_artifacts(lambda mine: mine.link(artifact, target_path, aliases))
        return linked or artifact

    def log_model(
        self, path: str | os.PathLike[str], name: str | None = None, aliases: Iterable[str] | None = None
    ) -> Artifact:
        """Log a file or folder as an artifact of the type model."""
        return self.log_artifact(os.fspath(path), name, "model", aliases)

    def use_model(self, name: str) -> str:
        """Download a model; the path of its only file, or of its folder."""
        artifact = self.use_artifact(name, "model")
        return artifact.file() if len(artifact.files()) == 1 else artifact.download()

    def link_model(
        self,
        path: str | os.PathLike[str],
        registered_model_name: str,
        name: str | None = None,
        aliases: Iterable[str] | None = None,
    ) -> Artifact:
        """Log a model and make it known under a second name."""
        return self.link_artifact(self.log_model(path, name), registered_model_name, aliases)

    def log_code(
        self,
        root: str | os.PathLike[str] | None = ".",
        name: str | None = None,
        include_fn: Callable[..., bool] | None = None,
        exclude_fn: Callable[..., bool] | None = None,
    ) -> Artifact | None:
        """Log the source files below a folder as an artifact of the type code: *.py unless told otherwise."""
        from collector.run_artifacts import code_artifact, usable_name

        found = self._guard(
            lambda: code_artifact(
                os.fspath(root or "."),
                name or usable_name(f"source-{self._names.project}"),
                include_fn or (lambda path: path.endswith(".py")),
                exclude_fn or (lambda path: False),
            )
        )
        return None if found is None else self.log_artifact(found)

    def watch(
        self,
        models: Any,
        criterion: Any = None,
        log: str | None = "gradients",
        log_freq: int = 1000,
        idx: int | None = None,
        log_graph: bool = False,
    ) -> None:
        """Record histograms of a torch model's gradients, parameters, or "all", every `log_freq` batches."""
        if not self._options.is_disabled:
            self._guard(lambda: self._watching().watch(models, log, log_freq, idx))

    def unwatch(self, models: Any = None) -> None:
        """Stop watching some models, or all."""
        if "_watching_state" in self.__dict__:
            self._guard(lambda: self._watching().unwatch(models))

    def watch_tree(self, tree: Any, kind: str = "gradients", step: float | int | None = None) -> None:
        """Record histograms and the norm of all arrays in nested dicts and lists: NumPy, jax, torch."""
        if not self._options.is_disabled:
            at = self._step if step is None else step
            self._guard(lambda: self._watching().watch_tree(tree, kind, at))

    def mark_preempting(self) -> None:
        """Record that the scheduler is about to stop this process; the next start goes on from here."""
        self._files.record({"k": "note", "level": "info", "text": "about to be preempted by the scheduler"})

    def display(self, height: int = 420, hidden: bool = False) -> bool:
        """There is no page to show before `sitegen build`."""
        return False

    def to_html(self, height: int = 420, hidden: bool = False) -> str:
        """The latest values as a small table."""
        return self._repr_html_()

    def _repr_html_(self) -> str:
        from collector.notebook import html_of

        return html_of(self)  # type: ignore[arg-type]

    def _label(self, **ignored: Any) -> None:
        """wandb's own telemetry, which transformers calls."""

    def __getattr__(self, name: str) -> Any:
        return missing("Run", name)

    def _alerts(self) -> Alerts:
        from collector.alerts import new_alerts

        found: Alerts = self.__dict__.setdefault("_alerts_state", new_alerts(self._files.record))
        return found

    def _for_artifacts(self, work: Callable[[RunArtifacts], Artifact]) -> Artifact | None:
        """What the work gives; None where it failed or the run is disabled."""
        if self._options.is_disabled:
            return None
        from collector.run_artifacts import RunArtifacts

        mine = RunArtifacts(self._place.paths, self._files.record)
        done: Artifact | None = self._guard(lambda: work(mine))
        return done

    def _not_logged(self, given: Any, kind: str | None) -> Artifact:
        """What was given where it is an artifact, else one that tells whoever needs its files."""
        from collector.artifacts.artifact import Artifact
        from collector.artifacts.names import ArtifactError

        if isinstance(given, Artifact):
            return given
        hint = "The run is disabled." if self._options.is_disabled else "The notes of the run say why."
        return Artifact.not_found(str(given), kind or "", ArtifactError(f"{given!r} is no artifact.", hint))

    def _saved(self) -> SavedFiles:
        if "_saved_state" not in self.__dict__:
            from collector.saved_files import SavedFiles

            saved = SavedFiles(self._files.paths, self._files.record, shown=self._place.paths)
            self.__dict__["_saved_state"] = saved
            self._closers.append(saved.close)
        found: SavedFiles = self.__dict__["_saved_state"]
        return found

    def _watching(self) -> Watching:
        if "_watching_state" not in self.__dict__:
            from collector.watching import Watching

            watching = self.__dict__["_watching_state"] = Watching(
                self._files.record, self._files.append_row, lambda: self._step, say_once
            )
            self._closers.append(watching.close)
        found: Watching = self.__dict__["_watching_state"]
        return found


def _address(folder: str) -> str:
    from urllib.request import pathname2url  # 20 ms, for whoever asks

    return "file://" + pathname2url(folder)
