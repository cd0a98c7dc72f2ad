"""The documents are true: their links open what they say, and the exhibit in them works as it stands there."""

import html
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import parse_qs

import pytest

from core.contents import CONTENTS, exhibit
from core.settings import controls, parse
from core.sweep.link import unpack_setup
from tests.conftest import ROOT, chosen, declaration, result_of

DOCS = ROOT / "docs"
FILES = sorted(DOCS.glob("*.md"))
PAGE_LINK = re.compile(r"/([a-z]+(?:-[a-z]+)*)\?([\w=&;+*.%~:-]+)")
FILE = re.compile(r"^`((?:core|pages|assets|tests)/[\w./-]+)`\n\n```\w+\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINE = re.compile(r"^    Exhibit\(.*\),$", re.MULTILINE)
WHOLE_PAGE = {"embed", "embed_options", "projector"}  # what every page takes

OPEN = """
import json
from unittest.mock import patch
from streamlit.testing.v1 import AppTest

with patch("streamlit.components.v2.component_manager.BidiComponentManager.discover_and_register_components"):
    app = AppTest.from_file("app.py", default_timeout=120).switch_page("pages/one-weight.py").run()
    app.pills(key="guess").set_value("stayed").run()
shown = app.exception, app.header, app.markdown
print(json.dumps([[str(one.value) for one in some] for some in shown]))
"""


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_links_to_exhibits_open_them_in_the_state_they_name(path: Path) -> None:
    links = PAGE_LINK.findall(html.unescape(path.read_text(encoding="utf-8")))
    assert links or path.name != "teachers.md"
    for slug, query in links:
        settings = declaration(exhibit(slug)).settings
        given = parse_qs(query, keep_blank_values=True, strict_parsing=True)
        for sweep in given.pop("sweep", []):
            setup = unpack_setup(sweep, settings)
            assert setup.number in result_of(declaration(exhibit(slug)), chosen(declaration(exhibit(slug)))).numbers()
        assert set(given) <= WHOLE_PAGE | set(controls(settings)), f"/{slug}?{query}"
        assert parse(settings, given)[1] == [], f"/{slug}?{query}"


@pytest.mark.parametrize("path", [*FILES, ROOT / "README.md"], ids=lambda path: path.name)
def test_files_that_are_named_exist(path: Path) -> None:
    text = FILE.sub("", path.read_text(encoding="utf-8"))
    linked = re.findall(r"\]\((?!http)([^)#]+)\)", text)
    named = re.findall(r"`((?:core|pages|assets|tests|docs|cloud)/[\w/.-]*\w)`", text)
    missing = [name for name in linked if not (path.parent / name).exists()]
    missing += [name for name in named if "one_weight" not in name and not (ROOT / name).exists()]
    assert missing == []


def test_the_exhibit_of_the_developers_page_works(tmp_path: Path) -> None:
    text = (DOCS / "developers.md").read_text(encoding="utf-8")
    files, (line,) = dict(FILE.findall(text)), LINE.findall(text)
    assert len(files) == 5
    for folder in ("core", "pages", "assets", ".streamlit"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "app.py", tmp_path)
    for name, content in files.items():
        assert not (tmp_path / name).exists()
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(content, encoding="utf-8")
    contents = (tmp_path / "core/contents.py").read_text(encoding="utf-8")
    entry = next(line for line in reversed(contents.splitlines()) if line.startswith("    Exhibit("))
    (tmp_path / "core/contents.py").write_text(contents.replace(entry, f"{entry}\n{line}"), encoding="utf-8")

    command = [sys.executable, "-c", OPEN]
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=300, check=False)
    assert ran.returncode == 0, ran.stderr
    exceptions, headers, words = json.loads(ran.stdout.splitlines()[-1])
    assert exceptions == []
    assert headers == ["When does a step downhill lead up?"]
    loss = 9 * (1 - 0.2) ** 40  # of w = 3 after 20 steps at 0.1
    assert f"The :red[loss] fell, from 9 to {loss:.3g}, in 20 steps." in words
    assert ":material/check_circle: Right. The :red[loss] stayed, from 9 to 9, in 20 steps." in words


def test_the_readme_lists_every_exhibit() -> None:
    rows = re.findall(
        r"^\| (\d+) \| ([^|]+) \| ([^|]+) \|$", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert rows == [(str(i), entry.title, entry.question) for i, entry in enumerate(CONTENTS, 1)]
