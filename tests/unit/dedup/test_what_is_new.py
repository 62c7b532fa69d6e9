import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from msgspec.structs import replace

from pipeline.dedup.verdict import Sight, judge
from pipeline.model import Changed, Digest, Document, New, SameBytes, SameText, Upstream

digests = st.binary(min_size=1, max_size=2).map(Digest.of)
words = st.sampled_from([None, "", "a", "b"])
sources = st.none() | st.builds(Upstream, name=words, url=words)
documents = st.builds(
    lambda **fields: Document(**fields),
    text=st.sampled_from(["a\n", "b\n"]),
    title=words,
    byline=words,
    published=words,
    language=words,
    source=sources,
    charset=st.sampled_from(["utf-8", "euc-kr"]),
    charset_why=st.sampled_from(["header", "page"]),
    generation=st.sampled_from(["1", "2", "generic"]),
    extractor=st.sampled_from(["x 1", "x 2"]),
    degraded=st.booleans(),
)


@st.composite
def sights(draw):
    """Equal bytes decode to equal bytes; what was read has a sidecar."""
    entity = draw(digests)
    read = draw(st.none() | documents)
    return Sight(
        entity=entity,
        decoded=draw(st.none() | st.just(entity)),
        document=Digest.of(repr(read).encode()) if read else None,
        read=read,
    )


CONTENT = ("text", "title", "byline", "published", "language", "source")
HOW_IT_WAS_READ = ("charset", "charset_why", "generation", "extractor", "degraded")


@given(sights())
def test_what_was_never_seen_is_new(now):
    assert judge(None, now) == New()


@given(sights(), sights())
def test_same_bytes_if_and_only_if_the_entity_is_the_same(last, now):
    assert isinstance(judge(last, now), SameBytes) == (last.entity == now.entity)


@given(sights())
def test_a_sight_is_the_same_as_itself(sight):
    assert judge(sight, sight) == SameBytes(sight.document)


@given(sights(), sights())
def test_whether_something_changed_does_not_depend_on_the_order(one, other):
    assert type(judge(one, other)) is type(judge(other, one))


@given(sights(), sights())
def test_a_change_names_what_came_before(last, now):
    assume(last.entity != now.entity)
    match judge(last, now):
        case Changed(previous=named) | SameText(of=named):
            assert named == last.document


@given(sights(), documents, documents)
def test_of_what_can_be_read_only_the_reading_counts(sight, before, after):
    last = replace(sight, entity=Digest.of(b"1"), read=before)
    now = replace(sight, entity=Digest.of(b"2"), read=after)
    alike = all(getattr(before, name) == getattr(after, name) for name in CONTENT)
    assert isinstance(judge(last, now), SameText if alike else Changed)


@pytest.mark.parametrize("name", HOW_IT_WAS_READ)
@given(document=documents)
def test_how_it_was_read_is_no_change(name, document):
    other = {"degraded": not document.degraded}.get(name, "something else")
    last = Sight(entity=Digest.of(b"1"), decoded=None, document=None, read=document)
    read_so = replace(document, **{name: other})
    now = Sight(entity=Digest.of(b"2"), decoded=None, document=None, read=read_so)
    assert judge(last, now) == SameText(None)


@pytest.mark.parametrize("name", CONTENT)
@given(document=documents)
def test_every_field_that_a_reader_sees_counts(name, document):
    other = {"text": "c\n", "source": Upstream(name="z", url=None)}.get(name, "z")
    last = Sight(entity=Digest.of(b"1"), decoded=None, document=None, read=document)
    now = replace(last, entity=Digest.of(b"2"), read=replace(document, **{name: other}))
    assert judge(last, now) == Changed(None)


@given(documents)
def test_a_text_that_comes_or_goes_is_a_change(document):
    """An article that became a PDF, or the other way round."""
    page = Sight(entity=Digest.of(b"1"), decoded=Digest.of(b"1"), document=None, read=document)
    file = Sight(entity=Digest.of(b"2"), decoded=Digest.of(b"2"), document=None, read=None)
    assert judge(page, file) == Changed(None)
    assert judge(file, page) == Changed(None)


@given(digests, digests)
def test_what_is_no_text_is_compared_without_its_content_coding(before, after):
    last = Sight(entity=Digest.of(b"gzip 1"), decoded=before, document=None, read=None)
    now = Sight(entity=Digest.of(b"gzip 2"), decoded=after, document=None, read=None)
    assert isinstance(judge(last, now), SameText if before == after else Changed)
