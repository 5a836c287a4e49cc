"""What a reply by email quotes below itself is folded; anything else stays as it is."""

from __future__ import annotations

import pytest

from forum.markup.folds import QUOTED_FROM_EMAIL
from forum.markup.render import render

FOLDED = f"I agree.\n\n{QUOTED_FROM_EMAIL}\n\n> Something [else](https://example.org/).\n>\n> > Deeper.\n\nEnd."


def test_a_quotation_from_an_email_is_folded():
    rendered = render(FOLDED)
    before, _, rest = rendered.html.partition(f"<details>\n<summary>{QUOTED_FROM_EMAIL}</summary>")
    inside, _, after = rest.partition("</details>")
    assert "I agree." in before
    assert inside.count("<blockquote>") == inside.count("</blockquote>") == 2
    assert 'href="https://example.org/"' in inside
    assert "End." in after
    assert f"{QUOTED_FROM_EMAIL} Something else." in rendered.text


@pytest.mark.parametrize(
    "source",
    [
        QUOTED_FROM_EMAIL,
        f"{QUOTED_FROM_EMAIL}\n\nNo quotation.",
        f"{QUOTED_FROM_EMAIL} And more.\n\n> Quoted.",
        f"> {QUOTED_FROM_EMAIL}\n>\n> > Quoted.",
        f"- {QUOTED_FROM_EMAIL}\n\n  > Quoted.",
        "<details><summary>By hand</summary></details>",
        "<details open><summary>By hand</summary></details>",
    ],
)
def test_nothing_else_is(source):
    assert "<details" not in render(source).html
