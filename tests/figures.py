"""Makes assets/figures.json: every figure that a text takes from the state of an exhibit, by running all these states.

python -m tests.figures                 of all texts
python -m tests.figures "claim 4" ...   of these, and the others as they stand in the file
"""

import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from core.claims import templates
from core.contents import CONTENTS, exhibit
from core.figures import FIGURES_FILE, Mark, Value, marks
from core.prose import states_of, texts_of
from core.settings import parse
from tests.conftest import declaration, result_of

Params = Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Text:
    """A text with marks, and the states that they mean: parameters of the exhibit's link, by name."""

    name: str  # "claim 4", "prose relu"
    slug: str
    text: str
    states: Mapping[str, Params]

    def wanted(self) -> list[Mark]:
        """The marks whose figure is to be computed."""
        return [mark for mark in marks(self.text) if mark.kind == "computed"]


def texts() -> Iterator[Text]:
    """Every text that may hold figures."""
    for claim in templates():
        opened = dict(claim.opens)
        states = {"": opened} | {name: {**opened, **dict(change)} for name, change in claim.states}
        yield Text(name=f"claim {claim.number}", slug=claim.exhibits[0], text=claim.truth, states=states)
    for entry in CONTENTS:
        text = "\n".join(texts_of(entry.prose).values())
        yield Text(name=f"prose {entry.slug}", slug=entry.slug, text=text, states=states_of(entry.prose))


def numbers_of(slug: str, params: Params) -> Mapping[str, Value]:
    """The numbers of the exhibit's complete result in the state of a link."""
    from core.app.resolve import resolve

    page = declaration(exhibit(slug))
    settings, problems = parse(page.settings, {name: [value] for name, value in params.items()})
    assert problems == [], f"/{slug}: {problems}"
    return result_of(page, resolve(settings)[0]).numbers()


def plain(value: Any) -> Value:
    """A NumPy number as Python's own."""
    return value.item() if hasattr(value, "item") else value


def computed(text: Text) -> dict[str, dict[str, Value]]:
    """The figures of one text, by state and name; KeyError names a number that its state does not have."""
    found: dict[str, dict[str, Value]] = {}
    for state in dict.fromkeys(mark.state for mark in text.wanted()):
        numbers = numbers_of(text.slug, text.states[state])
        names = [mark.name for mark in text.wanted() if mark.state == state]
        missing = [name for name in names if name not in numbers]
        if missing:
            raise KeyError(f"{text.name}, state {state!r}: no number {missing[0]!r} among {', '.join(numbers)}")
        found[state] = {name: plain(numbers[name]) for name in sorted(set(names))}
    return found


def main(names: list[str]) -> None:
    """Run the states of the texts named, or of all; figures that no text names any more go."""
    kept = json.loads(FIGURES_FILE.read_text(encoding="utf-8")) if names else {}
    wanted = [text for text in texts() if text.wanted()]
    every = {t.name: computed(t) if t.name in (names or [t.name]) else kept.get(t.name, {}) for t in wanted}
    FIGURES_FILE.write_text(json.dumps(every, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
