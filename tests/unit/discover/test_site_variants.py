"""The sites that come with the project: a document's variants are one, two documents stay two."""

from pathlib import Path

import pytest

from pipeline.sites.site import read_site

CONFIGS = Path(__file__).parents[3] / "configs"
KCNA = "https://kcnawatch.org/newstream/1551393382-304794661/second-day-talks"
JOINS = "https://koreajoongangdaily.joins.com/2018/07/13/politics/A-slug/3050588.html"
BREITBART = "https://www.breitbart.com/asia/2020/03/23/a-slug/"
EMBASSY = "http://za.china-embassy.org/eng/zgxw/t1777600.htm"


@pytest.fixture(scope="module")
def site():
    return lambda name: read_site(CONFIGS / f"{name}.yaml")


@pytest.mark.parametrize(
    ("name", "url", "variants"),
    [
        (
            "kcnawatch",
            KCNA,
            [
                f"{KCNA}/",
                f"{KCNA}/?c=1551441963072",
                f"{KCNA}?t=1&c=2#top",
                KCNA.replace("https", "http"),
                KCNA.replace("//", "//www."),
                KCNA.replace("https://", "http://www.") + "//?t=5",
                KCNA.replace("kcnawatch.org", "KCNAWatch.ORG:443"),
                KCNA.replace("newstream", "x/../newstream"),
            ],
        ),
        (
            "breitbart",
            BREITBART,
            [
                f"{BREITBART}amp/",
                f"{BREITBART}amp",
                BREITBART.removesuffix("/"),
                f"{BREITBART}?utm_source=x&fbclid=1",
                BREITBART.replace("https://www.", "http://") + "amp?utm_medium=y",
            ],
        ),
        ("koreajoongangdaily", JOINS, [f"{JOINS}?cloc=x", JOINS.replace("https", "http")]),
        ("chinese-embassies", EMBASSY, [f"{EMBASSY}#top", EMBASSY.replace("eng", "./eng")]),
    ],
)
def test_variants_are_one_document_that_the_site_wants(site, name, url, variants):
    declared = site(name)
    assert {declared.canonical(variant) for variant in (url, *variants)} == {url}
    assert declared.declared.targets.wants(url)


@pytest.mark.parametrize(
    ("name", "one", "other"),
    [
        ("kcnawatch", KCNA, KCNA.replace("1551393382", "1551438195")),
        ("kcnawatch", KCNA, f"{KCNA}?page=2"),
        ("kcnawatch", KCNA, KCNA.replace("kcnawatch", "archive.kcnawatch")),
        ("breitbart", BREITBART, BREITBART.replace("slug", "slug-amp")),
        ("breitbart", BREITBART, f"{BREITBART}?page=2"),
        (
            "koreajoongangdaily",
            "https://koreajoongangdaily.joins.com/news/article/article.aspx?aid=1",
            "https://koreajoongangdaily.joins.com/news/article/article.aspx?aid=2",
        ),
        ("chinese-embassies", EMBASSY, EMBASSY.replace("za.", "us.")),
    ],
)
def test_two_documents_stay_two(site, name, one, other):
    declared = site(name)
    assert declared.canonical(one) != declared.canonical(other)
