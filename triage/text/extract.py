"""The article in a saved web page: title, text, language and date, without the page around it."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from triage.text.encoding import declared_in_page, decode
from triage.text.furniture import content_lines

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_XML_DECLARATION = re.compile(r"^\s*<\?xml[^>]{0,200}\?>")
_LANG = re.compile(r"\s*([A-Za-z]{2,3})(?![A-Za-z])")
_LANG_PATHS = ("/html/@lang", "/html/@*[local-name()='xml:lang']", "//meta[@http-equiv='content-language']/@content")
_TITLE_PATHS = ("//meta[@property='og:title']/@content", "//title/text()", "//h1//text()")
_UNSEEN = ("script", "style", "noscript", "template", "head", "svg", "iframe", "object", "select", "button")


@dataclass(frozen=True, slots=True)
class Extracted:
    """What a page says; what it does not say is empty. `date` is ISO 8601, `lang` is what the page declares."""

    title: str = ""
    text: str = ""
    lang: str = ""
    date: str = ""
    url: str = ""


def extract_html(data: bytes, *, url: str = "", charset: str = "") -> Extracted:
    """Return the article of a saved page. Never raises.

    `charset` is what came with the bytes (else the page's own word counts), `url` where the page was found (else what
    it names as its own address). Comments, navigation and notices are left out. Where no article is found, the text is
    what a visitor would see, less the page furniture. Tables are no prose: a layout made of them would come out as one.
    """
    source = _XML_DECLARATION.sub("", decode(data, charset or declared_in_page(data)).replace("\0", ""))
    tree = _tree(source)
    if tree is None:
        return Extracted(url=url)
    lang = _LANG.match(_first(tree, _LANG_PATHS))
    article = _article(tree, url)
    return Extracted(
        title=article.title or _first(tree, _TITLE_PATHS),
        text=_without_title(article) or _visible(tree),
        lang=lang[1].lower() if lang else "",
        date=article.date,
        url=url or article.url,
    )


def _tree(source: str) -> HtmlElement | None:
    from lxml import etree, html

    try:
        return html.document_fromstring(source, parser=html.HTMLParser(remove_comments=True, remove_pis=True))
    except (etree.LxmlError, ValueError):
        return None


def _article(tree: HtmlElement, url: str) -> Extracted:
    """Return what trafilatura finds; empty where it finds nothing or trips over the page."""
    from lxml import etree
    from trafilatura import bare_extraction

    _hush()
    try:
        found = bare_extraction(tree, url=url or None, include_comments=False, include_tables=False, with_metadata=True)
    except (etree.LxmlError, ValueError, TypeError, AttributeError, LookupError, RecursionError):
        found = None
    if found is None or isinstance(found, dict):
        return Extracted()
    return Extracted(
        title=(found.title or "").strip(),
        text=_content(found.text or ""),
        date=found.date or "",
        url=found.url or "",
    )


def _without_title(article: Extracted) -> str:
    """Return the text without a first line that is only the title again."""
    first, _, rest = article.text.partition("\n")
    return rest.lstrip() if rest and first.casefold() == article.title.casefold() else article.text


def _visible(tree: HtmlElement) -> str:
    """Return the lines that a visitor would see, less the page furniture."""
    from justext.core import ParagraphMaker
    from lxml import etree

    etree.strip_elements(tree, *_UNSEEN, with_tail=False)
    text = "\n".join(paragraph.text for paragraph in ParagraphMaker.make_paragraphs(tree) if paragraph.text)
    return _content(text)


def _content(text: str) -> str:
    return "\n".join(text[start:end] for start, end in content_lines(text))


def _first(tree: HtmlElement, paths: tuple[str, ...]) -> str:
    for path in paths:
        for found in tree.xpath(path):
            if str(found).strip():
                return " ".join(str(found).split())
    return ""


def _hush() -> None:
    """Keep the libraries' own log lines off the screen: an empty page is nothing to warn of."""
    for name in ("trafilatura", "htmldate", "courlan"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
