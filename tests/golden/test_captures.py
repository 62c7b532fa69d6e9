"""Each capture of each site, through every room, with the sockets closed."""

from __future__ import annotations

import hashlib
import shutil

import pytest

from pipeline.archive.texts import text_name
from pipeline.discover.find import find
from pipeline.discover.seeds import seeds
from pipeline.model import Digest

pytestmark = pytest.mark.disable_socket


def test_an_article_comes_to_what_stands_beside_it(article, archived, came_to, expectation):
    archive = archived(article.site)
    came = came_to(archive.reports[article.file], archive.folder)
    assert came == expectation(article, came)


def test_a_clean_text_lies_under_its_own_digest(article, archived):
    archive = archived(article.site)
    document = archive.reports[article.file]["document"]
    expected = article.expected
    if "text" not in expected:
        assert document is None
        return
    octets = (archive.folder / document["path"]).read_bytes()
    assert octets == ("\n\n".join(expected["text"]) + "\n").encode()
    assert document["text"] == f"sha256:{hashlib.sha256(octets).hexdigest()}"
    assert document["path"] == text_name(Digest.parse(document["text"]))


def test_a_replayed_capture_says_so_and_keeps_its_date(capture, archived):
    report = archived(capture.site).reports[capture.file]
    assert report["origin"] == "replay"
    said = capture.answer.field("WARC-Date").removesuffix("Z")
    assert report["observed_at"].removesuffix("Z").ljust(26, "0").startswith(said)


def test_a_seed_names_the_links_that_stand_beside_it(seed, register, stored, expectation):
    site = register.sites[seed.site]
    kind = seed.expected["kind"] if seed.expected else seed.name.rpartition("-")[2]
    declared = next(one for one in seeds(site.declared.discover) if one.kind == kind)
    page = stored(seed)
    found = find(declared, page, site.declared.targets)
    came = {
        "url": site.canonical(page.url),
        "outcome": "captured",
        "reason": None,
        "status": page.status,
        "kind": kind,
        "links": [link.url for link in found.links],
    }
    assert came == expectation(seed, came)


def test_what_nobody_has_expected_yet_is_drafted_and_fails_once(tmp_path, expectation, cases):
    case = cases[0]
    copy = type(case)(tmp_path / case.site / case.file.name)
    copy.file.parent.mkdir()
    shutil.copy(case.file, copy.file)
    with pytest.raises(pytest.fail.Exception, match="nobody has said"):
        expectation(copy, {"reason": None, "outcome": "captured"})
    assert expectation(copy, {"outcome": "blocked"}) == {"reason": None, "outcome": "captured"}


def test_every_capture_has_its_expectation_and_no_expectation_stands_alone(cases):
    beside = {path for case in cases for path in case.file.parent.glob("*.expected.json")}
    assert beside == {case.beside for case in cases}
