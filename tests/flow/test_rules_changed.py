"""Our change is not their change: rules that were edited between two looks alarm nobody."""

from __future__ import annotations

import json

import pytest

OLD = "A first sentence that the old rules and the new ones read."
CAPTION = "A caption that only the new rules read."


@pytest.fixture
def page(story):
    """The article, under its header clock, with a caption in a place of its own."""

    def make(*paragraphs, clock="Saturday"):
        caption = f"<figcaption>{CAPTION}</figcaption>"
        return story(*(paragraphs or (OLD, OLD + " Twice.")), clock=clock, aside=caption)

    return make


@pytest.fixture
def rules(press, declare):
    """The rules in force, which can be edited: `rules.edit(body=…)`."""

    class Rules:
        def __init__(self):
            self.edit()

        def edit(self, *, body="div.story", title="h1", **parts):
            extract = {"title": title, "body": body, "published": "time@datetime"}
            self.register = declare(
                press, extract=[extract | {"require": {"min_chars": 20}}], **parts
            )

        def __call__(self):
            return self.register

    return Rules()


@pytest.fixture
def history(press, evidence):
    return lambda: evidence().catalog.history(press.url("/news/1"))


def text_of(work, report):
    return (work.archive.folder / report["document"]["path"]).read_text("utf-8")


async def test_the_same_bytes_under_other_rules_are_the_same_bytes_and_another_text(
    rules, press, open_work, answer, page, history
):
    press.pages["/news/1"] = answer(page())
    async with open_work(rules) as work:
        first = await work.look(press.url("/news/1"))
        rules.edit(body="div.story, figcaption", title="title")
        second = await work.look(press.url("/news/1"))
        assert text_of(work, second).startswith("Ferry runs again | Harbour\n")
    assert second["change"] == "same_bytes"
    assert second["document"]["text"] != first["document"]["text"]
    assert second["document"]["rules"] != first["document"]["rules"]
    new, technical, same = history()
    assert (new.change, new.technical) == ("new", False)
    assert (technical.change, technical.outcome, technical.technical) == (None, None, True)
    assert (same.change, same.technical) == ("same_bytes", False)
    assert str(technical.text) == str(same.text) == second["document"]["text"]
    assert technical.observed_at == new.observed_at


async def test_other_bytes_with_the_same_words_are_the_same_text(
    rules, press, open_work, answer, page, history
):
    press.pages["/news/1"] = [answer(page()), answer(page(clock="Sunday"))]
    async with open_work(rules) as work:
        await work.look(press.url("/news/1"))
        rules.edit(title="title")
        second = await work.look(press.url("/news/1"))
    assert second["change"] == "same_text"
    assert [(look.change, look.technical) for look in history()] == [
        ("new", False),
        (None, True),
        ("same_text", False),
    ]


async def test_a_true_edit_at_the_same_time_is_still_changed_and_compared_with_the_new_reading(
    rules, press, open_work, answer, page, history, evidence
):
    press.pages["/news/1"] = [answer(page()), answer(page(OLD, "They took it back."))]
    async with open_work(rules) as work:
        await work.look(press.url("/news/1"))
        rules.edit(title="title")
        second = await work.look(press.url("/news/1"))
        third = await work.look(press.url("/news/1"))
    assert (second["change"], third["change"]) == ("changed", "same_bytes")
    assert [(look.change, look.technical) for look in history()] == [
        ("new", False),
        (None, True),
        ("changed", False),
        ("same_bytes", False),
    ]
    assert evidence().catalog.document(press.url("/news/1")).changes == 1


async def test_an_edit_that_only_the_old_rules_could_see_is_no_change_under_the_new(
    rules, press, open_work, answer, story
):
    press.pages["/news/1"] = [
        answer(story(OLD, OLD, title="First title")),
        answer(story(OLD, OLD, title="Second title")),
    ]
    async with open_work(rules) as work:
        await work.look(press.url("/news/1"))
        rules.edit(title="meta[name=none]@content, time")
        second = await work.look(press.url("/news/1"))
    assert second["change"] == "same_text"


async def test_a_304_under_other_rules_shows_todays_reading(
    rules, press, open_work, answer, page, history
):
    def conditional(head):
        if "if-none-match" in head.lower():
            return b'HTTP/1.1 304 Not Modified\r\nETag: "1"\r\n\r\n'
        return answer(page(), 'ETag: "1"')

    press.pages["/news/1"] = conditional
    async with open_work(rules) as work:
        await work.look(press.url("/news/1"))
        rules.edit(title="title")
        second = await work.revisit(press.url("/news/1"))
    assert (second["outcome"], second["change"]) == ("not_modified", None)
    assert second["document"]["title"] == "Ferry runs again | Harbour"
    assert [look.technical for look in history()] == [False, True, False]


@pytest.mark.parametrize(
    "edited",
    [
        {"name": "The Harbour Gazette"},
        {"fetch": {"delay": "1ms", "attempts": 2}},
        {"schedule": {"every": "2h", "revisit": "never"}},
    ],
)
async def test_a_config_that_reads_nothing_otherwise_is_no_change_of_rules(
    edited, rules, press, open_work, answer, page, history
):
    press.pages["/news/1"] = [answer(page()), answer(page(clock="Sunday"))]
    async with open_work(rules) as work:
        first = await work.look(press.url("/news/1"))
        rules.edit(**edited)
        second = await work.look(press.url("/news/1"))
    assert second["document"]["config"] != first["document"]["config"]
    assert second["document"]["rules"] == first["document"]["rules"]
    assert [look.technical for look in history()] == [False, False]


async def test_each_declaration_that_was_in_force_lies_in_the_archive_once(
    rules, press, open_work, answer, page, evidence, configs
):
    press.pages["/news/1"] = answer(page())
    contents = []
    async with open_work(rules) as work:
        for title in ("h1", "title", "h1"):
            rules.edit(title=title)
            contents.append((configs / "harbour.yaml").read_bytes())
            for _ in range(2):
                await work.look(press.url("/news/1"))
    kept = [record.block for record in evidence().of_type("resource")]
    assert kept == contents[:2]
    assert json.loads(kept[1])["extract"][0]["title"] == "title"


async def test_a_text_that_was_lost_is_made_again_from_the_record(
    rules, press, open_work, answer, page
):
    press.pages["/news/1"] = answer(page())
    async with open_work(rules) as work:
        first = await work.look(press.url("/news/1"))
        (work.archive.folder / first["document"]["path"]).unlink()
        second = await work.look(press.url("/news/1"))
        assert text_of(work, second).startswith("Ferry runs again\n")
    assert second["change"] == "same_bytes"
    assert second["document"]["text"] == first["document"]["text"]


@pytest.mark.damages
async def test_a_record_that_was_damaged_does_not_stop_the_look(
    rules, press, open_work, answer, page
):
    press.pages["/news/1"] = [answer(page()), answer(page(OLD, "They took it back."))]
    async with open_work(rules) as work:
        await work.look(press.url("/news/1"))
        folder = work.archive.folder
    for path in (folder / "warc").iterdir():
        octets = bytearray(path.read_bytes())
        octets[len(octets) // 2 :] = bytes(len(octets) - len(octets) // 2)
        path.write_bytes(octets)
    rules.edit(title="title")
    async with open_work(rules) as work:
        second = await work.look(press.url("/news/1"))
    assert (second["outcome"], second["change"]) == ("captured", "changed")


async def test_a_page_with_nothing_to_read_is_not_derived_anew_at_every_look(
    rules, press, open_work, answer, history
):
    press.pages["/news/1"] = [answer("<p></p>"), answer("<p> </p>"), answer("<p>  </p>")]
    async with open_work(rules) as work:
        ends = [await work.look(press.url("/news/1")) for _ in range(3)]
        rules.edit(title="title")
        ends.append(await work.look(press.url("/news/1")))
    assert [end["reason"] for end in ends] == ["no_text"] * 4
    assert [end["change"] for end in ends] == ["new", "changed", "changed", "same_bytes"]
    assert not any(look.technical for look in history())
