"""The views of *Training loop*: a row for each."""

from core.exhibits.training_loop import charts, four_ways, four_ways_scene, race_a_against_b, race_a_against_b_scene
from core.exhibits.training_loop.settings import FOUR, RACE, Settings
from core.exhibits.training_loop.versions import WAYS
from core.nn.kernels import kernel_functions
from core.nn.losses import batch_accuracy, mnist_loss
from core.nn.training import train, train_plainly
from core.view import Code, Job, Twin, View, Views


def _training(device: str, *models: str) -> Twin:
    """The recorded runs of these models."""
    steps = dict.fromkeys(function for model in models for function in kernel_functions(model, device))
    return Twin(plain=train_plainly, fast=(train, *steps))


def _four_ways_code(settings: Settings) -> Code:
    written = [function for way in WAYS for function in way.code]
    return *written, mnist_loss, batch_accuracy, _training(settings.device, settings.model)


def _race_code(settings: Settings) -> Code:
    return race_a_against_b.experiment, _training(settings.device, settings.model, settings.other_model)


FOUR_WAYS = View(
    experiment=four_ways.experiment,
    scene=four_ways_scene.scene,
    charts=(charts.accuracies_chart, charts.losses_chart, charts.mini_batch_losses_chart),
    code=_four_ways_code,
    job=Job(
        begin=four_ways.begin,
        work=four_ways.all_ways,
        join=four_ways.join,
        progress=four_ways.progress,
        anywhere=True,
        needs=("fastai.optimizer", "fastai.learner", "fastai.data.core"),
    ),
)

VIEWS: Views = {
    FOUR: FOUR_WAYS,
    RACE: View(
        experiment=race_a_against_b.experiment,
        scene=race_a_against_b_scene.scene,
        charts=(charts.accuracies_chart, charts.losses_chart, charts.mini_batch_losses_chart),
        code=_race_code,
    ),
}
