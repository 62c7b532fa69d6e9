"""Texts and sidecars stand under their digest, whole or not at all."""

import hashlib
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.archive.texts import (
    Texts,
    document_digest,
    document_name,
    sidecar_bytes,
    strays,
    text_bytes,
    text_name,
)
from pipeline.errors import ArchiveUnwritable, DamagedRecord
from pipeline.model import Digest, Document, Upstream


def document(**changes):
    given_fields = {
        "text": "Title\n\nA paragraph.\n",
        "title": "Title",
        "byline": None,
        "published": "2020-05-10T01:15:00+08:00",
        "language": "ko",
        "source": Upstream(name="KCNA.kp (En)", url="https://a.example/"),
        "charset": "utf-8",
        "charset_why": "declared",
        "generation": "2020",
        "extractor": "x/1",
    }
    return Document(**{**given_fields, **changes})


def test_a_text_stands_under_the_sha256_of_its_bytes(tmp_path):
    texts = Texts(tmp_path)
    digest = texts.keep_text("제목\n\n문단.\n")
    texts.sync()
    path = tmp_path / "text" / digest.hex[:2] / f"{digest.hex}.txt"
    assert path == tmp_path / text_name(digest)
    assert path.read_bytes() == "제목\n\n문단.\n".encode()
    assert hashlib.sha256(path.read_bytes()).hexdigest() == digest.hex
    assert Texts(tmp_path).read_text(digest) == "제목\n\n문단.\n"


def test_a_sidecar_is_canonical_json_of_what_the_page_says():
    assert sidecar_bytes(document(title='A "b"\\\n\x01/é')).decode() == (
        '{"byline":null,"charset":"utf-8","charset_why":"declared","degraded":false,'
        '"generation":"2020","language":"ko",'
        '"published":"2020-05-10T01:15:00+08:00",'
        '"source":{"name":"KCNA.kp (En)","url":"https://a.example/"},'
        f'"text":"{Digest.of(document().text.encode())}",'
        '"title":"A \\"b\\"\\\\\\n\\u0001/é"}'
    )


def test_what_was_read_later_stands_in_a_sidecar_only_where_the_page_says_it():
    """So that a sidecar made before it was read keeps its digest."""
    later = {"canonical": "https://a.example/1", "amp": None, "site_name": "A"}
    said = json.loads(sidecar_bytes(document(**later)))
    assert said["canonical"] == "https://a.example/1"
    assert said["site_name"] == "A"
    assert "amp" not in said
    assert document_digest(document(**later)) != document_digest(document())
    assert document_digest(document(canonical=None)) == document_digest(document())


def test_a_sidecar_stands_under_its_digest_and_reads_back(tmp_path):
    texts = Texts(tmp_path)
    digest = texts.keep_document(document(source=None))
    assert digest == document_digest(document(source=None))
    texts.sync()
    assert hashlib.sha256((tmp_path / document_name(digest)).read_bytes()).hexdigest() == digest.hex
    said = Texts(tmp_path).read_document(digest)
    assert said["title"] == "Title"
    assert said["source"] is None
    assert said["text"] == str(Digest.of(document().text.encode()))


def test_who_extracted_it_is_no_part_of_the_document():
    assert sidecar_bytes(document()) == sidecar_bytes(document(extractor="y/2"))
    assert sidecar_bytes(document()) != sidecar_bytes(document(charset="euc-kr"))
    assert sidecar_bytes(document()) != sidecar_bytes(document(charset_why="meta"))


@given(st.text(st.characters(exclude_categories=())))
def test_every_text_has_bytes_and_every_sidecar_is_json(text):
    assert text_bytes(text).decode() == text_bytes(text_bytes(text).decode()).decode()
    assert json.loads(sidecar_bytes(document(title=text))) is not None


def test_half_a_surrogate_pair_becomes_a_replacement_character():
    assert text_bytes("a\ud83db") == "a\ufffdb".encode()


def test_nothing_is_there_before_sync_but_can_be_read(tmp_path):
    texts = Texts(tmp_path)
    digest = texts.keep_text("x\n")
    assert list(tmp_path.iterdir()) == []
    assert texts.read_text(digest) == "x\n"


def test_a_file_that_is_there_is_not_written_again(tmp_path):
    texts = Texts(tmp_path)
    digest = texts.keep_text("x\n")
    texts.sync()
    path = tmp_path / text_name(digest)
    before = path.stat()
    for again in (texts, Texts(tmp_path)):
        again.keep_text("x\n")
        again.sync()
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_a_file_is_durable_before_its_name_and_its_name_before_sync_returns(tmp_path):
    seen = []

    def sync_all(descriptors):
        paths = (Path(f"/proc/self/fd/{descriptor}").readlink() for descriptor in descriptors)
        seen.extend(str(path.relative_to(tmp_path)) for path in paths)

    texts = Texts(tmp_path, sync_all=sync_all)
    name = text_name(texts.keep_text("x\n"))
    texts.sync()
    assert seen == [f"text/{Path(name).name}.new", ".", "text", str(Path(name).parent)]


def test_a_name_is_durably_gone_from_the_one_folder_and_durably_in_the_other(tmp_path):
    seen = []

    def sync_all(descriptors):
        paths = (Path(f"/proc/self/fd/{descriptor}").readlink() for descriptor in descriptors)
        seen.append({str(path.relative_to(tmp_path)) for path in paths})

    texts = Texts(tmp_path, sync_all=sync_all)
    shelf = Path(text_name(texts.keep_text("x\n"))).parent
    texts.sync()
    other = next(
        text
        for text in map(str, range(10_000))
        if Path(text_name(Digest.of(text.encode()))).parent == shelf
    )
    texts.keep_text(other)
    seen.clear()
    texts.sync()
    assert seen[1] == {"text", str(shelf)}
    assert [path.name for path in (tmp_path / "text").iterdir()] == [shelf.name]


def test_an_unfinished_file_is_a_stray_wherever_it_was_begun(tmp_path):
    for name in ("text/x.txt.new", "documents/3b/y.json.new"):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_bytes(b"half")
    found = {(path.relative_to(tmp_path).as_posix(), named) for path, named in strays(tmp_path)}
    assert found == {("text/x.txt.new", None), ("documents/3b/y.json.new", None)}


def test_a_text_that_could_not_be_written_has_no_name_and_stays_in_the_batch(tmp_path):
    def sync_all(_descriptors):
        if broken:
            raise OSError(28, "No space left on device")

    broken = True
    texts = Texts(tmp_path, sync_all=sync_all)
    digest = texts.keep_text("x\n")
    with pytest.raises(ArchiveUnwritable, match="No space left"):
        texts.sync()
    assert not (tmp_path / text_name(digest)).exists()
    broken = False
    texts.sync()
    assert Texts(tmp_path).read_text(digest) == "x\n"


def test_altered_and_missing_texts_are_told_apart(tmp_path):
    texts = Texts(tmp_path)
    digest = texts.keep_text("x\n")
    texts.sync()
    (tmp_path / text_name(digest)).write_text("y\n")
    with pytest.raises(DamagedRecord, match="its digest is"):
        texts.read_text(digest)
    (tmp_path / text_name(digest)).unlink()
    with pytest.raises(DamagedRecord, match="No such file"):
        texts.read_text(digest)
