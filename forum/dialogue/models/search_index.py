"""How words stand in the search index: the one form that texts and questions are brought into.

The index is a table beside the others, `forum_search`, with one row for each public comment (see migration
`search_index`): full-text search of SQLite (FTS5) or of PostgreSQL (tsvector). Both get words in this form, so
they know nothing of accents, capitals, punctuation or scripts that write without spaces.

Each row also carries marks: its event, its theme and, in PostgreSQL, its block of keys. A question begins with them,
so that the index itself leaves out what stands elsewhere. Nothing typed can become a mark: in SQLite marks have a
column of their own, in PostgreSQL a sign that no folded word holds.
"""

from __future__ import annotations

import re
import unicodedata

from forum.kernel.scripts import is_written_without_spaces

BLOCK = 4_096  # keys of comments that share a mark

# The marks of a comment `said` under a theme `place`, in each database's own way.
MARKS = {
    "sqlite": "'e' || place.event_id || ' t' || place.id",
    "postgresql": f"array_to_tsvector(ARRAY['e:' || place.event_id, 't:' || place.id, 'b:' || said.id / {BLOCK}])",
}
# Whether the row `found` lacks any of them.
LACKS_MARKS = {
    "sqlite": f"found.marks <> {MARKS['sqlite']}",
    "postgresql": (
        "NOT found.document @@ "
        f"format('''e:%%s'' & ''t:%%s'' & ''b:%%s''', place.event_id, place.id, said.id / {BLOCK})::tsquery"
    ),
}
MARKED = "forum_comment AS said JOIN forum_theme AS place ON place.id = said.theme_id"

# PostgreSQL knows how words change in these; with Chinese they are the languages of the United Nations.
LANGUAGES = ("english", "french", "spanish", "russian", "arabic")

# Accents, Hebrew points, Arabic vowels, and the line that only stretches Arabic words. The breve of the Cyrillic
# short i stays: that is a letter of its own, and the endings of Russian words need it.
_ACCENTS = re.compile(
    "(?<![\u0400-\u04ff])\u0306|[\u0300-\u0305\u0307-\u036f\u0591-\u05bd\u05bf-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670]"
)


class _Signs(dict[int, str]):
    """What a sign becomes: itself, a space if it stands between words, or a word of its own. Filled as signs occur.

    Each sign of a script without spaces is indexed as a word, and a word in a question as the row of its signs.
    """

    def __missing__(self, code: int) -> str:
        sign = chr(code)
        if unicodedata.category(sign)[0] in "PSZC":
            made = " "
        else:
            made = f" {sign} " if is_written_without_spaces(code) else sign
        self[code] = made
        return made


_SIGNS = _Signs()


def folded(text: str) -> str:
    """The words of a text, small, without accents, one space between them. Only letters, digits and marks are left."""
    bare = _ACCENTS.sub("", unicodedata.normalize("NFKD", text.casefold()))
    return " ".join(unicodedata.normalize("NFKC", bare).translate(_SIGNS).split())
