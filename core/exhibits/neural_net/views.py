"""The views of *The neural net*: a row for each."""

from core.exhibits.neural_net import (
    as_in_the_notes,
    as_in_the_notes_scene,
    charts,
    dead_units,
    dead_units_scene,
    draw,
    draw_scene,
    judges,
    moments,
    net,
    parameters_and_activations,
    parameters_and_activations_scene,
    resnet18,
    resnet18_scene,
    strokes,
    summary,
    summary_scene,
    units,
    units_scene,
)
from core.exhibits.neural_net.settings import DEAD, DRAW, IMAGES, MOVES, RESNET, SUMMARY, UNITS, Settings
from core.nn.kernels import kernel_functions
from core.nn.losses import mnist_loss
from core.nn.models import simple_net
from core.nn.pixel_similarity import mnist_distance
from core.nn.training import train, train_plainly
from core.view import LONG, Code, Job, Twin, View, Views


def _training(settings: Settings, *models: str) -> Twin:
    """The training of these models, as it ran on the chosen device."""
    kernels = [function for model in models for function in kernel_functions(model, settings.device)]
    return Twin(plain=train_plainly, fast=(train, *dict.fromkeys(kernels)))


def _moves_code(settings: Settings) -> Code:
    over = parameters_and_activations.over_images if settings.moves == IMAGES else moments.over_steps
    return (simple_net, net.activations, moments.changes, over, _training(settings, "relu", "linear"))


def _units_code(settings: Settings) -> Code:
    training = _training(settings, "relu", "linear")
    return (simple_net, units.unit_shares, net.activations, moments.over_steps, training)


def _dead_code(settings: Settings) -> Code:
    leaky = (dead_units.leaky_net, dead_units.leaky_gradients, dead_units.train_leaky)
    return (dead_units.lit, *leaky, _training(settings, "relu"))


def _draw_code(settings: Settings) -> Code:
    """A real digit is not drawn, so it has no strokes."""
    drawing = (strokes.rasterise, strokes.what_is_wrong) if settings.subject == draw.DRAWING else ()
    steps = (strokes.prepare, strokes.fit, strokes.place)
    return (*drawing, *steps, judges.judge, mnist_distance, simple_net, _training(settings, "relu", "linear"))


def _resnet_code(settings: Settings) -> Code:
    lesson = (judges.judges, simple_net, _training(settings, "relu", "linear"))
    if not settings.deep:
        return lesson
    steps = (resnet18.fit_once, resnet18.Reporter, resnet18.train_deep, resnet18.accuracy_of)
    return (resnet18.deep_learner, resnet18.coloured, *steps, *lesson)


def _progress(arrived: int) -> str:
    """What happens while that many parts are there."""
    return "Working, part by part…" if arrived else "Importing fastai and building the model…"


IN_THE_LESSON = View(
    experiment=summary.experiment,
    scene=summary_scene.scene,
    charts=(charts.layers_chart,),
    code=(summary.lesson_model, summary.described, summary.ask_fastai),
    job=Job(
        begin=summary.begin,
        work=summary.ask_fastai,
        join=summary.join,
        progress=_progress,
        anywhere=True,
        needs=("fastai.learner", "fastai.callback.hook", "fastai.data.core"),
    ),
)

IN_THE_NOTES = View(
    experiment=as_in_the_notes.experiment,
    scene=as_in_the_notes_scene.scene,
    code=(as_in_the_notes.lesson_lines, as_in_the_notes.noted_lines, as_in_the_notes.experiment, mnist_loss),
)

VIEWS: Views = {
    MOVES: View(
        experiment=parameters_and_activations.experiment,
        scene=parameters_and_activations_scene.scene,
        charts=(charts.moment_probability_chart, charts.moment_changes_chart, charts.hidden_over_time_map),
        code=_moves_code,
    ),
    UNITS: View(
        experiment=units.experiment,
        scene=units_scene.scene,
        charts=(charts.shares_chart, charts.units_chart),
        code=_units_code,
    ),
    DEAD: View(
        experiment=dead_units.experiment,
        scene=dead_units_scene.scene,
        charts=(charts.dead_chart, charts.dead_accuracies_chart, charts.lit_map),
        code=_dead_code,
    ),
    SUMMARY: lambda settings: IN_THE_NOTES if settings.version == "notes" else IN_THE_LESSON,
    DRAW: View(
        experiment=draw.experiment,
        scene=draw_scene.scene,
        charts=(charts.judged_map, charts.verdicts_chart),
        code=_draw_code,
    ),
    RESNET: View(
        experiment=resnet18.experiment,
        scene=resnet18_scene.scene,
        charts=(charts.judges_accuracies_chart, charts.deep_losses_chart),
        code=_resnet_code,
        job=Job(
            begin=resnet18.begin,
            work=resnet18.training_reports,
            join=resnet18.join,
            progress=_progress,
            wanted=lambda settings: settings.deep,
            lane=LONG,
            takes_minutes=True,
            anywhere=True,
            needs=("fastai.learner", "fastai.data.core", "fastai.vision.learner"),
        ),
    ),
}
