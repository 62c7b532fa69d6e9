"""A notice that keeps a visitor out is told from a story about such notices, however short."""

from __future__ import annotations

from itertools import cycle, product

import pytest

from pipeline.model import Captured, Failed, Gone

# By the path or name of a make's own script: make, body, headers.
MACHINES = {
    "azure": ("azure_waf", "<script src=/.azwaf/jschallenge/a.js></script>", []),
    "bunny": ("bunny", "<p>Securing</p><script src=/.bunny-shield/a.js></script>", []),
    "fastly": ("fastly", "<title>Client Challenge</title><script src=/_fs-ch-1/a.js>", []),
    "stormwall": ("stormwall", '<script>const cN="swp_token";</script>', []),
    "arvan": ("arvan", "<p>One second</p><script>document.cookie='__arcsjs=1'</script>", []),
    "yunjiasu": ("yunjiasu", "<p>yunjiasu</p>", ["Server: yunjiasu-nginx"]),
    "safeline": ("safeline", "<script src=/.safeline/challenge/a.js></script>", []),
    "go-away": ("go_away", "<script src=/x/cmd/go-away/a.js></script>", []),
    "weibo": ("weibo", "<script>location='https://passport.weibo.com/visitor/a'</script>", []),
    "imperva, by number": ("incapsula", "<h1>No</h1><p>Incapsula incident ID: 1-2</p>", []),
    "kasada": ("kasada", "<script>window.KPSDK={}</script>", ["x-kpsdk-ct: 1"]),
    "akamai": ("akamai", "<meta http-equiv=refresh content='5; URL=?bm-verify=A'>", []),
    "radware": ("radware", "<p>Radware Bot Manager</p><div class=h-captcha></div>", []),
    "wzws": ("wzws", "<script>wzwsconnector()</script>", ["Server: qianxin-waf"]),
    "huawei": ("huawei_waf", "<p>您的请求被拦截 huaweicloudwaf</p>", ["Server: CloudWAF"]),
    "tencent": ("tencent_waf", "<p>waf.tencent</p>", ["Server: edgeone"]),
    "qrator": ("qrator", "<script src=/__qrator/qauth.js></script>", ["Server: QRATOR"]),
}

# Title, heading, words.
NOTICES = {
    "a jolly one": ("Blocked", "Hold your horses, friend", "Your request has been blocked."),
    "two in one heading": ("Gcdn", "Access denied. Forbidden by security rules", "Request ID: 1"),
    "a firewall": ("Stop", "", "This request violates our security policy. Transaction ID: 12"),
    "a firewall by title": ("XYZ-WAF", "XYZ-WAF", "访问被拒绝"),
    "a firewall, in title's tail": ("甲盾_拦截提示", "", "您提交的内容危险，已被甲盾拦截"),
    "an old browser": ("Client", "Your browser is not supported", "Automated access is stopped."),
    "a country": ("Sorry", "", "The paper is configured to block access from your country."),
    "a country, in Korean": ("해외접속차단", "", "해외 IP 접속이 차단된 사이트입니다."),
    "a service, in Korean": ("안내", "서비스 이용이 제한되었습니다.", "과도한 요청 때문입니다."),
    "a law, in Russian": ("Доступ ограничен", "Уважаемые абоненты!", "Так велит закон 149."),
    "a law, in Turkish": (
        "Erişim Engellendi",
        "",
        "Siteye erişim, kurul kararıyla engellenmiştir.",
    ),
    "an address, in Chinese": ("拒绝访问", "", "您的IP不在允许范围内"),
    "a page, in Japanese": ("403 Forbidden", "閲覧できません", "管理者にお問い合わせください。"),
    "JSON": ("", "", '{"error": "Access denied", "blocked": true}'),
    "login": ("Log in | Gazette", "Log in to continue", "You must be signed in to read on."),
    "login, in Korean": ("로그인", "로그인이 필요합니다", "회원만 볼 수 있습니다."),
    "login, in Chinese": ("登录", "请先登录", "登录后查看全文"),
}
PASSWORD = "<form><input name=user><input type=password name=word></form>"

# Headline, and a story that quotes what such pages say.
STORIES = [
    (
        "Cloudflare outage takes thousands of sites down",
        (
            'Readers saw a page with "Just a moment..." on Tuesday. Cloudflare said that access had'
            " been denied to many, with a Ray ID below; error 1020 was seen too."
        ),
    ),
    (
        "Access denied: how firewalls shut readers out",
        (
            "The harbour office put up a web application firewall, and readers' requests had been"
            " blocked. “You have been blocked”, the page told them until Friday."
        ),
    ),
    (
        "Are you a robot? The captcha turns 25",
        (
            "The captcha asks for proof that you are human. Robots solve the captcha faster than"
            " people by now, and the captcha's makers know it."
        ),
    ),
    (
        "Too many requests: courts cannot keep up",
        (
            "Courts have had too many requests this year. Judges ask for patience, and for a moment"
            " of rest, as the files pile up in the cellar."
        ),
    ),
    (
        "Unavailable in your region: why films vanish",
        (
            'Films are not available in your country once a licence ends. "Unavailable for legal'
            ' reasons" is all that the viewer is told.'
        ),
    ),
    (
        "Sign in to read: papers put up walls",
        (
            '"Log in to continue" is what many papers ask. Readers who must be signed in go'
            " elsewhere, according to a study."
        ),
    ),
    (
        "404: the number that became a joke",
        (
            "Page not found, the screen says. The number was born in a laboratory, and nobody knows"
            " in which room of it."
        ),
    ),
    (
        "Page not found: a museum of missing pages opens",
        (
            'In its first room stands "404 Not Found" in stone, and in its second there is'
            " nothing, as there should be."
        ),
    ),
    (
        "Article removed after a complaint",
        "The article has been removed after a complaint by the council, the paper said.",
    ),
    (
        "Zugriff verweigert: Ministerin kritisiert Sperren",
        (
            "Der Zugriff auf die Seite wurde gesperrt. Das sei falsch, sagte die Ministerin. Seite"
            " nicht gefunden, hieß es am Abend."
        ),
    ),
    (
        "站长谈网站防火墙：访问被拦截怎么办",
        "您的访问被拦截，很多网民看到这样的提示。网站防火墙拦截了请求，专家建议换一种办法。验证码也更难了。",
    ),
    ("外交部：404页面不存在事件说明", "页面不存在是因为搬迁。发言人说，文章已删除的说法不实。"),
    (
        "해외 접속 차단에 교민들 불편",
        "해외 접속이 차단되어 불편이 크다. 귀하의 접속이 차단되었습니다라는 말뿐이다.",
    ),
    (
        "삭제된 기사 논란",
        "삭제된 기사를 두고 말이 많다. 페이지를 찾을 수 없습니다라는 말만 남았다.",
    ),
    (
        "アクセス制限、なぜ続く",
        "不正アクセスを受けて制限した。ページが見つかりませんと表示された。",
    ),
    (
        "Доступ к сайту ограничен по решению суда",
        "Доступ к сайту ограничен, сообщили в ведомстве. Ваш IP заблокирован, видят читатели.",
    ),
]
HEADS = (
    "",
    '<meta property="og:type" content="article">',
    "<script src=https://www.google.com/recaptcha/api.js></script>",
    "<script src=/cdn-cgi/challenge-platform/scripts/jsd/main.js></script>",
)
AFTER = (
    "",
    '<form><div class="g-recaptcha"></div><input name="captcha"></form>',
    f"<h3>Log in</h3>{PASSWORD}",
    '<div class="cf-turnstile"></div>',
    '<script src="/_Incapsula_Resource?S=1"></script>',
)


def notice(title, heading, words, more=""):
    headed = f"<h1>{heading}</h1>" if heading else ""
    if words.startswith("{"):
        return words
    return f"<html><head><title>{title}</title></head><body>{headed}<p>{words}</p>{more}</body>"


@pytest.mark.parametrize("name", MACHINES)
@pytest.mark.parametrize("status", [200, 202, 503])
def test_a_make_is_known_by_its_machinery_under_any_status(name, status, stored, judge):
    make, body, fields = MACHINES[name]
    outcome = Captured() if status < 300 else Failed(f"http_{status}")
    came = judge(stored(body, *fields, status=status), outcome)
    assert (came.name, came.reason) == ("blocked", make)


@pytest.mark.parametrize("name", NOTICES)
def test_a_notice_is_a_block_whatever_stands_above_it(name, stored, judge):
    more = PASSWORD if name.startswith("login") else ""
    assert judge(stored(notice(*NOTICES[name], more))).name == "blocked"


@pytest.mark.parametrize(("headline", "told"), STORIES, ids=[story[0] for story in STORIES])
def test_a_story_about_notices_is_no_notice(headline, told, stored, judge, page, read):
    """Neither blocked nor gone, in whatever skin, and by whomever it was read."""
    documents = (None, read(len(told)), read(len(told), generation="generic", degraded=True))
    skins, titles = product(HEADS, AFTER), cycle((headline, f"{headline} | Gazette", "Gazette"))
    for (head, after), title, times in zip(skins, titles, cycle((1, 3)), strict=False):
        body = page(title, headline, *[told] * times, head=head, after=after)
        answer = stored(body, "Server: cloudflare")
        assert {judge(answer, document=one) for one in documents} == {Captured()}, body


@pytest.mark.parametrize(
    ("title", "heading", "words"),
    [
        ("Gazette", "Oops! Something went wrong.", "This story is no longer available."),
        ("The Harbour Gazette: Not Found", "Sorry, we can't find that page", "It was moved."),
        ("Error 404 - The Harbour Gazette", "Error 404 - The Harbour Gazette", "No such page."),
        ("404: The Harbour Gazette", "404: The Harbour Gazette", "Page not found."),
        ("页面没有找到_新报", "提示", "五秒后回首页"),
        ("예시일보", "알림", "존재하지 않거나 삭제된 기사입니다."),
    ],
)
def test_a_page_that_says_there_is_none_is_gone_under_any_name(
    title, heading, words, stored, judge, page
):
    assert judge(stored(page(title, heading, words))) == Gone("soft_404")
