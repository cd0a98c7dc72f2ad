"""Settings and the address: what `to_params` writes `parse` reads back, and whatever else it is given it survives."""

from dataclasses import FrozenInstanceError, dataclass, fields, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.contents import Exhibit
from core.settings import Control, choice, controls, integer, ladder, parse, short, text, to_params, toggle
from tests.conftest import declaration, every_exhibit


@dataclass(frozen=True)
class Everything:
    """A control of every kind."""

    task: str = choice("digits", {"digits": "digits", "coaster": "roller-coaster"}, "Task")
    size: int = choice(16, (1, 16, 64), "Batch size")
    rate: float = ladder(1.0, (1e-5, 0.001, 0.3, 1.0, 1000.0), "Rate")
    steps: int = integer(10, -5, 60, "Steps")
    shuffle: bool = toggle(True, "Shuffle", more=True)
    seed: int = integer(42, 0, 999, "Seed", when=("shuffle", True))
    pattern: str = text("(.+)", 20, "Pattern")
    version: int = 1  # no control


def values_of(control: Control) -> st.SearchStrategy[Any]:
    if control.kind == "toggle":
        return st.booleans()
    if control.kind == "integer":
        return st.integers(control.low, control.high)
    if control.kind == "text":
        return st.text(min_size=1, max_size=control.high).filter(str.isprintable)
    return st.sampled_from(control.options)


def settings_of(kind: type[Any]) -> st.SearchStrategy[Any]:
    return st.builds(kind, **{name: values_of(control) for name, control in controls(kind).items()})


@given(settings_of(Everything))
def test_a_link_brings_back_its_settings(settings: Everything) -> None:
    raw = {name: [text] for name, text in to_params(settings).items()}
    assert parse(Everything, raw) == (settings, [])


@given(settings_of(Everything))
def test_a_link_carries_only_what_differs(settings: Everything) -> None:
    differs = {f.name for f in fields(Everything) if getattr(settings, f.name) != f.default}
    assert set(to_params(settings)) == differs


@given(st.dictionaries(st.sampled_from([*controls(Everything), "version", "other"]), st.lists(st.text(), max_size=3)))
def test_junk_falls_back_with_one_sentence_each(raw: dict[str, list[str]]) -> None:
    settings, problems = parse(Everything, raw)
    refused = [name for name in controls(Everything) if any(p.startswith(f"The link's {name} ") for p in problems)]
    assert len(refused) == len(problems)
    for name, control in controls(Everything).items():
        value = getattr(settings, name)
        assert name in refused or name not in raw or not raw[name] or control.read(raw[name][0]) == value
        if name in refused:
            assert value == getattr(Everything(), name)
    assert settings.version == 1
    assert all(problem.endswith(".") for problem in problems)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("steps", "61"),
        ("steps", "-6"),
        ("steps", "1e999"),
        ("steps", "nan"),
        ("steps", "9" * 100_000),
        ("steps", "--3"),
        ("steps", "-"),
        ("steps", ""),
        ("rate", "0.30"),
        ("rate", "inf"),
        ("rate", "nan"),
        ("task", "coaster"),  # the value, but not its words
        ("task", "Digits"),
        ("size", "16.0"),
        ("shuffle", "True"),
        ("shuffle", "1"),
        ("pattern", ""),
        ("pattern", "x" * 21),
        ("pattern", "two\nlines"),
        ("pattern", "\0"),
        ("pattern", "\N{RIGHT-TO-LEFT OVERRIDE}"),
    ],
)
def test_what_is_not_written_by_a_link_is_refused(name: str, text: str) -> None:
    settings, problems = parse(Everything, {name: [text]})
    assert settings == Everything()
    assert len(problems) == 1
    assert name in problems[0]


def test_one_setting_refused_leaves_the_others() -> None:
    settings, problems = parse(Everything, {"steps": ["20"], "rate": ["2"], "seed": ["1", "2"], "size": []})
    assert settings == replace(Everything(), steps=20)
    assert [problem.split("'s ")[1].split(" ")[0] for problem in problems] == ["rate", "seed"]


def test_controls_are_the_fields_that_have_one_in_order() -> None:
    assert list(controls(Everything)) == ["task", "size", "rate", "steps", "shuffle", "seed", "pattern"]
    assert list(controls(Everything())) == list(controls(Everything))


def test_a_control_is_shown_while_its_condition_holds() -> None:
    seed = controls(Everything)["seed"]
    assert seed.shown(Everything(), {})
    assert not seed.shown(Everything(), {"shuffle": False})
    assert controls(Everything)["task"].shown(Everything(), {"shuffle": False})


@pytest.mark.parametrize(
    ("value", "text"), [(1e-5, "1e-05"), (0.3, "0.3"), (1.0, "1"), (1000.0, "1000"), (30, "30"), ("a", "a")]
)
def test_short_numbers(value: Any, text: str) -> None:
    assert short(value) == text


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_short_numbers_identify_what_a_ladder_has(value: float) -> None:
    assert float(short(value)) == pytest.approx(value, rel=1e-5, abs=0)


@every_exhibit
def test_settings_of_an_exhibit_are_frozen_and_have_valid_defaults(entry: Exhibit) -> None:
    kind = declaration(entry).settings
    default = kind()
    assert hash(default) == hash(kind())
    with pytest.raises(FrozenInstanceError):
        setattr(default, fields(kind)[0].name, None)
    for name, control in controls(kind).items():
        value = getattr(default, name)
        written = str(value).lower() if control.kind == "toggle" else control.text(value)
        assert control.read(written) == value
        assert control.label


@every_exhibit
def test_every_option_of_an_exhibit_survives_its_link(entry: Exhibit) -> None:
    kind = declaration(entry).settings
    for name, control in controls(kind).items():
        ends = {
            "integer": (control.low, control.high),
            "toggle": (False, True),
            "text": ("a", r"(.+)_\d+.&=#% \"'<b>`"),
        }.get(control.kind, control.options)
        for value in ends:
            settings = replace(kind(), **{name: value})
            assert parse(kind, {n: [text] for n, text in to_params(settings).items()}) == (settings, [])


@every_exhibit
def test_an_exhibit_has_few_main_controls(entry: Exhibit) -> None:
    default = declaration(entry).settings()
    main = [c for c in controls(default).values() if not c.more and c.shown(default, vars(default))]
    assert 1 <= len(main) <= 7
