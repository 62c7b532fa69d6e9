"""What block pages of known makes look like, as weighed marks.

A weight from 0 to 1 says how sure one mark alone makes a block.  Marks of a make's own machinery
weigh most.  What the same makers put into pages that they let through (a script that measures
visitors, a captcha in a form, their name in a header) weighs little: it only supports.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mark:
    """A pattern, how much it weighs, and whose it is: the reason that a block is given."""

    make: str
    weight: float
    pattern: re.Pattern[str]


def _marks(*rows: tuple[str, float, str]) -> tuple[Mark, ...]:
    return tuple([Mark(make, weight, re.compile(pattern)) for make, weight, pattern in rows])


UNKNOWN = "block_page"
"""The reason where no make can be told."""

# Said by the answer itself of itself: sure, however long the page is.
DECLARED = _marks(
    ("cloudflare", 0.98, r"^cf-mitigated: *(?:challenge|block)"),
    ("aws_waf", 0.98, r"^x-amzn-waf-action: *(?:challenge|captcha|block)"),
    ("vercel", 0.98, r"^x-vercel-mitigated: *(?:challenge|deny)"),
    ("sucuri", 0.95, r"^x-sucuri-block:"),
    ("dotdefender", 0.95, r"^x-dotdefender-denied: *1"),
    ("webknight", 0.9, r"^server: *webknight"),
    ("datadome", 0.9, r"^x-dd-b: *[1-9]"),
    ("haproxy", 0.9, r"^server: *basedflare|^x-(?:bot-)?challenge: *(?:1|true|captcha|js)$"),
)

# Who stands before the server.  Most of what they let pass is no block.
HEADERS = _marks(
    ("cloudflare", 0.1, r"^server: *cloudflare"),
    ("akamai", 0.15, r"^server: *akamaighost"),
    ("incapsula", 0.1, r"^(?:x-iinfo:|x-cdn: *(?:incapsula|imperva))"),
    ("datadome", 0.1, r"^(?:x-datadome|server: *datadome)"),
    ("sucuri", 0.1, r"^(?:x-sucuri-id:|server: *sucuri)"),
    ("ddos_guard", 0.1, r"^server: *ddos-guard"),
    ("qrator", 0.1, r"^server: *qrator"),
    ("kasada", 0.3, r"^x-kpsdk-"),
    ("human", 0.1, r"^(?:x-px-|set-cookie: *_px)"),
    ("jiasule", 0.4, r"^set-cookie: *__jsl"),
    ("yunsuo", 0.2, r"^set-cookie: *(?:yunsuo_session|security_session)"),
    ("safedog", 0.1, r"^set-cookie: *safedog|^server: *.*safedog|^x-powered-by: *waf/"),
    ("tencent_waf", 0.1, r"^server: *(?:tencent|edgeone|stgw|waf)"),
    ("aliyun_waf", 0.05, r"^set-cookie: *acw_tc"),
    ("huawei_waf", 0.1, r"^server: *(?:huaweicloudwaf|cloudwaf)|^set-cookie: *hwwaf"),
    ("wzws", 0.3, r"^(?:wzws-ray|x-powered-by-360wzb):|^server: *(?:wzws|qianxin|360wzws)"),
    ("barracuda", 0.1, r"^set-cookie: *(?:barra_counter|bni_)"),
    ("fortinet", 0.1, r"^set-cookie: *fortiwafsid|^server: *fortiweb"),
    ("f5", 0.05, r"^server: *big-?ip|^set-cookie: *ts[0-9a-f]{6,8}="),
    ("modsecurity", 0.3, r"^server: .*(?:mod_security|modsecurity|nyob)"),
    ("wapples", 0.2, r"^server: *(?:wapples|aiwaf)"),
    ("imunify360", 0.2, r"^server: *imunify360"),
    ("litespeed", 0.05, r"^server: *litespeed"),
)

# A make's own machinery, in lower-case markup.
MACHINERY = _marks(
    ("cloudflare", 0.9, r"_cf_chl_opt|cf[-_]chl[-_](?:widget|prog|jschl|seq)|jschl[-_](?:vc|answer)"),
    ("cloudflare", 0.8, r"cf-browser-verification|cf-captcha-container|cf-im-under-attack"),
    ("cloudflare", 0.8, r"id=[\"']challenge-(?:form|running|stage|error-text|body-text|success)"),
    ("cloudflare", 0.7, r"data-translate=[\"'](?:block_headline|unable_to_access|why_captcha|blocked_)"),
    ("cloudflare", 0.8, r"^\s*error code: (?:1005|1006|1007|1008|1009|1010|1012|1015|1020|1106)\s*$"),
    ("cloudflare", 0.3, r"cf-error-code[\"']?>\s*(?:1005|1006|1007|1008|1009|1010|1012|1015|1020|1106)"),
    ("cloudflare", 0.25, r"challenges\.cloudflare\.com/turnstile|class=[\"'][^\"']*cf-turnstile"),
    ("datadome", 0.9, r"(?:geo\.|ct\.|interstitial\.|//)captcha-delivery\.com"),
    ("human", 0.8, r"id=[\"']px-captcha|captcha\.px-c(?:dn|loud)\.net|_pxjsclientsrc|px-captcha-"),
    ("incapsula", 0.9, r"incapsula incident id|subject=waf%20block|_incapsula_resource[^\"'<>]{0,300}(?:incident_id|edet=|cinfo=)"),
    ("incapsula", 0.2, r"_incapsula_resource"),
    ("distil", 0.8, r"distil_r_captcha|distil_identification_block|distilcaptchaform"),
    ("aws_waf", 0.9, r"gokuprops|awswafcookiedomainlist"),
    ("aws_waf", 0.4, r"\.awswaf\.com/|awswafintegration|awswafcaptcha"),
    ("kasada", 0.7, r"kpsdk|149e9513-01fa-4fb0-aad4-566afd725d1b"),
    ("aliyun_waf", 0.9, r"acw_sc__v\d|var arg1 ?= ?[\"'][0-9a-f]{40}|errors\.aliyun\.com"),
    ("aliyun_waf", 0.9, r"_____tmd_____|x5secdata|alicdn\.com/sd/punish|/punish\?"),
    ("tencent_waf", 0.8, r"waf\.tencent|wafcaptcha|tencent (?:cloud )?waf|/tdc_waf|edgeone.{0,80}(?:blocked|intercept|restricted)"),
    ("yunsuo", 0.9, r"yunsuo_session|security_verify_(?:data|img)|yunsuologo"),
    ("jiasule", 0.9, r"__jsl_clearance|static\.jiasule\.com|notice-jiasule"),
    ("safedog", 0.8, r"(?:404|www)\.safedog\.cn|safedogsite"),
    ("wzws", 0.9, r"wzws[-_]waf|wzwsconnector|wzwsredirect|wzws_cid|/waf_verify"),
    ("yunaq", 0.8, r"365cyd\.(?:com|net)|yunaq\.com|chuangyudun"),
    ("huawei_waf", 0.7, r"huaweicloudwaf|hwclouds.{0,40}waf|/cloudwaf/"),
    ("ddos_guard", 0.7, r"/\.well-known/ddos-guard|ddos-guard\.net|ddg-(?:l10n|captcha|cookie)"),
    ("qrator", 0.8, r"__qrator|qrator_js|qauth(?:_utm|\.js)|/__qrator/"),
    ("stackpath", 0.8, r"sbtsck=|/sbbi/\?sbbpg|sp_password_check|stackpath.{0,60}(?:challenge|blocked)"),
    ("sucuri", 0.9, r"sucuri_cloudproxy_js|cloudproxy@sucuri|sucuri website firewall"),
    ("wordfence", 0.9, r"generated by wordfence|wfblocked|wordfence.{0,200}(?:blocked|limited)"),
    ("imunify360", 0.7, r"imunify360|/z0f76a1d14fd21a8fb5fd0d03e0fdc3d3cedae52f"),
    ("siteground", 0.9, r"/\.well-known/(?:sg)?captcha|sgcaptcha"),
    ("bitninja", 0.8, r"bitninja\.(?:io|com).{0,400}|waiting for the redirectiron"),
    ("cleantalk", 0.8, r"anti-crawler protection|ct_anticrawler|cleantalk.{0,40}(?:checking|firewall)"),
    ("ninjafirewall", 0.8, r"ninjafirewall: "),
    ("malcare", 0.7, r"blocked because of malicious activities|malcare.{0,40}firewall"),
    ("patchstack", 0.7, r"(?:patchstack|webarx).{0,80}(?:blocked|firewall)"),
    ("reblaze", 0.9, r"rbzns|winsocks_?=|rbzid|access denied \(rbz\)"),
    ("anubis", 0.95, r"/\.within\.website/x/cmd/anubis|id=[\"']anubis_"),
    ("cookie_challenge", 0.9, r"tonumbers\(.{0,400}__test=|slowaes\.decrypt"),
    ("yandex", 0.8, r"/checkcaptcha\?|smartcaptcha\.(?:yandex|cloud)|showcaptcha\?"),
    ("google", 0.8, r"/sorry/index|id=[\"']captcha-form[\"'].{0,400}google|sorry\.google\.com"),
    ("radware", 0.9, r"validate\.perfdrive\.com|perfdrive\.com/|shieldsquare|__uzdbm"),
    ("radware", 0.7, r"unauthorized activity has been detected|radware (?:captcha|bot manager)"),
    ("fortinet", 0.8, r"fgd_icon|fortigate application control|/\.fgtauth|attack id: ?\d{8}|fortiguard (?:intrusion|web filtering)"),
    ("f5", 0.9, r"the requested url was rejected\. please consult with your administrator"),
    ("f5", 0.8, r"/tspd/\?|window\[\"bobcmn\"\]|bobcmn|apm_do_not_touch"),
    ("modsecurity", 0.9, r"generated by mod_security|mod_security action|modsecurity action"),
    ("barracuda", 0.7, r"barracuda.{0,80}(?:blocked|firewall)|you have been blocked.{0,200}barracuda"),
    ("webknight", 0.9, r"webknight application firewall|aqtronix webknight|firewall alert.{0,80}webknight"),
    ("wapples", 0.8, r"wapples|penta security"),
    ("aiwaf", 0.8, r"\baiwaf\b|monitorapp"),
    ("kisa", 0.9, r"warning\.or\.kr|불법[·ㆍ.]?유해 ?정보"),
    ("naxsi", 0.7, r"blocked by naxsi|naxsi blocked"),
    ("dotdefender", 0.9, r"dotdefender blocked your request"),
    ("comodo", 0.8, r"protected by comodo waf"),
    ("airlock", 0.7, r"server detected a syntax error in your request"),
    ("azure_waf", 0.7, r"azure[ -](?:front ?door|application[ -]gateway).{0,200}|the request is blocked\.?\s*<"),
    ("akamai", 0.8, r"errors\.edgesuite\.net/|/_sec/cp_challenge|sec-if-cpt-container|akam-sw-policy|bm-verify="),
    ("vercel", 0.9, r"/\.well-known/vercel/security/|vercel security checkpoint"),
    ("captcha", 0.3, r"hcaptcha\.com/1/api\.js|class=[\"'][^\"']*h-captcha"),
    ("captcha", 0.25, r"google\.com/recaptcha|recaptcha\.net/recaptcha|class=[\"'][^\"']*g-recaptcha"),
    ("captcha", 0.35, r"initgeetest|geetest\.com|tencentcaptcha|turing\.captcha|captcha\.gtimg|nocaptcha"),
    ("captcha", 0.35, r"(?:name|id)=[\"'][^\"']{0,20}captcha|src=[\"'][^\"']{0,80}captcha"),
)  # fmt: skip

# What such pages say, lower case, in running text.
SENTENCES = _marks(
    ("challenge", 0.5, r"check(?:ing|s)? (?:if|whether|that)?\s*(?:your browser|the (?:site )?connection|the site'?s? connection)|security of (?:your|the) connection"),
    ("challenge", 0.5, r"(?:verify(?:ing)?|confirm|prove|ensure|check(?:ing)?|make sure|making sure)(?: that)?(?: if| whether)? you(?:'re|’re| are)(?: a| not a)?n? ?(?:real )?(?:human|(?:ro)?bot|person)"),
    ("challenge", 0.45, r"(?:enable|turn on|switch|activate|allow|enabling)\b[^.]{0,40}(?:java ?script|\bjs\b)[^.]{0,30}(?:cookies|ad ?blocker|reload|continue)|(?:enable|allow) cookies[^.]{0,60}java ?script|java ?script and cookies"),
    ("denied", 0.55, r"you have been (?:temporarily |permanently )?(?:blocked|banned|denied)|why (?:have i been|was i) blocked"),
    ("denied", 0.5, r"your (?:ip|ip address|browser|access|request|connection|computer|network|client)(?: address)?\b[^.]{0,60}\b(?:been|is|was) (?:temporarily |permanently |automatically )?(?:blocked|denied|banned|rejected|limited|restricted|blacklisted|flagged|forbidden)"),
    ("challenge", 0.5, r"(?:unusual|suspicious|malicious|automated|abnormal|robotic|bot-like|non-human)(?: \w+)? (?:traffic|activity|activities|behaviou?r|requests?|quer(?:y|ies)|access)|automation tools|web ?scraping|super-?human speed"),
    ("distil", 0.6, r"pardon our interruption"),
    ("f5", 0.7, r"requested url was rejected"),
    ("f5", 0.4, r"(?:your )?support id(?: is)?:? ?[<\d]"),
    ("incapsula", 0.5, r"request unsuccessful|incident id:? ?[\d-]{6,}"),
    ("akamai", 0.45, r"you don.?t have permission to access .{1,300}on this server"),
    ("akamai", 0.5, r"reference (?:#|&#35;|number:?|id:?|error:?) ?[0-9a-f]{1,4}[.\d][0-9a-f.]{6,}"),
    ("cloudflare", 0.3, r"\bray id\b|performance (?:&|and) security by cloudflare|ddos protection by"),
    ("denied", 0.45, r"access (?:to (?:this|the) (?:page|site|website|resource|content|service|server) )?(?:has been |was |is |been )?(?:denied|blocked|restricted|forbidden|rejected)"),
    ("denied", 0.45, r"(?:request|visit|page|url|site|connection|transaction|this)(?: you \w+)? (?:has been |was |is |were )(?:automatically )?(?:blocked|rejected|denied|turned away|intercepted|refused)|has turned this request away|(?:block|deny)(?:ed|ied)? (?:this|your) (?:request|access|visit)"),
    ("denied", 0.45, r"(?:blocked|rejected|denied|protected|stopped|intercepted) by (?:the |a |an |our |your )?(?:\w+ ){0,3}(?:firewall|security|waf|administrator|owner|policy|webmaster|protection)"),
    ("denied", 0.35, r"web(?:site)? (?:application )?firewall|security (?:service|solution|policy|rules|system|check|verification|checkpoint)|bot (?:protection|detection|management)|ddos (?:protection|mitigation)|attack detected|owner of .{1,60} (?:has )?(?:closed|banned|blocked)"),
    ("geo_block", 0.65, r"(?:not|un|isn.t|no longer) ?(?:currently )?(?:available|accessible)(?: to \w+)? (?:in|from|for|within|to) (?:users in )?(?:your|the|most|this) (?:country|region|location|area|territory|jurisdiction|european|eu\b)|unavailable (?:due to|for) legal|(?:not|un)available (?:in|to|for)[^.]{0,60}(?:europe|eea)|(?:european economic area|european union)[^.]{0,200}(?:cannot|can't|not|unable|block|denied|enforc)"),
    ("rate_limit", 0.45, r"too many requests|rate[- ]limit(?:ed|ing)?\b|(?:requests?|accessing)[^.]{0,20} too (?:quickly|fast|frequently|often)|slow down"),
    ("denied", 0.15, r"(?:incident|event|error|request|trace|reference|block|transaction|case|session) ?(?:id|no|number|code|uuid)\b ?[:#.]? ?[0-9a-z]"),
    ("challenge", 0.45, r"are you (?:a )?(?:ro)?(?:bot|human)\b|(?:i.?m|you are|you.re|i am) not a robot|are not a robot|press (?:&|and) hold|slide to (?:verify|complete)|drag the slider"),
    ("challenge", 0.45, r"(?:complete|solve|pass|enter|type|fill)[^.]{0,40}(?:captcha|security check|characters (?:you see|below|shown)|challenge)|\bcaptcha\b"),
    ("challenge", 0.3, r"(?:just|one) (?:a )?moment|please (?:wait|stand by)|you will be redirected|redirect(?:ed|ing) (?:you )?(?:shortly|automatically|in)|this (?:process|check) (?:is automatic|may take)|browser will redirect|allow up to \d"),
    ("modsecurity", 0.7, r"an appropriate representation of the requested resource could not be found"),
    ("wordfence", 0.7, r"your access to this (?:site|service) has been limited"),
    # Chinese
    ("denied", 0.55, r"(?:请求|訪問|访问|操作|链接|連結|ip)[^。]{0,30}(?:被|已被|遭到?)[^。]{0,20}(?:拦截|攔截|阻断|阻斷|拒绝|拒絕|封禁|封鎖|屏蔽|禁止|限制)"),
    ("denied", 0.5, r"(?:网站)?(?:管理员|管理員)?[^。]{0,10}设置拦截|(?:带有|包含|含有)[^。]{0,10}不合法|(?:安全威胁|安全威脅|恶意|黑客)(?:攻击|行为)?[^。]{0,30}(?:拦截|阻断|拒绝|限制)|疑似(?:黑客)?攻击"),
    ("denied", 0.4, r"(?:网站|web ?应用|云)(?:防火墙|安全)|安全(?:防护|中心|狗|盾|宝)|[加创][速宇](?:乐|盾)|云锁|云加速"),
    ("challenge", 0.5, r"(?:安全|人机|人機|滑动|滑動|图形|身份|访问)(?:验证|驗證|校验|检测|检查)|(?:拖动|滑动|按住|点击)[^。]{0,12}(?:滑块|验证|完成)|(?:输入|輸入)[^。]{0,10}(?:验证码|驗證碼)|不是(?:机器人|機器人)|您?是(?:真人|人类)"),
    ("denied", 0.45, r"(?:访问|訪問|操作|请求|請求)(?:过于|太|過於)(?:频繁|頻繁)|(?:异常|異常)(?:流量|访问|请求|訪問)|(?:拒绝|拒絕|禁止|无权|限制)(?:访问|訪問)|访问受限"),
    ("challenge", 0.3, r"正在(?:检查|检测|验证|檢查|驗證)[^。]{0,12}(?:浏览器|瀏覽器|环境|安全|连接)|浏览器安全检查|请稍[候等后]|請稍[候等後]|启用 ?(?:javascript|cookie)"),
    # Korean
    ("denied", 0.55, r"(?:접근|접속|요청|이용|ip)[^.]{0,30}(?:차단|제한|거부|금지)(?:되었|됐|하였|했|됩|합|된|하고|당)|차단(?:된|하는) (?:페이지|요청|ip)"),
    ("denied", 0.45, r"웹 ?(?:방화벽|보안)|보안 ?(?:정책|시스템|솔루션|장비)|비정상적?인? ?(?:접근|접속|요청|트래픽|활동)|허용되지 ?않[은는] ?(?:접근|요청|ip|url)|(?:악의|공격)적?인? ?(?:접근|요청|행위)"),
    ("challenge", 0.5, r"(?:로봇|봇)이 아닙니다|(?:사람|로봇|봇)(?:인지|임을|이 아님을)[^.]{0,12}(?:확인|증명)|자동(?:등록|입력|화된)[^.]{0,14}(?:방지|프로그램|접근|요청)|보안 ?(?:문자|확인|검사)|브라우저를? ?(?:확인|검사)"),
    ("challenge", 0.25, r"잠시만 기다려|잠시 기다려|연결이 안전한지"),
    # Japanese
    ("denied", 0.5, r"アクセス[^。]{0,16}(?:拒否|制限|遮断|ブロック|禁止|許可されて(?:い)?ません)|(?:リクエスト|通信)[^。]{0,16}(?:拒否|遮断|ブロック)|不正な?(?:アクセス|リクエスト)"),
    ("challenge", 0.5, r"(?:ロボット|ボット)では(?:ない|ありません)|(?:人間|ロボット)(?:である|かどうか|でない)[^。]{0,16}(?:確認|検証)|ブラウザー?を(?:確認|チェック)|接続の安全性|セキュリティ(?:チェック|確認)"),
    # Russian
    ("denied", 0.5, r"доступ[^.]{0,40}(?:ограничен|запрещ[её]н|заблокирован|закрыт)|(?:ваш|ip)[^.]{0,40}заблокирован|запрос[^.]{0,30}(?:отклон[её]н|заблокирован)"),
    ("challenge", 0.5, r"(?:не|что вы) (?:робот|бот|человек)\b|проверка (?:вашего )?браузера|проверяем[^.]{0,20}браузер|подозрительн\w+ (?:активност|трафик|запрос)|автоматическ\w+ запрос|включите javascript"),
    # German, French, Spanish, Portuguese, Italian
    ("denied", 0.5, r"zugriff[^.]{0,40}(?:verweigert|gesperrt|blockiert|eingeschränkt)|(?:ip-adresse|anfrage)[^.]{0,40}(?:gesperrt|blockiert|abgelehnt)"),
    ("challenge", 0.5, r"(?:kein|ein) (?:roboter|mensch)\b[^.]{0,20}(?:sind|bin)|browser wird (?:ge|über)prüft|überprüf\w+[^.]{0,30}(?:browser|verbindung|mensch)|ungewöhnlich\w* (?:datenverkehr|aktivität)"),
    ("denied", 0.5, r"acc[eè]s[^.]{0,40}(?:refusé|bloqué|interdit|restreint|limité)|requête[^.]{0,30}(?:bloquée|rejetée)|adresse ip[^.]{0,40}bloquée"),
    ("challenge", 0.5, r"(?:pas un|un) (?:robot|humain)\b|vérifi\w+[^.]{0,30}(?:navigateur|humain|connexion)|trafic (?:inhabituel|suspect)|activez? (?:le )?javascript"),
    ("denied", 0.5, r"acceso[^.]{0,40}(?:denegado|bloquead[oa]|restringido|prohibido)|acesso[^.]{0,40}(?:negado|bloqueado|restrito)|accesso[^.]{0,40}(?:negato|bloccato|vietato)"),
    ("challenge", 0.5, r"(?:no (?:es|eres|soy)|não (?:é|sou)|non (?:sei|sono)) un? ?(?:robot|robô)|(?:verific|comprob)\w+[^.]{0,30}(?:navegador|humano|conexión|conexão|browser|umano)|tráfico (?:inusual|sospechoso)|tráfego (?:incomum|suspeito)"),
)  # fmt: skip

# What such pages call themselves, as a whole title or heading, lower case.
TITLE = re.compile(
    r"(?:(?:http )?(?:error|status)?[ :]*(?:401|403|405|406|429|451|999|10\d\d)[ :-]*)?(?:"
    r"just a moment|one moment,? please|attention required!?|please wait|please stand by|wait(?:ing)? a moment"
    r"|access(?: to this (?:page|site|website)(?: has been)?| is| has been| was)? (?:temporarily )?(?:denied|blocked|restricted|forbidden|limited)"
    r"|(?:your )?(?:request|page|site|ip|connection|visit)(?: (?:is|was|has been))? (?:rejected|blocked|denied|refused|forbidden)"
    r"|(?:you(?: have|'ve|r access)? (?:been |has been |is )?)?(?:temporarily )?(?:blocked|banned)"
    r"|forbidden|not acceptable!?|unauthori[sz]ed|security (?:check|checkpoint|verification|challenge|alert|violation)"
    r"|(?:vercel |ddos-guard )?security checkpoint|(?:human|bot|browser|robot|captcha|user|client|visitor)s? (?:verification|check|challenge|detection|validation)"
    r"|are you (?:a )?(?:human|robot|bot|not a robot)|(?:re)?captcha(?: (?:challenge|required))?|robot or human|robot check|i.?m not a robot"
    r"|pardon (?:our|the) interruption|checking (?:your browser|the site connection)(?: before accessing.*)?|ddos[ -](?:guard|protection)|verify(?:ing)? you are (?:a )?human"
    r"|making sure you.re not a bot|(?:web|website|web application) firewall(?: alert| block)?|web page blocked|site (?:blocked|verification)|rate limit(?:ed| exceeded)?|too many requests"
    r"|challenge(?: validation)?|verification(?: required)?|client challenge|bot(?:s)? (?:detected|protection|or not)|unusual traffic(?: detected)?|suspicious activity(?: detected)?"
    r"|(?:unavailable|451:? unavailable)(?: for legal reasons| due to legal reasons)?|(?:not|content) (?:un)?available in your (?:country|region)|request unsuccessful|firewall(?: authentication| alert)?"
    r"|nur einen moment|einen moment(?:,? bitte)?|un instant|un momento|um momento|een moment geduld|jeszcze chwila|один момент|подождите"
    r"|zugriff (?:verweigert|gesperrt)|acc[eè]s (?:refusé|interdit|bloqué|restreint)|acceso (?:denegado|restringido|bloqueado)|acesso (?:negado|bloqueado)|accesso negato"
    r"|доступ (?:к сайту )?(?:ограничен|запрещ[её]н|заблокирован)|(?:вы не|не) робот|ой!?|проверка (?:браузера|безопасности)"
    r"|(?:请求|请求已|访问|訪問|您的访问|您的请求|你的访问|ip)?(?:已)?(?:被|遭)?(?:拦截|攔截|阻断|禁止|拒绝|受限|封禁)(?:提示|页面)?|(?:拒绝|禁止|限制)(?:访问|訪問)|访问(?:受限|被拒绝|禁止|验证|过于频繁|异常|拦截)|网站(?:访问)?(?:防火墙|报错|拦截)"
    r"|(?:百度)?(?:安全|人机|人機|滑动|滑动验证|访问|身份|图形)(?:验证|驗證|校验|检测|检查)(?:页面|中心)?|请稍[候等]|請稍[候等]|验证码|waf|安全拦截|安全提示|405|403"
    r"|(?:접근|접속|요청|페이지)(?:이|가)? ?(?:차단|제한|거부|금지)(?:되었습니다|안내|됨| ?안내)?|차단(?: ?안내| ?페이지)?|웹 ?방화벽(?: 차단)?|보안 ?(?:확인|검사|문자|정책)|잠시만 기다(?:리십시오|려 ?주세요|려 주십시오)|자동 ?등록 ?방지"
    r"|アクセス(?:が)?(?:拒否|制限|禁止|エラー|ブロック)(?:されました|されています)?|しばらくお待ち(?:ください)?|セキュリティ(?:チェック|確認)"
    r")",
)  # fmt: skip

# The same pages where a redirect has led to them: words of the path, or a whole host.
ADDRESS = re.compile(
    r"/(?:captcha|challenge|blocked?|denied|access[-_]?denied|forbidden|sorry|robot|not-?a-?robot"
    r"|bot-?check|verify(?:-?human)?|waf|security-?check|human-?(?:check|verification))(?:[/.?_-]|$)"
    r"|//(?:validate\.perfdrive\.com|geo\.captcha-delivery\.com|(?:www\.)?warning\.or\.kr|captcha\.)",
    re.IGNORECASE,
)

# Statuses that a page of news is not sent under, but a refusal is.
ODD_STATUS = {
    405: 0.25,  # Aliyun's firewall
    406: 0.25,  # ModSecurity
    412: 0.15,  # Chinese governments' firewall with a script
    418: 0.25,
    456: 0.25,
    460: 0.25,
    493: 0.4,  # Wallarm, nginx modules
    501: 0.2,
    503: 0.15,  # Cloudflare's old challenge, Wordfence
    520: 0.0,
    521: 0.15,  # Jiasule
    567: 0.5,  # Tencent EdgeOne
    999: 0.7,  # LinkedIn
}
