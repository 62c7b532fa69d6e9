"""A site's zone is named only where its pages agree on an offset."""

import pytest

from pipeline.drafting.zones import zone_of


@pytest.mark.parametrize(
    ("published", "language", "zone"),
    [
        (["2026-03-10T10:00:00+09:00", "2026-07-10T10:00:00+09:00"], "ko", "Asia/Seoul"),
        (["2026-03-10T10:00:00+09:00"], "en", "Etc/GMT-9"),
        (["2026-03-10T10:00:00-05:00"], "en", "Etc/GMT+5"),
        (["2026-03-10T10:00:00+01:00", "2026-07-10T10:00:00+02:00"], "de", "UTC"),
        (["2026-03-10T10:00:00+03:30"], "fa", "UTC"),
        (["2026-03-10", None], "ko", "UTC"),
        ([], None, "UTC"),
    ],
)
def test_an_offset_and_a_language_name_a_zone(published, language, zone):
    assert zone_of(published, language).value == zone
