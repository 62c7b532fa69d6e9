"""Words and passages: what is typed → a query, a text → terms, snippets and alignments.

Nothing here knows a database; the catalog's index is asked with what comes out of this room.
"""
