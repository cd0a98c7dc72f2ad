"""What the rows of the table of breeds are made of: a skull, a muzzle, ears, eyes, fur and coat.

Lengths are in units of about half a head's width, positions (x, y, z) to the right, down and towards the viewer from
the middle of the skull. Where x is not 0 a thing is there on both sides. Colours are sRGB, as #rrggbb.
"""

from dataclasses import dataclass
from typing import Literal

Point = tuple[float, float, float]
Tone = Literal["base", "dark", "light", "extra"]
Pattern = Literal["plain", "tabby", "spots", "brindle"]


@dataclass(frozen=True, kw_only=True)
class Coat:
    """One colouring of a breed: its tones, and colours of nose and irises that go with it."""

    base: str
    dark: str
    light: str
    extra: str = "#20191a"
    nose: str = "#2a2224"
    irises: tuple[str, ...] = ("#5a3218",)


@dataclass(frozen=True, kw_only=True)
class Patch:
    """A place of the coat in another tone: a soft ellipsoid;
    `soft` is the width of its border, `ragged` its waviness.
    """

    tone: Tone
    centre: Point
    radii: Point
    soft: float = 0.18
    ragged: float = 0.12
    strength: float = 1.0


@dataclass(frozen=True, kw_only=True)
class Ear:
    """A leaf from `root` along `axis`, `width` half as wide; `belly` is where it is widest,
    `point` how sharp its tip.
    """

    root: Point
    axis: Point
    width: float
    belly: float = 0.0  # 0: at the root (a triangle); 0.6: beyond the middle (a hanging ear)
    point: float = 1.0  # 0.5 round, 1 straight to the tip
    bend: float = 0.0
    front: bool = False  # hangs before the head
    inside: bool = True  # shows its inner side
    tuft: float = 0.0
    tone: Tone = "base"


@dataclass(frozen=True, kw_only=True)
class Eye:
    place: tuple[float, float]  # x, y on the face
    size: float
    upper: float  # how far the lids open, in sizes
    lower: float
    tilt: float = 0.0  # outer corner up, radians
    slit: bool = False
    iris: float = 0.9  # its radius, in sizes


@dataclass(frozen=True, kw_only=True)
class Muzzle:
    length: float  # how far it stands out from the face
    width: float
    height: float
    y: float
    lips: float = 0.0  # how far they hang
    chin: float = 1.0
    beard: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Fur:
    """Lengths of hair, in units."""

    head: float
    cheek: float
    body: float
    ears: float = 0.05
    sheen: float = 0.15


@dataclass(frozen=True, kw_only=True)
class Breed:
    name: str
    cat: bool
    skull: Point
    cheek: tuple[float, float]  # how far out, how large
    muzzle: Muzzle
    eye: Eye
    ear: Ear
    nose: float  # half its width
    fur: Fur
    coats: tuple[Coat, ...]
    pattern: Pattern = "plain"
    head: tuple[Patch, ...] = ()
    body: tuple[Patch, ...] = ()
    build: float = 1.0  # width of neck and chest
    smile: float = 0.3  # how often the mouth is open
    alike: tuple[str, ...] = ()  # breeds that a hasty person takes it for


CHEST = Patch(tone="light", centre=(0.0, 1.55, 0.7), radii=(0.55, 1.1, 0.7), soft=0.25)
PAWS = Patch(tone="light", centre=(0.5, 4.6, 0.2), radii=(0.7, 0.55, 0.9), soft=0.15)
