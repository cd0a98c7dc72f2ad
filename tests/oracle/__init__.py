"""Plain re-implementations of what the exhibits compute, which share no code with core.

For each room there is a module of its name with

    def expected(settings, result) -> dict[str, Any]

which gives every number of `result.numbers()` anew, from the settings alone: autograd loops in float64, surfaces
point by point, loops over pixels, scikit-learn, SciPy. A value may be a `pytest.approx(...)` that says how exact the
page is. Where a long training is chaotic, so that two correct programs part after some steps, an oracle may take the
recorded states from `result` and hold each step, loss and accuracy against them. Data (digits, pets) come from
core.data; the drawn pictures and what `torch.randn` draws from a seed are no results. A number that cannot be computed
anew, such as seconds, is listed in `MEASURED` of the module, with the reason. Where random states would take long, a
function `quick(settings)` of the module gives others in their place that do not.
"""
