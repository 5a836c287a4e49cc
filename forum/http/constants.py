"""Parts of pages that say the same to everybody: rendered once for each language in a process.

Templates load these tags as `i18n`, with all of Django's own. `{% translate "…" %}` without variables is such a part by
itself; longer ones stand in `{% constant %}…{% endconstant %}`. Inside there is no variable, no request and no form's
token, so nothing of a reader can be kept: whatever asks for one fails the first time that it is rendered.
"""

from __future__ import annotations

from typing import Any

from django.template import Context, Library, TemplateSyntaxError
from django.template.base import Node, NodeList, Parser, Token
from django.template.loader_tags import BlockNode
from django.templatetags import i18n
from django.utils.translation import get_language

register = Library()
register.tags |= i18n.register.tags
register.filters |= i18n.register.filters


class NoVariables(Context):
    """What a constant part is rendered with. It holds what the part itself sets, such as the variable of a loop."""

    def __getitem__(self, key: Any) -> Any:
        if key not in self:
            # Neither a KeyError nor an AttributeError, which templates take for an empty value.
            raise TemplateSyntaxError(f"A constant part of a page asks for {key!r}, which it cannot have.")
        return super().__getitem__(key)

    def get(self, key: Any, otherwise: Any = None) -> Any:
        return self[key]


class ConstantNode(Node):
    """Keeps what its nodes made, by language. Other nodes do not look into it."""

    child_nodelists = ()

    def __init__(self, nodes: Node | NodeList) -> None:
        self.nodes = nodes
        self.made: dict[str | None, str] = {}

    def render(self, context: Context) -> str:
        language = get_language()
        if (made := self.made.get(language)) is None:
            alone, template = NoVariables(), context.template
            assert template is not None  # a node is rendered by one
            with alone.bind_template(template):
                made = self.made[language] = self.nodes.render(alone)
        return made


@register.tag
def constant(parser: Parser, token: Token) -> ConstantNode:
    """The tag. Raises TemplateSyntaxError if it holds a block, which another template could fill."""
    nodes = parser.parse(("endconstant",))
    parser.delete_first_token()
    if nodes.get_nodes_by_type(BlockNode):
        raise TemplateSyntaxError("A constant part of a page holds no block.")
    return ConstantNode(nodes)


@register.tag
def translate(parser: Parser, token: Token) -> Node:
    """Django's tag; kept if it has nothing but a text."""
    node = i18n.do_translate(parser, token)
    said = node.filter_expression
    is_plain = not (said.filters or node.asvar or node.message_context)
    return ConstantNode(node) if is_plain and said.var.literal is not None else node
