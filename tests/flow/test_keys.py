"""A key is made once, kept outside the archive, and followed by another by its own word."""

from __future__ import annotations

import shutil
import stat

import pytest

from pipeline.errors import KeyUnusable, LedgerBroken
from pipeline.ledger.keys import PUBLISHED, load_key, new_key, published
from pipeline.ledger.reader import LogReader
from pipeline.writing.keyring import rotate


@pytest.fixture
def site(press, declare, answer, story):
    press.pages |= {f"/news/{n}": answer(story(title=f"Story {n}")) for n in range(4)}
    return declare(press)


@pytest.fixture
def settings(settings_of, tmp_path):
    return settings_of(tmp_path / "archive")


@pytest.fixture
def key_of(settings):
    """The file of the archive's private key."""

    def find():
        name = published(settings.archive).name.replace("/", "_")
        return settings.keys / f"{name}.key"

    return find


@pytest.fixture
async def _lived(site, open_work, press):
    async with open_work(site) as work:
        await work.look(press.url("/news/1"))


@pytest.mark.usefixtures("_lived")
def test_the_private_key_lies_outside_and_is_nobody_elses(settings, key_of):
    assert stat.S_IMODE(key_of().stat().st_mode) == 0o600
    assert settings.archive not in key_of().parents
    secret = key_of().read_bytes().strip()
    for path in settings.archive.rglob("*"):
        assert not path.is_file() or secret not in path.read_bytes()


@pytest.mark.usefixtures("_lived")
async def test_a_key_that_others_may_read_signs_nothing(key_of, site, open_work):
    key_of().chmod(0o644)
    with pytest.raises(KeyUnusable, match="chmod 600"):
        async with open_work(site):
            pass


@pytest.mark.usefixtures("_lived")
async def test_an_archive_without_its_key_says_where_it_looked(key_of, site, open_work):
    key_of().unlink()
    with pytest.raises(KeyUnusable, match=str(key_of())):
        async with open_work(site):
            pass


@pytest.mark.usefixtures("_lived")
async def test_a_log_that_was_begun_and_not_published_is_gone_on_with(settings, site, open_work):
    before = published(settings.archive)
    (settings.archive / PUBLISHED).unlink()
    async with open_work(site):
        pass
    assert published(settings.archive) == before


@pytest.mark.usefixtures("_lived")
async def test_the_new_key_signs_and_the_old_one_is_kept(
    settings, key_of, site, open_work, press, hand_clock
):
    old, octets = published(settings.archive), key_of().read_bytes()
    fresh = rotate(settings, at=hand_clock.now())
    assert published(settings.archive) == fresh != old
    assert key_of().with_name(f"{key_of().name}.{old.key_id.hex()}").read_bytes() == octets
    async with open_work(site) as work:
        assert (await work.look(press.url("/news/2")))["change"] == "new"
    assert str(fresh.key_id.hex()) != old.key_id.hex()


@pytest.mark.usefixtures("_lived")
async def test_a_rotation_that_was_cut_short_before_its_entry_has_not_begun(
    settings, key_of, site, open_work
):
    before = published(settings.archive)
    new_key(key_of().with_name(f"{key_of().name}.next"), before.name)
    async with open_work(site):
        pass
    assert published(settings.archive) == before


@pytest.mark.usefixtures("_lived")
async def test_a_rotation_that_was_cut_short_behind_its_entry_is_ended_by_the_next_start(
    settings, key_of, site, open_work, press, hand_clock
):
    old, waiting = key_of().read_bytes(), key_of().with_name(f"{key_of().name}.next")
    fresh = rotate(settings, at=hand_clock.now())
    shutil.copy2(key_of(), waiting)
    key_of().write_bytes(old)
    async with open_work(site) as work:
        assert (await work.look(press.url("/news/3")))["change"] == "new"
    assert published(settings.archive) == load_key(key_of()).verify_key == fresh
    assert not waiting.exists()


@pytest.mark.usefixtures("_lived")
async def test_two_copies_of_an_archive_cannot_both_go_on(
    settings, site, open_work, press, tmp_path
):
    """One key, one history: the copy that comes second is refused, and so is an older one."""
    copy = tmp_path / "copy"
    shutil.copytree(settings.archive, copy)
    size = LogReader.open(settings.archive).size
    async with open_work(site) as work:
        await work.look(press.url("/news/2"))
    with pytest.raises(LedgerBroken, match="rolled back"):
        async with open_work(site, folder="copy"):
            pass
    assert LogReader.open(copy).size == size
