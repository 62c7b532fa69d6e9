"""How pages say, in many languages, that there is no such page."""

from __future__ import annotations

from pipeline.ground.late import late

# As a whole title, a part of one, or a heading; lower case.
TITLE = late(
    r"(?:(?:http |https )?(?:error|status|fehler|erreur|errore|erro|ошибка|エラー|错误|錯誤|오류)?[ :]*(?:404|410)(?: ?(?:error|fehler))?[ :,.!/|–—-]*)?(?:"
    r"(?:(?:oops|sorry|whoops|uh[ -]oh|we.re sorry|error)[!,. :–—-]+)*(?:the |this |that |your )?(?:requested |web ?)?(?:page|article|story|content|file|document|url|post|news item|resource|address)(?: you(?:.re| are| were)? (?:looking for|requested|have requested|wanted|tried to (?:reach|open)))?"
    r"(?: (?:was|is|were|has been|could|can|cannot|does|may have been))?(?: not (?:be )?found|(?:n.t| not) (?:exist|be found|available|here|there)|not be found| no longer (?:exists?|available|here|there|on this (?:site|server))| (?:removed|deleted|gone|expired|missing|unavailable))"
    r"|not found|nothing (?:found|here|stands here|to see here)|no such (?:page|article|story|document|file)|file or directory not found|page (?:error|missing|unavailable)|page does not exist|content (?:unavailable|removed|not available)"
    r"|(?:we )?(?:can.?t|couldn.?t|could not|cannot|can not) (?:seem to )?find (?:that|the|this|your) (?:page|article|story|content)(?: you.*)?|(?:article|story|page|content) (?:has been )?(?:removed|deleted|withdrawn|expired)|this page (?:isn.?t|is not) (?:here|available)|(?:you(?:.ve| have) )?(?:reached|found) a (?:dead end|missing page)|not found on (?:this|the) server|dead link|broken link"
    r"|(?:die |diese )?(?:angeforderte |gesuchte )?(?:seite|artikel|inhalt|dokument)(?: (?:wurde|konnte|existiert|ist|nicht|leider|kann|mehr|verfügbar))* ?(?:gefunden|existiert|verfügbar|vorhanden|nicht)(?: werden)?"
    r"|(?:la |cette |l.)?(?:page|article|contenu)(?: (?:demandée?|que vous (?:recherchez|cherchez|demandez)))?(?: (?:est|n.existe|n.a|n.est|a|pas|plus|été))* ?(?:introuvable|trouvée?|pas|plus|existe|disponible|supprimée?)"
    r"|(?:la |esta )?(?:página|noticia|artículo|pagina)(?: (?:solicitada|que (?:buscas?|busca)))?(?: (?:no|ya|se|fue|ha|sido|existe|pudo|puede|encuentra|está|non|è|stata))* ?(?:encontrad[ao]|encontrar|existe|disponible|eliminad[ao]|trovata|esiste)"
    r"|(?:a |esta )?página (?:não|nao) (?:foi )?(?:encontrada|existe|disponível)|pagina niet gevonden|sidan (?:kunde inte hittas|hittades inte|finns inte)|siden (?:blev |ble )?ikke fundet|sivua ei löyty\w+|strona nie (?:została )?(?:znaleziona|istnieje)|nie znaleziono(?: strony)?|sayfa bulunamadı|a(?:z )?oldal nem található|stránka (?:nebyla |ne)nalezena|halaman tidak ditemukan|không tìm thấy(?: trang)?|الصفحة غير موجودة|הדף לא נמצא"
    r"|(?:такая |запрашиваемая |данная )?(?:страница|статья|новость|материал|документ)(?: (?:которую вы ищете))?(?:,? (?:не|была?|был))* ?(?:найден[ао]?|существует|удал[её]н[ао]?|доступн[ао]?)|не найдено|ничего не найдено|страницы не существует"
    r"|(?:抱歉|对不起|對不起|很抱歉|非常抱歉|sorry)?[,，、！! ]*(?:您|你)?(?:所|要)?(?:访问|訪問|请求|請求|查找|查看|浏览|瀏覽|寻找|尋找|打开)?(?:的)?(?:该|該|此|本)?(?:页面|頁面|网页|網頁|文章|内容|內容|信息|资讯|新闻|新聞|文件|页)(?:已经|已|可能)?(?:不存在|未找到|没有找到|沒有找到|找不到|无法找到|被?删除|被?刪除|不见了|走丢了|丢失了?|失效|下线|过期|移除|下架)(?:或(?:已|者)?(?:被)?(?:删除|刪除|移除)(?:了)?)?(?:了|啦)?|(?:页面|頁面|网页|網頁)?(?:找不到|未找到|无法找到|不存在)(?:了)?(?:该|該|此|您(?:要|所)?(?:访问|查找)的)?(?:页面|頁面|网页|網頁|文章)?"
    r"|(?:죄송합니다[.! ]*)?(?:요청하신|찾으시는|해당|찾을 수 없는|입력하신|방문하시려는|존재하지 않는|삭제된)? ?(?:페이지|기사|게시물|게시글|문서|글|콘텐츠|주소|자료)(?:를|을|가|이|는|은)? ?(?:찾을 수 ?없습니다|찾을 수 없음|존재하지 ?않습니다|없습니다|삭제되었습니다|삭제 되었습니다|입니다|없음)"
    r"|(?:お探しの|ご指定の|指定された|該当する?)?(?:ページ|記事|ファイル|url|コンテンツ)(?:は|が)?(?:見つかりません(?:でした)?|存在しません|ありません|削除されました|見つからない|お探しの.*見つかりません)(?:。)?"
    r")?"
)  # fmt: skip
NUMBER = late(
    r"(?:http |error |fehler |erreur |errore |erro |ошибка |错误 |오류 |エラー ?)?(?:404|410)"
    r"(?: error| fehler| gone|错误|页面| ?오류|エラー|[.,:!]* ?that.s an error| \(not found\)[!1]*)?"
)

# In a page that says little else, or in what its script pops up; lower case.
SENTENCE = late(
    r"(?:page|article|story|content|document|file|url|address|post|news)\b[^.]{0,60}(?:not (?:be )?found|(?:does|do|did)(?: not|n.t) exist|no longer (?:exists?|available|here|on this)|(?:has|have|was|were|been)[^.]{0,12}(?:removed|deleted|taken down|withdrawn)|(?:is not|isn.t|not) available|cannot be found|can.t be found)"
    r"|no (?:such )?(?:page|article|story|document|record)\b|there is no (?:document|page|article)|(?:couldn.t|could not|can.t|cannot) find (?:the|that|this) (?:page|article|story)|404 not found|invalid (?:article|page|document|news)|wrong (?:article|number|address)"
    r"|(?:页面|頁面|网页|網頁|文章|内容|內容|信息|新闻|新聞|记录)[^。]{0,16}(?:不存在|未找到|没有找到|找不到|已被?删除|已被?刪除|已?失效|已?下线|已过期)|(?:找不到|不存在|没有找到)[^。]{0,10}(?:页面|頁面|网页|網頁|文章|记录)|参数错误|非法参数"
    r"|(?:페이지|기사|게시물|게시글|문서|글|자료|정보|주소|콘텐츠)[^.]{0,24}(?:찾을 수 ?없|존재하지 ?않|없습니다|삭제)|(?:존재하지 ?않는|삭제된|잘못된|없는) ?(?:페이지|기사|게시물|게시글|문서|글|자료|주소|접근|경로)"
    r"|(?:ページ|記事|ファイル|コンテンツ)[^。]{0,24}(?:見つかりません|存在しません|ありません|削除)"
    r"|(?:страниц|стать|новост|материал|документ)\w*[^.]{0,30}(?:не найден|не существует|удал[её]н)"
    r"|(?:seite|artikel|inhalt)\b[^.]{0,40}(?:nicht (?:gefunden|vorhanden|verfügbar)|existiert nicht|gelöscht)|(?:page|article)\b[^.]{0,40}(?:introuvable|n.existe (?:pas|plus)|supprimée?)|(?:página|artículo|noticia|pagina)\b[^.]{0,40}(?:no (?:existe|se encuentra|encontrada)|não (?:existe|encontrada)|eliminad|non (?:esiste|trovata))"
)  # fmt: skip
