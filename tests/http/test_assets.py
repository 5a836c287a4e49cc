"""What pages load: the bundles are those of these sources, and every address leads to a file."""

from __future__ import annotations

import gzip
import re
from contextlib import closing
from pathlib import Path

import brotli
import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import HttpResponse
from django.test import Client
from fontTools.ttLib import TTFont

from forum.http.assets import PAGES, address, declared, head, manifest
from forum.http.bundling.sources import sources_hash

pytestmark = pytest.mark.django_db

STATIC = Path(settings.BASE_DIR) / "static"
BUNDLES = STATIC / "bundles"
TEMPLATES = Path(settings.BASE_DIR) / "templates"
ADDRESS = re.compile(r'(?:href|src)="/static/([^"]+)"')
FACE = re.compile(r'font-style: (\w+);.*?url\("\.\./([^"]+)"\).*?unicode-range: ([^;]+);', re.S)


def loaded(html: str) -> list[str]:
    """What a page asks for below /static/."""
    return ADDRESS.findall(html)


def letters(ranges: str) -> set[int]:
    """The code points of a `unicode-range`."""
    bounds = (item.strip().removeprefix("U+").split("-") for item in ranges.split(","))
    return {point for low, *high in bounds for point in range(int(low, 16), int((high or [low])[0], 16) + 1)}


def answered(path: str, **headers: str) -> HttpResponse:
    """The answer with all of its body, and the file closed."""
    with closing(Client().get(path, headers=headers)) as streamed:
        return HttpResponse(streamed.getvalue(), status=streamed.status_code, headers=dict(streamed.items()))


def test_bundles_are_those_of_these_sources():
    assert manifest()["sources"] == sources_hash(), "run `make assets` and commit static/bundles and static/fonts"


def test_bundles_are_all_there_and_nothing_else():
    made = {BUNDLES / name for name in manifest()["files"].values()}
    compressed = {path.with_name(path.name + end) for path in made for end in (".br", ".gz") if path.suffix != ".woff2"}
    assert set(BUNDLES.iterdir()) == made | compressed | {BUNDLES / "manifest.json"}


def test_compressed_bundles_have_the_same_content():
    for path in BUNDLES.glob("*.br"):
        content = path.with_suffix("").read_bytes()
        assert brotli.decompress(path.read_bytes()) == content
        assert gzip.decompress(path.with_suffix(".gz").read_bytes()) == content


def test_bundles_refer_to_files_beside_them():
    names = set(manifest()["files"].values())
    for path in (*BUNDLES.glob("*.css"), *BUNDLES.glob("*.js")):
        referred = re.findall(r'(?:url\(|from\s*|import\s*\(?)"\./([^"]+)"', path.read_text())
        assert referred or path.suffix == ".js" or path.stem.startswith(("writing", "moderation")), path
        assert set(referred) <= names, path


@pytest.mark.parametrize("is_debug", [False, True])
@pytest.mark.parametrize("is_known", [False, True])
@pytest.mark.parametrize("kind", PAGES)
def test_every_kind_of_page_refers_to_files_that_exist(settings, kind, is_known, is_debug):
    settings.DEBUG = is_debug
    names = loaded(head(kind, is_known=is_known))
    assert len(names) >= 2
    assert [name for name in names if not finders.find(name)] == []
    assert all(name.startswith("bundles/") != is_debug for name in names)


def test_scripts_and_styles_are_one_file_each():
    def kinds(page: str, *, is_known: bool) -> list[str]:
        return [name.split("/")[-1].rsplit("-", 1)[0] for name in loaded(head(page, is_known=is_known))]

    assert kinds("reading", is_known=False) == ["parley", "serif-latin-normal", "reading", "reading"]
    assert kinds("reading", is_known=True)[2:] == ["reading", "writing"] * 2
    assert kinds("moderation", is_known=True)[2:] == ["reading", "writing", "moderation"] * 2
    assert kinds("form", is_known=False) == ["parley", "reading", "reading"], "forms load no font"
    assert kinds("embed", is_known=True)[2:] == ["embed"] * 2
    assert kinds("error", is_known=True) == ["parley", "serif-latin-normal", "reading"], "styles only"


def test_templates_name_files_nowhere_else():
    texts = {path: path.read_text() for path in TEMPLATES.rglob("*.html")}
    assert [path for path, text in texts.items() if "{% static" in text] == []
    named = {kind for text in texts.values() for kind in re.findall(r'{% assets "([\w-]+)" %}', text)}
    assert named == PAGES.keys()


def test_pages_load_what_their_reader_needs(cast, thread):
    pages = {
        f"/threads/{thread.pk}/": "reading",
        "/accounts/login/": "form",
        f"/{thread.theme.event.slug}/moderation/": "moderation",
        f"/{thread.theme.event.slug}/live/screen/": "screen",
    }
    for path, kind in pages.items():
        assert loaded(cast.client("eve").get(path).text) == loaded(head(kind, is_known=False)), path
    desk = f"/{thread.theme.event.slug}/moderation/desk/"
    assert loaded(cast.client("mo").get(desk).text) == loaded(head("moderation", is_known=True))
    composed = cast.client("ada").get(f"/comments/{thread.opening_id}/reply/", follow=True)
    assert loaded(composed.text) == loaded(head("reading", is_known=True))


def test_bundles_are_kept_for_a_year():
    for name in manifest()["files"]:
        assert answered(address(name))["Cache-Control"] == "max-age=31536000, immutable"
    assert answered("/static/css/base.css")["Cache-Control"] == "max-age=60, public"


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip", "gzip"),
        ("br;q=0, gzip;q=0.5", "gzip"),
        ("br;q=0,gzip; q=0.000", None),
        ("br;q=0.1", "br"),
        ("", None),
    ],
)
def test_bundles_come_in_an_encoding_that_is_accepted(accepted, encoding):
    answer = answered(address("reading.js"), **{"accept-encoding": accepted})
    assert answer.get("Content-Encoding") == encoding
    assert answer["Vary"] == "Accept-Encoding"
    unpacked = {"br": brotli.decompress, "gzip": gzip.decompress, None: bytes}[encoding](answer.content)
    assert unpacked == (BUNDLES / manifest()["files"]["reading.js"]).read_bytes()


def test_a_file_that_is_known_is_not_sent_again():
    path = address("reading.css")
    etag = answered(path)["ETag"]
    assert etag.startswith('W/"'), "one ETag for several encodings"
    for known in (etag, etag.removeprefix("W/"), f'"other", {etag}', "*"):
        answer = answered(path, **{"if-none-match": known})
        assert (answer.status_code, answer["ETag"]) == (304, etag), known
    assert answered(path, **{"if-none-match": 'W/"other"'}).status_code == 200


def test_licences_of_others_stay():
    assert "Copyright (c) 2017-2018 GitHub, Inc." in (BUNDLES / manifest()["files"]["writing.js"]).read_text()
    assert "Adobe" in TTFont(STATIC / "fonts" / "serif-latin-normal.woff2")["name"].getDebugName(0)


def test_fonts_have_the_letters_that_styles_promise():
    faces = FACE.findall((STATIC / "css" / "tokens.css").read_text())
    assert len(faces) == 6
    covered: dict[str, set[int]] = {"normal": set(), "italic": set()}
    for style, file, ranges in faces:
        font = TTFont(STATIC / file)
        promised = letters(ranges) & set(font.getBestCmap())
        assert promised, file
        assert font["name"].getDebugName(1) == "Parley Serif", "their licence keeps the name of the originals"
        covered[style] |= promised
    originals = (STATIC / "vendor" / "source-serif-4").glob("*.woff2")
    for original in originals:
        style = original.stem.rsplit("-", 1)[1]
        wanted = set(TTFont(original).getBestCmap()) & letters("U+0100-024F, U+1E00-1EFF, U+0021-007E, U+00A1-00FF")
        assert wanted <= covered[style], original.name
    azerbaijani = set(map(ord, "AaBbCcÇçDdEeƏəFfGgĞğHhXxIıİiJjKkQqLlMmNnOoÖöPpRrSsŞşTtUuÜüVvYyZz"))
    assert azerbaijani <= covered["normal"] & covered["italic"]


def test_each_letter_is_in_one_font_only():
    """Or a page would load a second file for letters it has."""
    faces = [letters(ranges) for style, _, ranges in FACE.findall((STATIC / "css" / "tokens.css").read_text())]
    latin, azerbaijani, rest = faces[:3]
    marks = letters("U+0304, U+0308, U+0329")  # stand with letters of either
    assert latin & azerbaijani == azerbaijani & rest == latin & rest - marks == set()


def test_bundles_are_declared_from_files_that_exist():
    for bundle in declared().values():
        assert [name for name in (*bundle["styles"], bundle["script"]) if not (STATIC / name).is_file()] == []
