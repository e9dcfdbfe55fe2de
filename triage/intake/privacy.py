"""What a report may not keep: who reported it, by name, number or address.

The rule. `reporter` becomes a pseudonym. In what the reporter says (the claim) phone numbers and mail addresses
become marks, and so does the reporter's own name. Of the other columns, one whose name says that it holds a contact
(*phone*, *e-mail*, *first name*, *address* … in the starter corpus's languages) becomes a pseudonym too; in the
others, what reads like a sentence is masked like a claim. The text and title complained about stay as they are: a
page's hotline number is part of it.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable

Pseudonymise = Callable[[str], str]

_WORDS = re.compile(r"[^\W\d_]+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_NAME_WORD = re.compile(r"[^\W\d_][\w'’-]*")
_CONTACT = re.compile(r"<[^>]*>?|\S+@\S+|[+(]*\d[\d\s().\-/]{3,}")
_CONTACT_WORDS = re.compile(
    "phone|telephone|tel|mobile|fax|email|mail|contact|address|street|caller|reporter|sender|surname|whatsapp"
    "|firstname|lastname|fullname|telefon|handy|anschrift|adresse|absender|vorname|nachname|telefono|móvil|correo"
    "|remitente|apellidos?|dirección|direccion|teléfono|téléphone|courriel|prénom|prenom|expéditeur"
    "|телефон|почта|адрес|имя|фамилия|отправитель|هاتف|جوال|بريد|اسم|عنوان|المرسل"
)
_NAME_OF_A_PERSON = frozenset({"name", "nom", "nombre", "first", "last", "full", "your", "my", "user"})
_CONTACT_SIGNS = (
    "电话",
    "電話",
    "手机",
    "手機",
    "邮箱",
    "郵箱",
    "邮件",
    "郵件",
    "姓名",
    "联系",
    "聯絡",
    "聯繫",
    "地址",
)


@functools.lru_cache(maxsize=1_000)
def is_contact_column(name: str) -> bool:
    """Return whether a column's name says that it holds a person's name, number or address.

    >>> [is_contact_column(name) for name in ("E-Mail", "callerPhone", "Your name", "site_name", "客户电话")]
    [True, True, True, False, True]
    """
    words = {word.casefold() for word in _WORDS.findall(_CAMEL.sub(" ", name[:200]))}
    is_name = bool(words & {"name", "nom", "nombre"}) and words <= _NAME_OF_A_PERSON
    return is_name or any(map(_CONTACT_WORDS.fullmatch, words)) or any(sign in name for sign in _CONTACT_SIGNS)


def mask_reporter(said: str, reporter: str, pseudonymise: Pseudonymise) -> str:
    """Return what a reporter said, with the reporter's own name and all phone numbers and mail addresses masked.

    The whole name counts, and each word of it that begins with a capital or in a script without them.

    >>> mask_reporter("Ana Field here, Ms Field!", "Ana Field, jo@example.org", lambda who: "p-1")
    '[reporter:p-1] here, Ms [reporter:p-1]!'
    """
    from triage.text.contacts import mask

    if not said:
        return said
    names = _names(reporter, said)
    if names:
        said = names.sub(f"[reporter:{pseudonymise(reporter)}]", said)
    return mask(said, pseudonymise)


def mask_extra(column: str, value: str, pseudonymise: Pseudonymise) -> str:
    """Return what may be kept of an unknown column."""
    from triage.text.contacts import mask

    if is_contact_column(column):
        return pseudonymise(value) if value.strip() else value
    is_prose = "@" in value or (" " in value and any(char.isalpha() for char in value))
    return mask(value, pseudonymise) if is_prose else value


def _names(reporter: str, said: str) -> re.Pattern[str] | None:
    """Return a pattern for the words of the reporter's name that occur in what was said; None where none does."""
    name = " ".join(_CONTACT.sub(" ", reporter[:200]).split()).strip(" ,;\"'")
    words = [word for word in _NAME_WORD.findall(name) if not word[0].islower()]
    lower = said.lower()
    found = [word for word in (name, *words) if len(word) > 1 and word.lower() in lower]
    if not found:
        return None
    # Two letters are masked as they are written only: "Al" is a name, "al" is not.
    either = "|".join(re.escape(word) if len(word) == 2 else f"(?i:{re.escape(word)})" for word in found)
    is_spaced = name.isascii() or " " in name
    return re.compile(rf"\b(?:{either})\b" if is_spaced else either)
