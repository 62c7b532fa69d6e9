"""Bytes of a page → its characters, the charset they were read in, and why."""

from pipeline.charset.labels import charset_of, names
from pipeline.charset.reading import Decoded, read

__all__ = ["Decoded", "charset_of", "names", "read"]
