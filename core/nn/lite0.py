"""EfficientNet-Lite0 without its classifier, ready to look: every BatchNorm already folded into its convolution.

It gives what timm's network of that name gives, and is there in a moment: to import timm takes longer than to see a
hundred pictures (M. Tan, Q. Le, *EfficientNet*, 2019; the lite variant has no squeeze-and-excitation, and ReLU6).
"""

from collections.abc import Iterator, Sequence

from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.utils.fusion import fuse_conv_bn_weights

STEM, WIDTH = 32, 1280  # channels after the first and after the last convolution
STAGES = (  # blocks, kernel, stride of the first, how much wider inside, channels
    (1, 3, 1, 1, 16),
    (2, 3, 2, 6, 24),
    (2, 5, 2, 6, 40),
    (3, 3, 2, 6, 80),
    (3, 5, 1, 6, 112),
    (4, 5, 2, 6, 192),
    (1, 3, 1, 6, 320),
)
EPSILON = 1e-3  # of the BatchNorms, as TensorFlow has it
TENSORS = 296  # in the file: a weight and five of a BatchNorm for each convolution, and the classifier's two


class Convolution(nn.Module):
    """A convolution with a bias; where it halves the picture it is padded as TensorFlow does, more at the end."""

    def __init__(self, weight: Tensor, bias: Tensor, stride: int, groups: int, *, bends: bool) -> None:
        super().__init__()
        self.weight, self.bias = nn.Parameter(weight.detach()), nn.Parameter(bias.detach())
        self.stride, self.groups, self.bends = stride, groups, bends

    def forward(self, x: Tensor) -> Tensor:
        kernel = self.weight.shape[-1]
        padding = (kernel - 1) // 2
        if self.stride > 1:
            x, padding = F.pad(x, (*_margins(x.shape[-1], kernel), *_margins(x.shape[-2], kernel))), 0
        x = F.conv2d(x, self.weight, self.bias, self.stride, padding, 1, self.groups)
        return F.relu6(x, inplace=True) if self.bends else x


def _margins(size: int, kernel: int, stride: int = 2) -> tuple[int, int]:
    """Columns to add before and after, so that a stride gives size / stride, rounded up."""
    total = max((-(-size // stride) - 1) * stride + kernel - size, 0)
    return total // 2, total - total // 2


class Block(nn.Sequential):
    """Convolutions in a row; where nothing changes shape, what went in is added to what comes out."""

    def __init__(self, *steps: nn.Module, adds: bool) -> None:
        super().__init__(*steps)
        self.adds = adds

    def forward(self, x: Tensor) -> Tensor:
        made = super().forward(x)
        return made + x if self.adds else made


def lite0(tensors: Sequence[Tensor]) -> tuple[nn.Module, Tensor, Tensor]:
    """The body, and the classifier's weight (1000, width) and bias (1000), from the file's tensors in their order."""
    rest = iter(tensors)
    layers: list[nn.Module] = [_next(rest, 2)]
    channels = STEM
    for blocks, _, first, wider, after in STAGES:
        for number in range(blocks):
            stride = first if number == 0 else 1
            wide = [_next(rest)] if wider > 1 else []
            deep = _next(rest, stride, groups=channels * wider)
            layers.append(Block(*wide, deep, _next(rest, bends=False), adds=stride == 1 and channels == after))
            channels = after
    body = nn.Sequential(*layers, _next(rest), nn.AdaptiveAvgPool2d(1), nn.Flatten(1))
    weight, bias = rest
    return body.eval(), weight, bias


def _next(rest: Iterator[Tensor], stride: int = 1, groups: int = 1, *, bends: bool = True) -> Convolution:
    """The next convolution of the file, with the BatchNorm behind it folded in."""
    weight, scale, shift, mean, variance, _ = (next(rest) for _ in range(6))
    folded = fuse_conv_bn_weights(weight, None, mean, variance, EPSILON, scale, shift)
    return Convolution(*folded, stride, groups, bends=bends)
