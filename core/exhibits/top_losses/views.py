"""The views of *Top losses*: a row for each."""

from collections.abc import Callable, Hashable

from core.exhibits.top_losses import (
    charts,
    find_suspects,
    find_suspects_scene,
    judging,
    retrain,
    retrain_without_them,
    retrain_without_them_scene,
    suspects,
    waiting,
)
from core.exhibits.top_losses.cleaning import cleaned
from core.exhibits.top_losses.judging import judgement_key, retraining_key
from core.exhibits.top_losses.settings import Settings
from core.exhibits.top_losses.staging import or_waiting
from core.jobs.job import Work
from core.nn import looking
from core.nn.head import descend, forward, sgd_step, slopes, train_head
from core.view import Code, Job, View, Views

HEADS = "heads"  # jobs that train heads on many pictures go one by one
JUDGING: Code = (
    suspects.Judged.losses,
    suspects.top_losses,
    suspects.judge,
    suspects.fitting,
    sgd_step,
    forward,
    slopes,
    descend,
    train_head,
)


LOOKING = Job(
    begin=waiting.begin,
    work=looking.work,
    join=waiting.join,
    progress=waiting.progress,
    wanted=waiting.for_pictures,
    of=waiting.about,
    **looking.HOW,
)


def _job(settings: Settings, work: Work, *keys: Callable[[Settings], Hashable]) -> Job:
    """The features first; then, of many pictures, what the view needs and is not kept under these keys."""
    if waiting.for_pictures(settings):
        return LOOKING
    return Job(
        begin=waiting.begin,
        work=work,
        join=waiting.join_heads,
        progress=waiting.training,
        wanted=waiting.unless_kept(*keys),
        anywhere=waiting.leaves,
        needs=looking.NEEDS,
        keep=judging.keep,
        lane=HEADS,
    )


def _find(settings: Settings) -> View:
    return View(
        experiment=find_suspects.experiment,
        scene=or_waiting(find_suspects_scene.scene, find_suspects_scene.waiting_scene),
        charts=(charts.confidence_chart, charts.found_chart, charts.losses_by_rank_chart),
        pictures=charts.suspects_pictures,
        code=(*JUDGING[:3], suspects.hypergeometric, *JUDGING[3:]),
        job=_job(settings, find_suspects.work, judgement_key),
    )


def _retrain(settings: Settings) -> View:
    return View(
        experiment=retrain_without_them.experiment,
        scene=or_waiting(retrain_without_them_scene.scene, retrain_without_them_scene.waiting_scene),
        charts=(charts.gains_chart, charts.breeds_after_map),
        pictures=charts.retrained_pictures,
        code=(cleaned, retrain.retrain, retrain.predictions, retrain.bootstrap, retrain.mcnemar, *JUDGING),
        job=_job(settings, retrain_without_them.work, judgement_key, retraining_key),
    )


VIEWS: Views = {"find": _find, "retrain": _retrain}
