"""The views of *The pet classifier*: a row for each."""

from core.exhibits.pet_classifier import (
    charts,
    fine_tune,
    fine_tune_scene,
    picture_of_yours,
    picture_of_yours_scene,
    train_the_head,
    train_the_head_scene,
    tuned_learner,
    tuner,
    waiting,
)
from core.exhibits.pet_classifier.settings import Settings
from core.exhibits.pet_classifier.waiting_scene import or_waiting
from core.nn import looking
from core.nn.head import descend, forward, sgd_step, slopes, train_head
from core.view import LONG, Code, Job, View, Views

TRAINING: Code = (sgd_step, forward, slopes, descend, train_head)

FEATURES = Job(
    begin=waiting.begin,
    work=looking.work,
    join=waiting.join,
    progress=waiting.progress,
    wanted=waiting.wanted,
    of=waiting.about,
    **looking.HOW,
)


def _tuning(settings: Settings) -> Code:
    """What trains, where it is switched on."""
    if not settings.tune:
        return (fine_tune.begin,)
    return (tuner.Tuner, tuned_learner.pet_learner, tuned_learner.loaders, tuned_learner.fill, tuner.suggested_rates)


VIEWS: Views = {
    "head": View(
        experiment=train_the_head.experiment,
        scene=or_waiting(train_the_head_scene.scene),
        charts=(charts.head_losses_chart, charts.head_accuracies_chart, charts.confusion_map, charts.sure_chart),
        code=TRAINING,
        job=FEATURES,
    ),
    "own": View(
        experiment=picture_of_yours.experiment,
        scene=or_waiting(picture_of_yours_scene.scene),
        charts=(charts.yours_chart, charts.yours_imagenet_chart),
        code=(picture_of_yours.judge, picture_of_yours.similarities, *TRAINING),
        job=FEATURES,
    ),
    "tune": View(
        experiment=fine_tune.experiment,
        scene=fine_tune_scene.scene,
        charts=(charts.tuning_losses_chart, charts.tuning_rates_chart, charts.rate_search_chart),
        code=_tuning,
        job=Job(
            begin=fine_tune.begin,
            work=fine_tune.work,
            join=fine_tune.join,
            progress=waiting.progress,
            wanted=lambda settings: settings.tune,
            lane=LONG,
            takes_minutes=True,
        ),
    ),
}
