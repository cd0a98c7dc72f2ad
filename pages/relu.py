"""Exhibit: the bend that makes a stack of linear layers a neural network."""

from core.app.frame import Break, ExhibitPage, Prediction, Stream, show
from core.exhibits.relu import experiment as lesson
from core.exhibits.relu.collapse import collapse, max_of_zero
from core.exhibits.relu.hinges import interpolant, worst_knots
from core.exhibits.relu.scene import scene
from core.exhibits.relu.small_nets import forward, net_gradients, training
from core.nn.activations import relu_slope, values_and_slopes

TWO = {"view": "approximate", "target": "abs", "hidden": 2, "method": "sgd"}

show(
    ExhibitPage(
        slug="relu",
        settings=lesson.Settings,
        experiment=lesson.experiment,
        scene=scene,
        findings=lesson.findings,
        numbers=lesson.numbers,
        table=lesson.table,
        code=(
            forward,
            values_and_slopes,
            relu_slope,
            collapse,
            max_of_zero,
            interpolant,
            worst_knots,
            net_gradients,
            training,
        ),
        prediction=Prediction(
            "Two ReLUs make |x| exactly: relu(x) + relu(−x). Of ten runs of SGD with two ReLUs, how many find that?",
            ("all ten", "some of them", "none"),
            lesson.how_many_find,
            {**TWO, "spacing": "worst", "rate": 0.1, "steps": 1000, "batch_size": 16, "momentum": 0.0, "shift": 0.0},
            lambda result: lesson.findings(result)[1],
        ),
        breaks=(
            Break(
                "No ReLU",
                {"view": "boundary", "shape": "circles", "activation": "identity", "boundary_rate": 3.0},
                "The same net without its bend: what shape is left for the boundary?",
            ),
            Break(
                "All units dead",
                {"view": "approximate", "method": "sgd", "shift": -2.0},
                "Every first bias starts 2 lower, so no unit is ever above 0. Which gradient could wake one?",
            ),
            Break(
                "Too few hinges",
                {"view": "approximate", "method": "placed", "target": "sawtooth", "hidden": 2, "spacing": "even"},
                "Two straight pieces for a sawtooth.",
            ),
            Break(
                "Learning rate 1e9",
                {"view": "approximate", "method": "sgd", "rate": 1e9},
                "How many steps until the loss is no longer a number?",
            ),
            Break(
                "res.max(0)",
                {"view": "collapse", "between": "axis"},
                "The second line of simple_net as the notes have it: run it.",
            ),
        ),
        stream=Stream(lesson.rest, lesson.compares, lesson.join, lesson.whole, lesson.doing, anywhere=True),
    )
)
