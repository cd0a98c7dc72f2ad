"""The views of *Softmax*: a row for each."""

from core.exhibits.softmax import (
    bars,
    bars_scene,
    batch,
    batch_scene,
    charts,
    none_of_these,
    none_of_these_scene,
    table,
    table_scene,
    two_classes,
    two_classes_scene,
)
from core.exhibits.softmax.probabilities import book_activations, softmax
from core.exhibits.softmax.settings import Settings
from core.nn.ten_digits import losses_and_slopes, take_step, train_ten, train_ten_plainly
from core.view import Code, Twin, View, Views

TRAINING = Twin(plain=train_ten_plainly, fast=(train_ten, take_step, losses_and_slopes))


def _bars_code(settings: Settings) -> Code:
    written = (softmax,) if settings.formula == "written" else ()
    drawn = (book_activations,) if settings.start == "random" else ()
    return (*written, bars.sweep, *drawn)


BARS = View(
    experiment=bars.experiment,
    scene=bars_scene.scene,
    charts=(charts.probabilities_chart, charts.exponents_chart),
    code=_bars_code,
)

TWO_CLASSES = View(
    experiment=two_classes.experiment,
    scene=two_classes_scene.scene,
    charts=(charts.two_ways_chart, charts.two_ways_apart_chart),
    code=(two_classes.both_ways, two_classes.experiment),
)

TABLE = View(
    experiment=table.experiment,
    scene=table_scene.scene,
    charts=(charts.book_rows_chart, charts.book_activations_chart),
    code=(table.experiment, book_activations),
)

BATCH = View(
    experiment=batch.experiment,
    scene=batch_scene.scene,
    charts=(charts.batch_map, charts.batch_targets_chart),
    code=(batch.experiment, TRAINING),
)

FAR_BELOW = View(
    experiment=none_of_these.far_below,
    scene=none_of_these_scene.far_below_scene,
    charts=(charts.pushed_down_chart,),
    code=(none_of_these.far_below, book_activations),
)

NO_DIGITS = View(
    experiment=none_of_these.no_digits,
    scene=none_of_these_scene.no_digits_scene,
    charts=(charts.strange_pictures_map, charts.strange_sigmoids_map),
    code=(none_of_these.probabilities_of, none_of_these.no_digits, none_of_these.strange_pictures, TRAINING),
)

VIEWS: Views = {
    "bars": BARS,
    "two classes": TWO_CLASSES,
    "table": TABLE,
    "batch": BATCH,
    "none of these": lambda settings: FAR_BELOW if settings.source == "activations" else NO_DIGITS,
}
