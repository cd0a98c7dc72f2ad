"""Tensors of rank 0 to 4, each made again by its code."""

import pytest
import torch

from core.data.digits import builtin
from core.exhibits.digits_as_numbers.ranks import Ranks
from tests.exhibits.digits_as_numbers.results import result


@pytest.mark.parametrize(("digit", "index"), [(3, 0), (7, 99)])
def test_code_of_each_rank_makes_its_tensor(digit: int, index: int) -> None:
    ranks = result(view="ranks", digit=digit, index=index)
    assert isinstance(ranks, Ranks)
    stack = torch.stack([row.view(28, 28) for row in builtin().x_valid[100 * (digit == 7) :][:100]])
    for rank, (_, code, tensor) in enumerate(ranks.tensors):
        made = eval(code, {f"valid_{digit}_tens": stack})
        assert tensor.ndim == rank == len(tensor.shape)
        assert torch.equal(made, tensor)
    assert ranks.tensors[0][2] == ranks.tensors[1][2].max()
    assert ranks.flat.ndim == 2
    assert torch.equal(ranks.flat, stack.flatten(1))
