"""*Presizing* to explore: sharpness over many draws, detail by frequency, what each method takes, and speeds."""

import numpy as np

from core.charts.grids import pixel_map
from core.charts.marks import bar_chart, line_chart, point_chart
from core.charts.theme import Chart, class_inks
from core.exhibits.presizing.loupe import Comparison
from core.exhibits.presizing.pipeline import BatchRun
from core.exhibits.presizing.speed import Speeds
from core.exhibits.presizing.squish_pad_crop import AllMethods


def draws_sharpness_chart(result: Comparison) -> Chart:
    """Both ways' sharpness, draw by draw: below the dashed line the standard way is the blurred one."""
    tips = ["draw", "share of fine detail lost", "centres apart, pixels"]
    return point_chart(
        result.table(),
        "sharpness, presized",
        "sharpness, standard",
        title="Sharpness of both ways, draw by draw",
        ink="activations",
        tips=tips,
        diagonal=True,
        size=90,
    )


def frequencies_chart(result: Comparison) -> Chart:
    """How much detail of each fineness is left; on a logarithmic scale, as on the stage."""
    presized, standard = (side.power.numpy() for side in (result.pair.presized, result.pair.standard))
    columns = {"spatial frequency (bin)": np.arange(len(presized)), "presized": presized, "standard": standard}
    inks = {"presized": "activations", "standard": "activations"}
    title = "Power at every spatial frequency"
    return line_chart(columns, "spatial frequency (bin)", inks, title=title, y="power", log_y=True)


def brightness_difference_map(result: Comparison) -> Chart:
    """Where the two pictures differ, in shades of grey."""
    presized, standard = (
        side.picture.astype(np.float64).mean(2) for side in (result.pair.presized, result.pair.standard)
    )
    return pixel_map(
        (standard - presized)[::2, ::2], title="Standard less presized, every second pixel", value="shades, of 255"
    )


def calls_chart(result: BatchRun) -> Chart:
    """How often each transform made new pixels out of old ones."""
    columns = {
        "transform": [f"{number}. {call.name}" for number, call in enumerate(result.calls, 1)],
        "resamplings": [len(call.resamplings) for call in result.calls],
    }
    inks = {"resamplings": "activations"}
    title = "Resamplings of each transform"
    return bar_chart(columns, "transform", inks, title=title, y="resamplings", lying=True)


def invented_chart(result: AllMethods) -> Chart:
    """The share of invented pixels, by method and draw."""
    columns = result.table()
    kinds = ("method", class_inks(list(dict.fromkeys(columns["method"]))))
    tips = ["left", "top", "width", "height", "width, made", "height, made"]
    return point_chart(
        columns, "draw", "share invented", title="Share invented, draw by draw", kinds=kinds, tips=tips, size=110
    )


def taken_chart(result: AllMethods) -> Chart:
    """How large a piece each method takes."""
    columns = result.table()
    kinds = ("method", class_inks(list(dict.fromkeys(columns["method"]))))
    tips = ["draw", "left", "top", "share invented"]
    return point_chart(
        columns,
        "width",
        "height",
        title="Width and height of what is taken, in pixels",
        kinds=kinds,
        tips=tips,
        size=110,
    )


def speeds_chart(result: Speeds) -> Chart | None:
    """Pictures a second, on a logarithmic scale."""
    if not result.rates:
        return None
    table = result.table()
    works = [f"{work} ({device})" for work, device in zip(table["work"], table["device"], strict=True)]
    inks = {"pictures a second": "activations"}
    title = "Pictures a second, measured just now"
    return bar_chart(table | {"work": works}, "work", inks, title=title, y="pictures a second", log_y=True, lying=True)
