"""The lines of a plain text that are content, told from the page that was copied along with them.

Rules in nine languages know the pieces that every page has. Where they find some, jusText tells what else around the
article is no prose. A text in which they find nothing is left alone.
"""

from __future__ import annotations

import functools
import re
from enum import Enum

_LONGEST = 400  # furniture is short; no rule looks at longer lines
_MOST_LINES = 500  # beyond, jusText would be slow and a page with so many lines is a list
_LENGTHS = (50, 120)  # from how many letters a line may be prose, and from how many it is
_HAN_LETTERS = 3  # what a Chinese character counts for
# White space as Python knows it, with the zero-width space and the byte order mark.
BLANK = (
    " \t\n\r\x0b\x0c\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u200b\u2028\u2029\u202f\u205f\u3000\ufeff"
)
_HAN = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


class _Kind(Enum):
    """What a line of furniture says of the lines around it."""

    EDGE = "edge"  # stands around an article: nothing but furniture on its far side
    TAIL = "tail"  # stands below an article
    INLINE = "inline"  # may stand anywhere in it


_LANGUAGES = (
    r"english|deutsch|français|español|русский|简体中文|繁體中文|繁体中文|中文|العربية|italiano|português|polski|türkçe"
    r"|日本語|한국어|українська|हिन्दी|nederlands|čeština|български|עברית|فارسی|en|de|fr|es|ru|zh|ar|uk|it|pt|pl"
)
_CONSENT = (
    r"(?:accept|reject|allow) all(?: cookies)?|only necessary(?: ones)?|cookie settings"
    r"|alle (?:akzeptieren|ablehnen)|nur notwendige|tout (?:accepter|refuser)|continuer sans accepter"
    r"|(?:aceptar|rechazar) tod[oa]s?|solo las necesarias|(?:принять|отклонить) все|только необходимые"
    r"|(?:прийняти|відхилити) все|лише необхідні|(?:za)?akceptuj wszystk\w+|odrzuć wszystk\w+|tylko niezbędne"
    r"|全部(?:接受|拒绝|拒絕)|(?:接受|拒绝|拒絕)全部|[仅僅]限必要|(?:قبول|رفض) الكل|الضرورية فقط"
)
_BUTTON = (
    rf"{_CONSENT}|accept|reject|settings|i agree|got it|einstellungen|zustimmen|accepter|refuser|paramétrer|acepto"
    r"|configurar|принять|настройки|согласен|接受|同意|设置|設定|موافق|قبول|الإعدادات"
)
_OURS = (
    r"\b(?:we|our|us|you|your|website|site|wir|unsere?[nmr]?|sie|diese|seite|nous|notre|nos|vous|votre|nosotros"
    r"|nuestr[oa]s?|este|usted|мы|ми|наш\w*|вы|ви|сайт\w*|my|nasz\w*|nasi\w*|używamy)\b"
    r"|[我你您]|本网站|本站|本網站|نحن|نستخدم|موقعنا|يستخدم"
)
_SHARE = (
    r"share|share (?:this|it|on|via|with)\b.*|(?:artikel |beitrag )?teilen"
    r"|(?:partager|compartir|поделиться|поділитися)\b.*|分享(?:到|至|这|這|本)?.*|شارك.*"
    r"|udostępnij.*|follow us.*|folgen sie uns.*|suivez-nous.*|síg[ua]\w*nos.*|关注我们.*|تابعنا.*"
)
_SUBSCRIBE = (
    r"(?:subscribe|sign up|newsletter|jetzt abonnieren|(?:unseren )?newsletter|abonnez|inscrivez|recevez|suscr[ií]b\w*"
    r"|подпи(?:шитесь|сывайтесь|саться)|підпи(?:шіться|сатися|суйтесь)|zapisz się|subskrybuj|[订訂][阅閱]|اشترك).*"
)
_RELATED = (
    r"(?:more on this|related(?: (?:articles|stories|news))?|read (?:more|also|next)|see also|most read|mehr zum thema"
    r"|lesen sie auch|das könnte sie auch interessieren|meistgelesen|à lire aussi|lire aussi|sur le même sujet"
    r"|noticias relacionadas|lea también|le puede interesar|lo más leído|читайте также|(?:ещё )?по теме"
    r"|самое читаемое|читайте також|за темою|zobacz także|(?:prze)?czytaj (?:też|także|również)"
    r"|相[关關](?:[阅閱][读讀]|新[闻聞])|(?:延伸|推[荐薦])[阅閱][读讀]"
    r"|اقرأ أيض[ًا]*|مواضيع ذات صلة|الأكثر قراءة)"
)
_COMMENTS = (
    r"(?:comments?|kommentare|commentaires|comentarios|комментарии|коментарі|komentarze|[評评][论論]|留言|التعليقات)"
    r"\s*[(（]\d+[)）]"
)
_LICENCE = (
    r"©|\(c\) ?(?:19|20)\d\d|all rights reserved|alle rechte vorbehalten|tous droits réservés"
    r"|todos los derechos reservados|все права защищены|(?:版|著作)[权權]所有|(?:不得|请勿|請勿)[转轉][载載]"
    r"|усі права захищен[оі]|wszelkie prawa zastrzeżone|جميع الحقوق محفوظة|\bcc[ -]by\b|creative commons"
)
_CAPTION = (
    r"(?:photo|image|picture|illustration|video|foto|bild|symbolbild|archivbild|imagen|vídeo|фото|видео|иллюстрация"
    r"|світлина|zdjęcie|图|圖|图片|圖片|照片|视频|影片|صورة|الصورة|فيديو)(?: by|s)?\s*(?:[:：/©]|\([^)]*\):)|fot\.\s"
)
_CALL = (
    r"\b(?:call|hotline|helpline|phone|tel|readers' desk|lesertelefon|telefon|rufen sie|appelez|téléphone|numéro vert"
    r"|llame|teléfono|звоните|телефон\w*|тел|горячая линия|телефонуйте|гаряча лінія|zadzwoń|infolinia)\b"
    r"|热线|熱線|专线|專線|电话|電話|هاتف|اتصل|الخط الساخن"
)
_PHONE = r"[+＋]?\d(?:[\s().\-–/]{0,3}\d){6,}"
_DATE = (
    r"(?:[^.!?]{1,40}[,|–—·]\s*)?"
    r"(?:\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?|\d{1,2}[-/.]\d{1,2}[-/.]\d{4})(?:[ ,]+\d{1,2}:\d\d)?"
)
_BETWEEN = r"(?:\s*[|·•/,，、]\s*|\s+)"
_SEGMENT = r"[^|·•›»!?！？。]{1,28}"


def content_lines(text: str) -> list[tuple[int, int]]:
    r"""Return (start, end) of each line that is content, without the white space around it.

    A text is never lost as a whole: where nothing would be left, every line is content. Without an article's prose in
    it, as in a post or a chat, only what is unmistakable goes: cookie notices, language choosers, menus.

    >>> text = "English | Deutsch | Español\nThe dyke stays as it is."
    >>> [text[start:end] for start, end in content_lines(text)]
    ['The dyke stays as it is.']
    """
    spans = _lines(text)
    lines = [text[start:end] for start, end in spans]
    kinds = [_kind(line) for line in lines]
    if not any(kinds):
        return spans
    prose = _prose(lines, kinds)
    dropped = _beyond(kinds, prose) if any(prose) else [kind is _Kind.EDGE for kind in kinds]
    kept = [span for span, is_dropped in zip(spans, dropped, strict=True) if not is_dropped]
    return kept or spans


def _lines(text: str) -> list[tuple[int, int]]:
    """Return where the non-empty lines stand, without the white space and the byte order mark around them."""
    spans: list[tuple[int, int]] = []
    at = 0
    for line in text.splitlines(keepends=True):
        start = at + len(line) - len(line.lstrip(BLANK))
        if line.strip(BLANK):
            spans.append((start, at + len(line.rstrip(BLANK))))
        at += len(line)
    return spans


@functools.cache
def _rules() -> tuple[tuple[_Kind, int, re.Pattern[str]], ...]:
    """Return each rule with the longest line that it looks at."""
    rules = (
        (_Kind.EDGE, 400, rf"(?=.*(?:cookie|куки|ملفات تعريف الارتباط)).*(?:{_OURS})"),
        (_Kind.EDGE, 100, rf"(?:{_CONSENT}|(?:{_BUTTON})(?:{_BETWEEN}(?:{_BUTTON}))+)$"),
        (_Kind.EDGE, 200, rf"(?:.{{0,40}}?{_BETWEEN})?(?:{_LANGUAGES})(?:{_BETWEEN}(?:{_LANGUAGES})){{2,}}$"),
        (_Kind.EDGE, 300, rf"{_SEGMENT}(?:\s[|·•›»]\s{_SEGMENT}){{2,}}$"),
        (_Kind.TAIL, 200, rf".*(?:{_LICENCE})"),
        (_Kind.TAIL, 40, rf"(?:{_SHARE})$"),
        (_Kind.TAIL, 80, rf"{_SUBSCRIBE}"),
        (_Kind.TAIL, 150, rf"{_RELATED}(?:\s*[:：]|$)"),
        (_Kind.TAIL, 40, rf"{_COMMENTS}$"),
        (_Kind.TAIL, 150, rf"(?=.*{_PHONE}).*(?:{_CALL})"),
        (_Kind.INLINE, 200, _CAPTION),
        (_Kind.INLINE, 60, rf"{_DATE}$"),
    )
    return tuple((kind, longest, re.compile(pattern, re.IGNORECASE)) for kind, longest, pattern in rules)


def _kind(line: str) -> _Kind | None:
    size = len(line)
    if size <= _LONGEST:
        for kind, longest, pattern in _rules():
            if size <= longest and pattern.match(line):
                return kind
    return None


def _beyond(kinds: list[_Kind | None], prose: list[bool]) -> list[bool]:
    """Return which lines go: those that a rule knows, and those that are no prose and lie beyond them.

    Beyond is above the last EDGE before the article's first prose, and below the first EDGE or TAIL after its last.
    """
    first, last = prose.index(True), len(prose) - 1 - prose[::-1].index(True)
    head = max((at for at in range(first) if kinds[at] is _Kind.EDGE), default=-1)
    around = {_Kind.EDGE, _Kind.TAIL}
    tail = min((at for at in range(last, len(kinds)) if kinds[at] in around), default=len(kinds))
    return [
        kind is not None or (not is_prose and (at < head or at > tail))
        for at, (kind, is_prose) in enumerate(zip(kinds, prose, strict=True))
    ]


def _prose(lines: list[str], kinds: list[_Kind | None]) -> list[bool]:
    """Return which lines jusText takes for an article's prose, going by length and neighbours alone.

    Source: Pomikálek, Removing Boilerplate and Duplicate Content from Web Corpora, 2011. It has no list of stop words
    for Chinese, so none is used, and it is shown lengths instead of letters. A line that a rule knows counts as all
    link.
    """
    from justext.core import PathInfo, classify_paragraphs, revise_paragraph_classification
    from justext.paragraph import Paragraph

    if len(lines) > _MOST_LINES:
        return [False] * len(lines)
    paragraphs = []
    for line, kind in zip(lines, kinds, strict=True):
        paragraph = Paragraph(PathInfo().append("p"))
        paragraph.append_text("x" * (len(line) + (_HAN_LETTERS - 1) * len(_HAN.findall(line))))
        paragraph.chars_count_in_links = len(paragraph) if kind else 0
        paragraphs.append(paragraph)
    classify_paragraphs(paragraphs, frozenset(), *_LENGTHS, stopwords_low=0, stopwords_high=0)
    revise_paragraph_classification(paragraphs)
    return [not paragraph.is_boilerplate for paragraph in paragraphs]
