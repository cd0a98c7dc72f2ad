"""*Augmentation* to explore: what was drawn for each picture, and how many different ones were seen."""

import numpy as np

from core.charts.marks import line_chart, point_chart
from core.charts.theme import Chart, class_inks
from core.exhibits.augmentation.epochs import SeenPictures
from core.exhibits.augmentation.one_batch import Batches
from core.exhibits.augmentation.twelve_variants import Variants

TIPS = ("warp x", "warp y", "brightness", "contrast", "reflected", "shown")


def variants_chart(result: Variants) -> Chart:
    """Angle and zoom of each variant; the pointer tells the rest."""
    columns = result.table()
    columns |= {"mirrored": np.where(columns["flipped"], "flipped", "not flipped")}
    kinds = ("mirrored", {"not flipped": "metric", "flipped": "activations"})
    title = "What was drawn for each variant"
    return point_chart(columns, "angle", "zoom", title=title, kinds=kinds, tips=["variant", *TIPS], size=110)


def variants_lighting_chart(result: Variants) -> Chart:
    """Brightness and contrast."""
    title = "Brightness (0.5: as it is) and contrast (1)"
    tips = ["variant", "angle", "zoom"]
    return point_chart(result.table(), "brightness", "contrast", title=title, ink="data", tips=tips, size=110)


def seen_chart(result: SeenPictures) -> Chart:
    """Different pictures seen, against the size of the data set."""
    inks = {
        "different training pictures seen": "activations",
        "different validation pictures seen": "metric",
        "pictures in the data set": "data",
    }
    return line_chart(result.table(), "epoch", inks, title="Different pictures seen so far", y="pictures")


def batch_draws_chart(result: Batches) -> Chart:
    """Angle and zoom are drawn for each picture."""
    columns = result.table()
    columns |= {"in": np.array([f"batch {batch}" for batch in columns["batch"]])}
    kinds = ("in", class_inks(list(dict.fromkeys(columns["in"].tolist()))))
    tips = ["picture", "flipped", *TIPS]
    return point_chart(columns, "angle", "zoom", title="Drawn for each picture", kinds=kinds, tips=tips, size=110)


def batch_crops_chart(result: Batches) -> Chart:
    """The crop's corner is drawn once a batch: the points of a batch lie on each other."""
    columns = result.table()
    columns |= {"in": np.array([f"batch {batch}" for batch in columns["batch"]])}
    kinds = ("in", class_inks(list(dict.fromkeys(columns["in"].tolist()))))
    title = "The crop's corner: drawn once for each batch"
    return point_chart(
        columns, "crop left", "crop top", title=title, kinds=kinds, tips=["picture", "crop height"], size=110
    )
