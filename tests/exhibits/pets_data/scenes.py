"""What several tests of scenes look at: the pictures of a panel, and the words of a line."""

import io

from PIL import Image

from core.stage.panels import Pictures, TextLine, TextPart
from tests.stage.pictures import parts


def opened(panel: Pictures) -> list[Image.Image | None]:
    """The pictures of a panel; None for one that is no image."""
    return [None if part == b"no image" else Image.open(io.BytesIO(part)) for part in parts(panel.files)]


def words(line: TextLine) -> str:
    """All of a line's parts."""
    return "".join(part.words if isinstance(part, TextPart) else part for part in line.parts)


def marked(line: TextLine) -> list[str]:
    """The parts of a line that are marked."""
    return [part.words for part in line.parts if isinstance(part, TextPart) and part.mark]
