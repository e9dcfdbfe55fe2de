from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.intake.forwarded import part

GMAIL = (
    "---------- Forwarded message ---------\n{}: A <a@b.example>\n{}: 1 May 2026\n{}: The title\n{}: <c@d.example>\n\n"
)
OPENINGS = [
    GMAIL.format("From", "Date", "Subject", "To"),
    GMAIL.format("发件人", "日期", "主题", "收件人").replace(": ", "："),
    GMAIL.format("寄件者", "日期", "主旨", "收件者"),
    GMAIL.format("От", "Дата", "Тема", "Кому"),
    GMAIL.format("De", "Date", "Objet", "À").replace(": ", " : "),
    GMAIL.format("Von", "Datum", "Betreff", "An"),
    GMAIL.format("De", "Fecha", "Asunto", "Para"),
    GMAIL.format("من", "التاريخ", "الموضوع", "إلى"),
    "Begin forwarded message:\n\nFrom: A\nSubject: The title\nDate: 1 May\nTo: B\n\n",
    "-----Original Message-----\nFrom: A\nSent: 1 May\nTo: B\nSubject: The title\n\n",
    "-----Исходное сообщение-----\nОт: A\nОтправлено: 1 мая\nТема: The title\n\n",
    "-------- Пересылаемое сообщение --------\nОт: A <a@b.example>\nТема: The title\n\n",
    "-------- Weitergeleitete Nachricht --------\nBetreff: The title\nDatum: 1. Mai\nVon: A\nAn: B\n\n",
    "Anfang der weitergeleiteten Nachricht:\n\n> Von: A\n> Betreff: The title\n> \n",
    "-------- Message transféré --------\nSujet : The title\nDate : 1 mai\nDe : A\nPour : B\n\n",
    "Début du message transféré :\n\nDe: A\nObjet: The title\n\n",
    "---------- Mensaje reenviado ---------\nDe: A\nAsunto: The title\n\n",
    "------------------ 原始邮件 ------------------\n发件人: A\n发送时间: 2026\n收件人: B\n主题: The title\n\n",
    "-------- 转发邮件信息 --------\n发件人：A\n主题：The title\n\n",
    "---------- رسالة معاد توجيهها ---------\nمن: A\nالموضوع: The title\n\n",
    "________________________________\nFrom: A\nSent: Friday\nTo: B\nSubject: The title\n\n",
    "Von: A\nGesendet: Freitag\nAn: B\nBetreff: The title\n\n",
    "*From:* A\n*Sent:* Friday\n*To:* B\n*Subject:* The title\n\n",
]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("opening", OPENINGS)
def test_a_forward_is_known_by_what_mail_clients_write(opening, end):
    body = f"Please look.\n\n{opening}The text,\nsecond line.\n".replace("\n", end)
    parts = part(body)

    assert parts.claim.rstrip("_\r\n") == "Please look."
    assert parts.title == "The title"
    assert parts.text == f"The text,{end}second line.{end}"


def test_without_headers_the_text_begins_at_once():
    assert part("Look\n---------- Forwarded message ---------\n\nWarning: a text\n").text == "Warning: a text\n"


def test_what_follows_the_end_of_a_forward_is_the_senders_own():
    body = (
        "Смотрите\n-------- Пересылаемое сообщение --------\n\nТекст\n"
        "-------- Конец пересылаемого сообщения --------\nИван\n"
    )

    assert part(body) == ("Смотрите\nИван", "", "Текст\n")


def test_a_quoted_block_that_ends_the_body_is_forwarded_unless_the_mail_is_a_reply():
    body = "Here it is:\n\n> The text,\n> second line.\n\n"

    assert part(body).text == "The text,\nsecond line.\n\n"
    assert part(body, is_reply=True) is None


@pytest.mark.parametrize(
    "body",
    [
        "",
        "Just a text\nof two lines\n",
        "I got a Forwarded message yesterday\n",
        "> quoted\nand an answer below\n",
        "From: the sea\nTo: the hills\n",
        "-- \nJo Field\n",
        "---------- Forwarded message ---------\nFrom: A\nSubject: nothing follows\n\n",
        "Look\n----------------------------------------\nbelow\n",
    ],
)
def test_a_body_that_forwards_nothing_has_no_parts(body):
    assert part(body) is None


@given(
    st.lists(
        st.sampled_from(["> ", "From: a\n", "Subject: b\n", "\n", "x\n", "-----Original Message-----\n", "De :", "\r"])
    )
)
def test_what_is_forwarded_was_in_the_body(pieces):
    body = "".join(pieces)
    parts = part(body)

    assert parts is None or (parts.text.strip() and set(parts.text.split()) <= set(body.split()))
