"""Two linear layers beside the one that they amount to, and `res.max(0)`, against plain loops."""

import numpy as np

from core.data.digits import load
from core.exhibits.relu.settings import Settings
from core.exhibits.relu.two_linears import Collapse, collapse, max_of_zero, two_linears
from core.exhibits.relu.two_linears_scene import COLUMNS, max_of_zero_scene, scene
from core.stage.panels import Pixels, Steps
from tests.stage.panels import panels


def test_two_linears_are_one_up_to_rounding() -> None:
    result = two_linears("identity", 42)
    weights, bias = collapse([p.double() for p in result.parameters])
    single = load("built-in").x_valid.double() @ weights + bias
    np.testing.assert_allclose(result.stack, single[:, 0].numpy(), atol=1e-13)
    assert result.differences["float64"].max() < 1e-13 < result.differences["float32"].max() < 1e-4
    assert result.matrices == 1
    assert result.accuracy[0] == result.accuracy[1] > 0.9
    np.testing.assert_allclose(result.matrix, np.repeat(weights.T.float().numpy(), len(result.matrix), 0), atol=1e-6)


def test_untrained_layers_are_closer_to_one_than_trained_ones_whose_outputs_are_larger() -> None:
    powers = {}
    for epochs in (0, 5):
        result = two_linears("identity", 42, epochs)
        powers[epochs] = result.numbers()["power of ten of the largest difference in float64"]
        assert 10 ** (powers[epochs] - 0.5) <= result.differences["float64"].max() <= 10 ** (powers[epochs] + 0.5)
    assert powers[0] < powers[5]
    bound = 1 / np.sqrt(784)
    assert all(np.abs(p.numpy()).max() <= bound for p in two_linears("identity", 42, 0).parameters[:2])


def test_with_relu_every_digit_meets_a_matrix_of_its_own() -> None:
    result = two_linears("relu", 42)
    assert result.differences["float64"].max() > 0.1
    assert result.matrices > 10
    _, b1, w2, b2 = (p.numpy() for p in result.parameters)
    outputs = (result.matrix * result.images).sum(1) + (result.on * b1 * w2[:, 0]).sum(1) + b2[0, 0]
    shown = [i // 2 + (i % 2) * len(result.stack) // 2 for i in range(len(outputs))]
    np.testing.assert_allclose(outputs, result.stack[shown], atol=1e-4)
    assert (result.hidden >= 0).all()
    assert ((result.hidden > 0) == result.on).all()


def test_max_of_0_is_along_the_axis_and_max_of_a_tensor_is_not() -> None:
    result = max_of_zero(Settings(seed=42))
    for i, column in enumerate(result.res.T.tolist()):
        assert result.values[i] == np.float32(max(column))
        assert result.indices[i] == column.index(max(column))
    np.testing.assert_array_equal(result.relu, np.where(result.res > 0, result.res, 0))
    assert result.kind == "torch.return_types.max"
    assert result.error.startswith("TypeError: unsupported operand")
    assert (result.outputs.shape, result.of_values.shape) == ((6,), (1,))
    assert result.findings()[2].count("TypeError") == 1


def pictures(result: Collapse) -> tuple[Pixels, Pixels]:
    """The units and the matrix that they add up to, as they are drawn."""
    _, units, matrix = panels(scene(result), Pixels)
    return units, matrix


def test_units_that_are_off_are_blank() -> None:
    units, matrix = pictures(two_linears("relu", 42))
    off = units.tiles.text == 0
    assert 0 < off.mean() < 1
    assert (units.array[off] == 0).all()
    assert len(np.unique(matrix.array.reshape(24, -1), axis=0)) > 5
    _, linear = pictures(two_linears("identity", 42))
    assert len(np.unique(linear.array.reshape(24, -1), axis=0)) == 1


def test_code_that_fails_is_shown_with_its_error() -> None:
    drawn = max_of_zero_scene(max_of_zero(Settings()))
    (steps,), (_, res, relu, _) = panels(drawn, Steps), panels(drawn, Pixels)
    assert "TypeError" in steps.steps[4].formula[0]
    assert res.array.shape == (1, 1, 6, COLUMNS)
    assert (relu.array >= 0).all()
