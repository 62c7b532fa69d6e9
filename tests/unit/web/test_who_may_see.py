"""Tokens, cookies and names: who is let in, and what is said to those who are not."""

import asyncio
from types import SimpleNamespace
from urllib.parse import quote

import httpx
import pytest
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from pipeline.errors import ConfigInvalid, UsageError
from pipeline.settings import Settings, Whole
from pipeline.web.admission import Admission, admission, inner
from pipeline.web.application import application

TOKEN = "a token of this archive"
ANOTHER = "the token of another one"
SHORT = "short"
BASE = "http://archive.example:8484"


async def page(_request):
    return PlainTextResponse("inside")


def asked(method, path, *, by=None, **more):
    routes = [Route(one, page) for one in ("/", "/log/checkpoint", "/api/v1", "/metrics")]
    app = application(routes, by or Admission(token=TOKEN))

    async def ask():
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url=BASE) as client:
            return await client.request(method, path, **more)

    return asyncio.run(ask())


def told(whole, monkeypatch, tmp_path, host="127.0.0.1", **variables):
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    settings = Settings.read(archive=tmp_path, configs=tmp_path / "configs")
    read = SimpleNamespace(whole=Whole.model_validate(whole), expanded=settings.expanded)
    return admission(read, host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "archive.example"])
def test_an_address_that_others_reach_needs_a_token(host, monkeypatch, tmp_path):
    with pytest.raises(UsageError, match=r"web: \{token"):
        told({}, monkeypatch, tmp_path, host)
    web = {"web": {"token": "${WEB_TOKEN}"}}
    assert told(web, monkeypatch, tmp_path, host, WEB_TOKEN=TOKEN).token == TOKEN


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.9", "::1", "localhost"])
def test_loopback_needs_none(host, monkeypatch, tmp_path):
    assert told({}, monkeypatch, tmp_path, host).token is None


def test_a_token_that_is_not_set_or_short_is_refused(monkeypatch, tmp_path):
    web = {"web": {"token": "${WEB_TOKEN}"}}
    with pytest.raises(ConfigInvalid, match="WEB_TOKEN"):
        told(web, monkeypatch, tmp_path)
    with pytest.raises(UsageError, match="at least 16"):
        told(web, monkeypatch, tmp_path, WEB_TOKEN=SHORT)


def test_without_the_token_nothing_is_told():
    answer = asked("GET", "/api/v1")
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
    for path in ("/", "/log/checkpoint", "/metrics"):
        assert asked("GET", path).status_code == 401
    wrong = {"Authorization": f"Bearer {TOKEN}x"}
    assert asked("GET", "/", headers=wrong).status_code == 401


def test_a_browser_is_led_to_the_form_and_back():
    answer = asked("GET", "/?a=b", headers={"Accept": "text/html"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/login?next=%2F%3Fa%3Db")
    form = asked("GET", "/login?next=/%3Fa%3Db")
    assert 'value="/?a=b"' in form.text
    entered = asked("POST", "/login", data={"token": TOKEN, "next": "/?a=b"})
    assert (entered.status_code, entered.headers["location"]) == (303, "/?a=b")
    cookie = entered.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "samesite=strict" in cookie.lower()
    assert TOKEN not in cookie
    name, _, value = cookie.partition(";")[0].partition("=")
    assert asked("GET", "/", headers={"Cookie": f"{name}={value}"}).text == "inside"
    other = Admission(token=ANOTHER)
    assert asked("GET", "/", by=other, headers={"Cookie": f"{name}={value}"}).status_code == 401


def test_a_script_sends_the_token_with_each_request():
    assert asked("GET", "/", headers={"Authorization": f"bearer {TOKEN}"}).text == "inside"


def test_a_wrong_token_and_a_form_that_is_no_form_of_ours_are_refused():
    assert asked("POST", "/login", data={"token": "wrong"}).status_code == 403
    assert asked("POST", "/login", content=b"token=" + b"x" * 10_000).status_code == 403


@pytest.mark.parametrize(
    "path",
    [
        "//elsewhere.example",
        "/\\elsewhere.example",
        "https://elsewhere.example",
        "//[",
        "https://[",
        "",
        "/\n",
        "x",
    ],
)
def test_nobody_is_led_elsewhere(path):
    assert inner(path) == "/"
    assert asked("GET", f"/login?next={quote(path)}").status_code == 200


def test_a_log_for_outsiders_is_open_and_nothing_else_is():
    public = Admission(token=TOKEN, is_log_public=True)
    assert asked("GET", "/log/checkpoint", by=public).text == "inside"
    assert asked("GET", "/", by=public).status_code == 401
