from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.shipped import shipped
from triage.text.furniture import content_lines

PROSE = {
    "en": "The council of Ferrow will vote in March on whether to raise the dyke by ninety centimetres. The cost is "
    "put at eleven million crowns, of which the regional flood fund would pay six.",
    "zh": "青屿市港务局二十六日公布渔港改造方案，东码头将建停靠点，工期十四个月，由市和省共同承担。",
    "ru": "Стоимость строительства моста оценивается в три миллиарда крон, из которых две трети выделит область. "
    "Слушания пройдут двенадцатого сентября во Дворце речников.",
    "fr": "Le conseil votera en mars sur la nouvelle digue, dont le coût est estimé à onze millions de couronnes. Le "
    "département en paierait plus de la moitié.",
    "de": "Der Rat stimmt im März darüber ab, ob der Deich um neunzig Zentimeter erhöht wird. Die Kosten werden auf "
    "elf Millionen Taler geschätzt, von denen das Land sechs trägt.",
    "es": "El concejo votará en marzo si se eleva el dique noventa centímetros. El coste se estima en once millones de "
    "coronas, de las que la provincia pagaría más de la mitad.",
    "ar": "يصوّت المجلس في مارس على رفع السدّ بمقدار تسعين سنتيمترًا، وتُقدَّر الكلفة بأحد عشر مليون دينار يدفع الإقليم "
    "أكثر من نصفها بعد موافقة اللجنة المالية على المشروع.",
    "uk": "Вартість будівництва мосту оцінюють у три мільярди крон, з яких дві третини виділить область. Слухання "
    "відбудуться дванадцятого вересня в Палаці річковиків.",
    "pl": "Rada zagłosuje w marcu, czy podnieść wał o dziewięćdziesiąt centymetrów. Koszt szacuje się na jedenaście "
    "milionów koron, z których sześć wyłoży fundusz regionalny.",
}
ABOVE = {
    "en": ["Home | News | Opinion | Sport", "We and our partners use cookies to choose advertisements.", "Accept all"],
    "zh": ["首页 | 新闻 | 评论 | 体育", "本网站使用Cookie统计访问量，您可以随时更改设置。", "全部接受   仅限必要"],
    "ru": ["Главная | Новости | Мнения", "Мы используем файлы cookie, чтобы подбирать рекламу.", "Принять все"],
    "fr": ["Accueil | Actualités | Sports", "Nous utilisons des cookies pour mesurer l'audience.", "Tout accepter"],
    "de": ["Startseite | Lokales | Sport", "Wir setzen Cookies ein, um Werbung auszuwählen.", "Alle akzeptieren"],
    "es": [
        "Portada | Local | Deportes",
        "Usamos cookies para medir las visitas; puede cambiar su elección, usted decide.",
        "Aceptar todo",
    ],
    "ar": ["الرئيسية | أخبار | رأي", "نستخدم ملفات تعريف الارتباط لقياس الزيارات", "قبول الكل"],
    "uk": ["Головна | Новини | Думки", "Ми використовуємо файли cookie, щоб добирати рекламу.", "Прийняти все"],
    "pl": ["Strona główna | Wiadomości | Sport", "Używamy plików cookie, by mierzyć ruch.", "Akceptuj wszystkie"],
}
WITHIN = {
    "en": "Photo: the mill meadow (archive picture)",
    "zh": "图：东码头清晨（资料照片）",
    "ru": "Фото: старая переправа (архив)",
    "fr": "Photo : la rive nord du lac (archives)",
    "de": "Foto: das Umspannwerk am Hafen (Archivbild)",
    "es": "Foto: la plaza mayor (archivo)",
    "ar": "صورة: الرصيف الثاني (أرشيف)",
    "uk": "Фото: стара переправа (архів)",
    "pl": "Fot. stara przeprawa (archiwum)",
}
BELOW = {
    "en": [
        "Share this",
        "More on this",
        "- Plum cake the way Ferrow bakes it",
        "Call the readers' desk on +44 808 157 0142.",
    ],
    "zh": ["分享到", "相关阅读", "- 九月潮汐时刻表", "读者热线：+44 808 157 0488", "图片版权所有，未经许可不得转载。"],
    "ru": ["Поделиться", "Читайте также", "- Рецепт яблочного пирога", "Телефон редакции +44 808 157 0366"],
    "fr": ["Partager cet article", "À lire aussi", "- Votre horoscope", "Appelez le +33 1 99 00 00 99"],
    "de": ["Artikel teilen", "Mehr zum Thema", "- Rezept: Pflaumenkuchen", "Lesertelefon +49 30 23125 999"],
    "es": ["Compartir", "Noticias relacionadas", "- Receta: arroz con verduras", "Llame al +1-800-555-0199"],
    "ar": ["شارك المقال", "اقرأ أيضًا", "- مواعيد القطار في سبتمبر", "هاتف القرّاء +44 808 157 0611"],
    "uk": ["Поділитися", "Читайте також", "- Рецепт яблучного пирога", "Телефонуйте: +44 808 157 0366"],
    "pl": ["Udostępnij", "Czytaj także", "- Przepis na szarlotkę", "Zadzwoń: +44 808 157 0366"],
}
EVERYWHERE = [
    "English | Deutsch | Français | Español | Русский | 简体中文 | العربية",
    "© 2026 The Ledger. All rights reserved.",
]


def content(text: str) -> list[str]:
    return [text[start:end] for start, end in content_lines(text)]


@pytest.mark.parametrize("lang", PROSE)
def test_an_article_is_told_from_the_page_around_it(lang: str) -> None:
    heading, subheading, call = "The dyke", "What comes next", "Come on Saturday"
    article = [heading, PROSE[lang], subheading, PROSE[lang], call]
    chooser, rights = EVERYWHERE
    page = [chooser, *ABOVE[lang], *article[:2], WITHIN[lang], *article[2:], *BELOW[lang], rights]

    assert content("\n\n".join(page)) == article


@pytest.mark.parametrize("lang", PROSE)
def test_prose_alone_is_all_content(lang: str) -> None:
    lines = [PROSE[lang], "A short line", PROSE[lang]]

    assert content("\n".join(lines)) == lines


@pytest.mark.parametrize(
    "post",
    [
        "Share this",
        "Share this before they delete it!!!\nThe water is poisoned",
        "Call the hotline 8 800 302 22 22 to get your money back\nThe bank will not tell you",
        "Photo: look what they did\nshame",
        "I agree\nNo",
        "English | Deutsch | Español",
        "全部接受",
    ],
)
def test_a_post_of_a_few_lines_is_never_lost(post: str) -> None:
    assert content(post) == post.split("\n")


def test_an_article_about_cookies_or_licences_stays() -> None:
    text = (
        "The baker on Mill Lane sells cookies by the pound.\n"
        + PROSE["en"]
        + "\nThe chip maker lost its licence in March "
        "after the court had heard eleven witnesses and read four reports on what was found in the river."
    )

    assert content(text) == text.split("\n")


@given(st.text() | st.lists(st.sampled_from([*EVERYWHERE, *BELOW["en"], PROSE["en"], "a", ""])).map("\n".join))
def test_content_is_never_lost_as_a_whole_and_has_no_space_around_it(text: str) -> None:
    spans = content_lines(text)

    lines = [text[start:end] for start, end in spans]
    assert all(line and line == line.strip() for line in lines)
    assert all(one[1] <= other[0] for one, other in itertools.pairwise(spans))
    assert bool(lines) == any(not char.isspace() and char not in "\ufeff\u200b" for char in text)


def test_every_saved_note_keeps_its_article_and_loses_its_page() -> None:
    notes = sorted(shipped("reports", "notes").glob("*.txt"))

    assert notes
    for note in notes:
        lines = content(note.read_text(encoding="utf-8"))
        assert len(lines) >= 4
        assert not [line for line in lines if "CC BY" in line or "ookie" in line or " | " in line or "+4" in line]
