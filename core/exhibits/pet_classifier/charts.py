"""*Pet classifier* to explore: training curves, which breed is taken for which, probabilities, and learning rates."""

import numpy as np

from core.charts.grids import confusion_grid
from core.charts.marks import bar_chart, line_chart, point_chart
from core.charts.theme import Chart
from core.exhibits.pet_classifier.fine_tune import Tuning
from core.exhibits.pet_classifier.picture_of_yours import YourPicture
from core.exhibits.pet_classifier.train_the_head import TrainedHead
from core.words import format_breed


def head_losses_chart(result: TrainedHead) -> Chart | None:
    """Loss by epoch; None while the features are being computed."""
    if not isinstance(result, TrainedHead):
        return None
    head = result.head
    columns = {"epoch": head.epochs, "training pictures": head.train_loss, "held-out pictures": head.valid_loss}
    return line_chart(
        columns, "epoch", {"training pictures": "loss", "held-out pictures": "loss"}, title="Loss by epoch", y="loss"
    )


def head_accuracies_chart(result: TrainedHead) -> Chart | None:
    """Accuracy by epoch."""
    if not isinstance(result, TrainedHead):
        return None
    head = result.head
    columns = {"epoch": head.epochs, "training pictures": head.train_accuracy, "held-out pictures": head.valid_accuracy}
    inks = {"training pictures": "metric", "held-out pictures": "metric"}
    return line_chart(columns, "epoch", inks, title="Accuracy by epoch", y="accuracy")


def confusion_map(result: TrainedHead) -> Chart | None:
    """Which breed is taken for which, held-out pictures."""
    if not isinstance(result, TrainedHead):
        return None
    names = [format_breed(breed) for breed in result.vocab]
    return confusion_grid(result.matrix, names, title="Breed (row) taken for breed (column), held-out pictures")


def sure_chart(result: TrainedHead) -> Chart | None:
    """Each held-out picture: how sure the head is, and how sure it should have been."""
    if not isinstance(result, TrainedHead):
        return None
    columns = result.table()
    right = np.array(columns["breed"]) == np.array(columns["taken for"])
    columns |= {"answer": np.where(right, "right", "wrong")}
    return point_chart(
        columns,
        "its probability",
        "probability of the breed",
        title="How sure the head is of its answer, and of the breed",
        kinds=("answer", {"right": "metric", "wrong": "loss"}),
        tips=["picture", "breed", "taken for"],
    )


def yours_chart(result: YourPicture) -> Chart | None:
    """The probability of every breed; None without a picture."""
    if not isinstance(result, YourPicture) or result.judgement is None:
        return None
    table = result.table()
    names = [format_breed(breed) for breed in table["breed"]]
    inks = {"probability": "activations"}
    title = "The head's probability of every breed"
    return bar_chart(table | {"breed": names}, "breed", inks, title=title, y="probability", lying=True)


def yours_imagenet_chart(result: YourPicture) -> Chart | None:
    """What the whole network says, with ImageNet's own classes."""
    if not isinstance(result, YourPicture) or result.judgement is None:
        return None
    words, shares = zip(*result.judgement.imagenet, strict=True)
    columns = {"ImageNet's class": list(words), "probability": list(shares)}
    title = "ImageNet's own classes"
    return bar_chart(columns, "ImageNet's class", {"probability": "data"}, title=title, y="probability", lying=True)


def tuning_losses_chart(result: Tuning) -> Chart | None:
    """Every mini-batch's loss; None before the first one."""
    if not isinstance(result, Tuning) or not len(result.losses):
        return None
    return line_chart(result.table(), "step", {"loss": "loss"}, title="Loss of every mini-batch", y="loss")


def tuning_rates_chart(result: Tuning) -> Chart | None:
    """The one-cycle learning rates, on a logarithmic scale."""
    if not isinstance(result, Tuning) or not len(result.losses):
        return None
    inks = {"rate of the first layers": "parameters", "rate of the head": "parameters"}
    return line_chart(result.table(), "step", inks, title="Learning rates", y="learning rate", log_y=True)


def rate_search_chart(result: Tuning) -> Chart | None:
    """What lr_find saw, with its suggestions."""
    if not isinstance(result, Tuning) or result.search is None:
        return None
    search = result.search
    columns = {"learning rate": np.array(search.rates), "loss": np.array(search.losses)}
    title = "Loss while lr_find raises the learning rate"
    return line_chart(
        columns, "learning rate", {"loss": "loss"}, title=title, y="loss", log_x=True, marked=search.suggestions
    )
