"""Parts of pages that are kept for everybody: made once for each language, and never with anything of a reader."""

from __future__ import annotations

import pytest
from django.template import Context, TemplateSyntaxError, engines
from django.utils.translation import override

from forum.http.constants import ConstantNode

pytestmark = pytest.mark.either


def template(source: str):
    return engines["django"].engine.from_string("{% load i18n %}" + source)


@pytest.mark.parametrize(
    "inside",
    [
        "{{ viewer.name }}",
        "{% csrf_token %}",
        "{% if viewer.is_known %}known{% endif %}",
        "{% for entry in viewer.menu %}{{ entry }}{% endfor %}",
        "{% translate viewer.name %}",
        "{% blocktranslate with name=viewer.name %}By {{ name }}{% endblocktranslate %}",
        '{% include "components/crumbs.html" %}',
        '{% include "components/messages.html" %}',
        "{% firstof viewer.login_url '/accounts/login/' %}",
        '{% assets "reading" %}',
    ],
)
def test_a_constant_part_can_have_nothing_of_its_reader(inside):
    made = template("{% load assets %}{% constant %}" + inside + "{% endconstant %}")
    with pytest.raises(TemplateSyntaxError, match="asks for"):
        made.render(Context({"viewer": {"name": "Ada", "is_known": True, "menu": ["x"]}, "csrf_token": "secret"}))


def test_a_constant_part_holds_no_block():
    with pytest.raises(TemplateSyntaxError, match="no block"):
        template("{% constant %}{% block title %}Parley{% endblock %}{% endconstant %}")


def test_a_constant_part_may_set_and_use_variables_of_its_own():
    made = template("{% constant %}{% for letter in 'ab' %}{{ letter }}-{% endfor %}{% endconstant %}")
    assert made.render(Context({"letter": "x"})) == "a-b-"


def test_each_language_has_its_own():
    said = template('{% translate "Yes" %} {% constant %}{% translate "No" %}{% endconstant %}')
    assert said.render(Context()) == "Yes No"
    with override("de"):
        assert said.render(Context()) == "Ja Nein"
    assert said.render(Context()) == "Yes No"


@pytest.mark.parametrize(
    ("source", "is_kept"),
    [
        ('{% translate "Yes" %}', True),
        ("{% translate word %}", False),
        ('{% translate "Yes"|upper %}', False),
        ('{% translate "May" context "month name" %}', False),
        ('{% translate "Yes" as said %}{{ said }}', False),
    ],
)
def test_a_text_alone_is_kept(source, is_kept):
    made = template(source)
    assert bool(made.nodelist.get_nodes_by_type(ConstantNode)) == is_kept
    assert made.render(Context({"word": "No"})) == made.render(Context({"word": "No"}))
    assert "No" not in made.render(Context({"word": "Yes"}))
