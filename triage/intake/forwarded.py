"""Where in a mail the sender's own words end and the forwarded ones begin."""

from __future__ import annotations

import re
from typing import NamedTuple

# The words with which mail clients open a forward, between dashes or before a colon; first those of Gmail, Outlook,
# Apple Mail, Thunderbird, then what Mail.ru, Yandex, QQ and NetEase write.
_OPENINGS = (
    "Forwarded message|Begin forwarded message|Original message|Original e-?mail"
    "|转发的?邮件|转发的消息|转发邮件信息|轉寄的?郵件|轉寄的訊息|轉寄的信件|原始邮件|原始郵件|邮件原件|開始轉寄郵件|开始转发的邮件|下面是被转发的邮件|以下是轉寄的郵件"
    "|Пересланное сообщение|Пересылаемое сообщение|Перенаправленное сообщение|Исходное сообщение|Переслане повідомлення"
    "|Начало переадресованного сообщения|Начало пересылаемого сообщения|Пересылаемое письмо|Пересланное письмо"
    "|Message transféré|Début du message (?:transféré|réexpédié)|Message d[’']origine|Courriel transféré"
    "|Weitergeleitete Nachricht"
    "|Anfang der weitergeleiteten (?:Nachricht|E-Mail)|Ursprüngliche Nachricht|Originalnachricht"
    "|Mensaje reenviado|Inicio del mensaje reenviado|Mensaje original|Correo reenviado"
    "|رسالة (?:معاد توجيهها|مُعاد توجيهها|محولة|مُحوَّلة|مُعادة التوجيه)|الرسالة (?:الأصلية|المعاد توجيهها|المُعاد توجيهها)"
    "|(?:بدء|بداية) الرسالة (?:المعاد توجيهها|المُعاد توجيهها|المحولة)"
    "|Messaggio inoltrato|Inizio messaggio inoltrato|Messaggio originale"
    "|Mensagem (?:encaminhada|original)|Wiadomość przekazana"
)
_CLOSINGS = (
    "End of forwarded message|End forwarded message|Конец пересылаемого сообщения|Завершение пересылаемого сообщения"
    "|Конец перенаправленного сообщения|Ende der weitergeleiteten Nachricht"
    "|Fin du message transféré|Fin del mensaje reenviado"
)
_FROM = "From|发件人|寄件者|寄件人|От|Від|De|Von|Da|Od|من|المرسل"
_SUBJECT = "Subject|主题|主旨|主題|标题|Тема|Objet|Sujet|Betreff|Asunto|الموضوع|Oggetto|Assunto|Temat"
_OTHERS = (
    "Date|Sent|To|Cc|Bcc|Reply-To|Organization|Importance|Attachments|发送时间|发送日期|日期|时间|收件人|抄送|寄件日期|傳送日期|收件者|副本"
    "|Дата|Отправлено|Кому|Копия|Date d[’']envoi|Envoyé|À|A|Pour|Copie à|Répondre à"
    "|Datum|Gesendet|An|Kopie|Fecha|Enviado|Enviado el|Para|CC"
    "|التاريخ|تاريخ|تاريخ الإرسال|إلى|الى|نسخة|Data|Inviato|Do"
)
_DASH = r"[-\u2013\u2014_=*]"
_OPEN = re.compile(
    rf"[>\s]*(?:{_DASH}{{2,40}}\s?(?:{_OPENINGS}|Original)\s?:?\s?{_DASH}{{2,40}}|(?:{_OPENINGS})\s?[:：])\s*",
    re.IGNORECASE,
)
_CLOSE = re.compile(rf"[>\s]*-{{2,40}}\s?(?:{_CLOSINGS})\s?-{{2,40}}\s*", re.IGNORECASE)
_LABEL = r"[>\s]*\*?(?:{})\*?\s?[:：]\*?\s?(.*)"
_IS_FROM = re.compile(_LABEL.format(_FROM), re.IGNORECASE)
_IS_SUBJECT = re.compile(_LABEL.format(_SUBJECT), re.IGNORECASE)
_IS_HEADER = re.compile(_LABEL.format(f"{_FROM}|{_SUBJECT}|{_OTHERS}"), re.IGNORECASE)
_MOST_HEADERS = 15
_MOST_OWN_LINES = 5_000
_LONGEST_LINE = 1_000
_EMPTY = "> \t\r\n\xa0"


class Forwarded(NamedTuple):
    """A mail's body, parted: the sender's own words, then the title and text of what is forwarded."""

    claim: str
    title: str
    text: str


def part(body: str, *, is_reply: bool = False) -> Forwarded | None:
    r"""Return the parts of a body in which something is forwarded, else None.

    A forward begins with the line that mail clients write ("Forwarded message" in a dozen languages), with the bare
    block of From, Date and Subject that Outlook writes or, unless the mail `is_reply`, with a block of ">" lines
    that ends the body.

    >>> part("Look at this\n\n---------- Forwarded message ---------\nFrom: a@b\nSubject: Hi\n\nThe text\n").text
    'The text\n'
    """
    lines = body.splitlines(keepends=True)
    begins, at = _opening(lines)
    if at is None:
        begins = at = None if is_reply else _quotation(lines)
    if begins is None or at is None:
        return None
    title, at = _headers(lines, at)
    dashed = (number for number in range(at, len(lines)) if lines[number].lstrip("> ").startswith("--"))
    end = next((number for number in dashed if _fits(_CLOSE, lines[number])), len(lines))
    at = next((number for number in range(at, end) if lines[number].strip(_EMPTY)), end)
    text = "".join(_unquoted(lines[at:end]))
    if not text.strip():
        return None
    return Forwarded("".join([*lines[:begins], *lines[end + 1 :]]).strip(), title, text)


def _opening(lines: list[str]) -> tuple[int | None, int | None]:
    """Return the line with which the forward begins and the line after it."""
    for number, line in enumerate(lines[:_MOST_OWN_LINES]):
        if _fits(_OPEN, line):
            return number, number + 1
        if _fits(_IS_FROM, line):
            block = lines[number + 1 : number + 6]
            headers = sum(_fits(_IS_HEADER, below) is not None for below in block)
            if headers >= 2 and any(_fits(_IS_SUBJECT, below) for below in block):
                return number, number
    return None, None


def _quotation(lines: list[str]) -> int | None:
    """Return where the block of ">" lines begins that ends the body; None where it is not all at the end."""
    begins = next((number for number, line in enumerate(lines) if line.startswith(">")), None)
    if begins is None or any(line.strip() and not line.startswith(">") for line in lines[begins:]):
        return None
    return begins


def _headers(lines: list[str], at: int) -> tuple[str, int]:
    """Return the subject in the headers at line `at` and the line after them; "" and `at` without any."""
    first = next((number for number in range(at, len(lines)) if lines[number].strip(_EMPTY)), len(lines))
    if first == len(lines) or not _fits(_IS_HEADER, lines[first]):
        return "", at
    title = ""
    for number in range(first, min(first + _MOST_HEADERS, len(lines))):
        subject = _fits(_IS_SUBJECT, lines[number])
        title = title or (subject[1].strip() if subject else "")
        is_more = lines[number][:1] in {" ", "\t"} or ("@" in lines[number] and number > first)
        if not (lines[number].strip(_EMPTY) and (_fits(_IS_HEADER, lines[number]) or is_more)):
            return title, number
    return title, min(first + _MOST_HEADERS, len(lines))


def _unquoted(lines: list[str]) -> list[str]:
    """Return the lines without the ">" that stands before every one of them, if it does."""
    if not all(line.startswith(">") for line in lines if line.strip()):
        return lines
    return [re.sub(r"^> ?", "", line) for line in lines]


def _fits(pattern: re.Pattern[str], line: str) -> re.Match[str] | None:
    is_rule = not line.strip("-_=*> \t\r\n")
    return None if is_rule or len(line) > _LONGEST_LINE else pattern.fullmatch(line.rstrip("\r\n"))
