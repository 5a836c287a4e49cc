"""What can be seen of a text: of words, of names, and of marks on letters."""

from __future__ import annotations

import unicodedata

import pytest
from django.core.exceptions import ValidationError

from accounts.models import Group
from accounts.visible import FEW, MANY, check_visible, few_marks, shows_nothing
from forum.exchange.words import ANONYMOUS, EMPTY, display_name, fitted
from forum.kernel.errors import TextRefused
from forum.markup.render import render
from tests.factories import new_key

FILLERS = [
    "\u200b",
    "\u3164",
    "\u3164 \u2800",
    "\u115f\u1160",
    "\u17b4",
    "\u034f",
    "\ufe0f",
    "\U000e0041",
    "\u2060\ufeff",
]
IGNORABLE = [*FILLERS, "\ufff4", "\U000e0fff", "\u180e", "\u2065", "\U0001d159", "\u0301", "\u200d\u0489"]
ZALGO = "Z" + "\u0301\u0302\u0308\u0323" * 10
SEEN = ["a", "?", "你", "👍", "❤\ufe0f", "1\ufe0f\u20e3", "\u0600", "ㅋ", "\u0903", "€", "\ue000", "👨\u200d👩\u200d👧"]
HEAPS = [
    ZALGO,
    "ก" + "\u0e47" * 40,
    "ش" + "\u0651" * 40,
    "x" + "\u0489" * 40,
    "क" + "\u0951" * 40,
    "a" + "\u0301\u034f" * 40,
    " " + "\u0302" * 40,
    "\u0f40" + "\u0f90" * 40,
]
# Names and words of scripts that stack marks or join letters; each must stay as it is.
REAL = {
    "Vietnamese, decomposed": unicodedata.normalize("NFD", "Nguyễn Thị Ngọc Huyền, thuở ấy"),
    "Thai": "น้ำ เปี๊ยะ ปี่ กี๊ด ที่นี้",
    "Lao": "ເບຍລາວ ຂໍ້ຄວາມ ນ້ຳ",
    "Hebrew with accents": "בְּרֵאשִׁ֖ית בָּרָ֣א אֱלֹהִ֑ים יְרוּשָׁלַ֙͏ִם֙",
    "Arabic of the Quran": "ٱلرَّحۡمَٰنِ ٱلرَّحِيمِ نَسۡتَعِينُ",
    "Persian joiner": "می\u200cخواهم",
    "Marathi joiner": "र्\u200dया क्\u200dष",
    "Tibetan stack": "ཧྐྵྨླྺྼྻྂ སངས་རྒྱས",
    "Burmese": "မြန်မာ ဝွှံု့ကျွန်ုပ်",
    "Khmer": "ស្ត្រី ខ្ញុំ",
    "phonetic": "ɔ̃̀ː ǫ̂́ n̪̊ t͡ʃʼ",
    "polytonic Greek": unicodedata.normalize("NFD", "ᾧ ᾅδης"),
    "old Slavonic": "бг҃ъ и҆́же",
    "Azerbaijani": "Əli İsmayılov Çınar",
    "Japanese variant": "葛\U000e0100飾区",
}


@pytest.mark.either
@pytest.mark.parametrize("text", IGNORABLE)
def test_a_text_of_signs_without_shape_shows_nothing(text):
    assert shows_nothing(text)
    assert shows_nothing(f"\n {text} \t")


@pytest.mark.either
@pytest.mark.parametrize("text", SEEN)
def test_anything_with_a_shape_is_seen(text):
    assert not shows_nothing(text)


@pytest.mark.either
@pytest.mark.parametrize(
    "text", [f"> {FILLERS[0]}", *FILLERS, "*\u200b*", "&#x3164;", "- \u2800\n- \u00ad", "`\u3164`"]
)
def test_a_text_that_shows_nothing_is_refused_and_imported_as_empty(text):
    with pytest.raises(TextRefused):
        render(text)
    if "&" not in text:
        assert fitted(text)[0] == EMPTY


@pytest.mark.django_db
@pytest.mark.parametrize("text", FILLERS)
def test_no_door_takes_words_that_nobody_sees(text, cast, thread, say):
    comment = say("ada", "To be answered.", to=thread.opening)
    ben = cast.client("ben")
    answer = ben.post(f"/comments/{thread.opening_id}/reply/", {"source": text, "key": new_key()})
    assert answer.status_code == 422
    said = {"kind": "other", "note": text}
    assert ben.post(f"/comments/{comment.pk}/flag/", said).status_code == 422
    for named in ({"name": text}, {"name": f"Ada{text}"}, {"name": "Ada", "organisation": text}):
        filled = {"group": Group.CIVIL, "organisation": ""} | named
        assert ben.post("/accounts/profile/", filled).status_code == 422, named


@pytest.mark.either
@pytest.mark.parametrize("text", FILLERS)
def test_an_imported_author_is_never_without_a_visible_name(text):
    assert display_name(text, "") == ANONYMOUS
    assert display_name(text, "Ann") == "Ann"
    assert display_name(f"Ann{text} Lee") == "Ann Lee"
    assert display_name(ZALGO) == ZALGO[: 1 + FEW]


@pytest.mark.either
@pytest.mark.parametrize("script", REAL)
def test_marks_and_joiners_of_real_scripts_stay(script):
    text = REAL[script]
    assert few_marks(text) == text
    check_visible(text.replace(",", "").replace("\u034f", ""))
    assert render(text).text == text


@pytest.mark.either
@pytest.mark.parametrize("letter", HEAPS)
def test_heaps_of_marks_stay_near_their_line(letter):
    html = render(f"before {letter} after `{letter}`").html
    shown = html.partition("before ")[2].partition(" after")[0]
    marks = [sign for sign in shown if unicodedata.category(sign) in {"Mn", "Me"} and sign != "\u034f"]
    assert 0 < len(marks) <= MANY
    assert len(marks) == FEW or letter[1] > "\u0400"
    with pytest.raises(ValidationError):
        check_visible(f"Name {letter}")


@pytest.mark.either
@pytest.mark.parametrize(
    "name", ["A\u200dda", "A\u200cda", "Ada\ufe0e", "Ad\u034fa", "Ada\U000e0100", "A\u00adda", "\u200dAda"]
)
def test_a_joiner_has_no_place_where_it_joins_nothing(name):
    with pytest.raises(ValidationError):
        check_visible(name)
