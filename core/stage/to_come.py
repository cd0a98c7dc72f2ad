"""What stands in a panel's place before there is anything to draw: what will come there, in words."""

from core.stage.panels import Text, TextLine


def to_come(title: str, words: str, weight: float = 1) -> Text:
    """A panel of that title which says what will stand there."""
    return Text(title=title, lines=[TextLine(note=words)], weight=weight)
