"""A pattern tried on file names, on the stage: what it matches, and what group 1 takes out of each name."""

from core.exhibits.pets_data.regex_lab import PatternTrial
from core.stage.panels import Text, TextLine, TextPart
from core.stage.scene import Row, Scene
from core.words import plain_text


def scene(result: PatternTrial) -> Scene:
    """Nothing in it moves."""
    return Scene(
        rows=[Row(66, [_labeller(result)]), Row(330, [_names(result)])],
        alt=plain_text("File names, and what the pattern captures of each.", result.findings()),
    )


def _labeller(result: PatternTrial) -> Text:
    """The labeller, and what it raises or how many labels it gives."""
    answer = result.error
    if not answer and result.matches.ended:
        answer = "stopped: the time was used up"
    elif not answer:
        answer = f"{len(result.labels):,} names, {result.different} labels"
    line = TextLine(code=f"RegexLabeller(r'{result.pattern}')", answer=answer)
    return Text(title="The labeller", lines=[line], narrow_height="auto")


def _names(result: PatternTrial) -> Text:
    return Text(
        title="What the pattern matches, and what group 1 takes out of it",
        lines=[_marked(result, i) for i in result.shown()],
        columns=2,
        least=330,
        narrow_height="auto",
    )


def _marked(result: PatternTrial, i: int) -> TextLine:
    """A name with its match and the captured part, and the label that comes of it."""
    name, matches = result.names[i], result.matches
    if i >= len(matches.spans):
        here = i == len(matches.spans)
        reason = "not tried" if not matches.ended else "✗ stopped here" if here else "not reached"
        return TextLine(parts=[TextPart(words=name, faint=True), f"  {reason}"])
    span, group = matches.spans[i], matches.captured[i]
    if span is None:
        return TextLine(parts=[TextPart(words=name, faint=True), "  ✗ no match"])
    start, end = group or (span[1], span[1])
    parts: list[str | TextPart] = [
        TextPart(words=name[: span[0]], faint=True),
        name[span[0] : start],
        TextPart(words=name[start:end], color="data", mark=True),
        name[end : span[1]],
        TextPart(words=name[span[1] :], faint=True),
    ]
    label = name[start:end]
    outcome = "✗ no group 1" if not group else "✓" if label == result.breeds[i] else f"→ {label}"
    return TextLine(parts=[*filter(_has_words, parts), f"  {outcome}"])


def _has_words(part: str | TextPart) -> bool:
    return bool(part.words if isinstance(part, TextPart) else part)
