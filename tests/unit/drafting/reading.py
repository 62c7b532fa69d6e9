"""What the generic extractor made of an article, as the tests of drafting say it."""

from pipeline.model import Document


def read_as(title, lines):
    return Document(
        text="\n\n".join((title, *lines)) + "\n",
        title=title,
        byline=None,
        published=None,
        language="en",
        source=None,
        charset="utf-8",
        charset_why="header",
        generation="generic",
        extractor="x",
    )
