"""*Pets as data* to explore: labels that a pattern takes out of names, cats and dogs, and the numbers in y."""

from collections import Counter

from core.charts.marks import bar_chart
from core.charts.theme import Chart
from core.exhibits.pets_data.files import Listing
from core.exhibits.pets_data.one_batch import OneBatch
from core.exhibits.pets_data.regex_lab import PatternTrial

NAMED = 40  # labels that are drawn, the most frequent ones


def cats_and_dogs_chart(result: Listing) -> Chart:
    """Files by the case of their first letter."""
    columns = {
        "first letter": ["upper case: cat", "lower case: dog"],
        "files": [result.cats, result.files - result.cats],
    }
    title = "Files by the case of their first letter"
    return bar_chart(columns, "first letter", {"files": "data"}, title=title, y="files", lying=True)


def labels_chart(result: PatternTrial) -> Chart | None:
    """How many names give each label; right ones are few and equally frequent."""
    counts = Counter(label if label is not None else "no match" for label in result.table()["label"]).most_common(NAMED)
    if not counts:
        return None
    columns = {"label": [label for label, _ in counts], "names": [number for _, number in counts]}
    return bar_chart(columns, "label", {"names": "data"}, title="Names that give each label", y="names", lying=True)


def targets_chart(result: OneBatch) -> Chart | None:
    """How often each number stands in y."""
    if result.batch is None:
        return None
    counts = Counter(result.batch.targets)
    columns = {"y": sorted(counts), "items": [counts[y] for y in sorted(counts)]}
    title = f"The {len(result.batch.targets)} numbers in y, of {result.breeds} breeds"
    return bar_chart(columns, "y", {"items": "data"}, title=title, y="items of the batch")
