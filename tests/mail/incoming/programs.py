"""How twenty mail programs quote what they answer, in eight languages. Written for these tests; nothing of it is real.

A program turns (words of the language, what is quoted, what was written) into the plain text or HTML that it sends.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from html import escape

SENDER, ADDRESS, ME = "Ada (Parley)", "parley@127.0.0.1", "ben@example.org"


@dataclass(frozen=True)
class Words:
    """One language: what programs write around a quotation, and what people write."""

    on_wrote: str  # with {name}
    from_: str
    sent: str
    to: str
    subject: str
    original: str
    phone: str
    closing: str
    body: tuple[str, str, str]  # the comment's paragraphs
    answers: tuple[str, str]


WORDS = {
    "en": Words(
        "On Mon, 2 Mar 2026 at 12:00, {name} wrote:", "From", "Sent", "To", "Subject", "Original Message",
        "Sent from my iPhone", "Best regards,",
        ("Openness was never a matter of protocol alone, and it cannot be written down once for all.",
         "Those who decide should say in public why they decided, and when they will look at it again.",
         "Small delegations cannot be in four rooms at the same time."),
        ("I agree, but only if the minutes come out within a week.", "Nobody reads forty pages after a meeting."),
    ),
    "fr": Words(
        "Le lun. 2 mars 2026 à 12:00, {name} a écrit :", "De", "Envoyé", "À", "Objet", "Message d'origine",
        "Envoyé de mon iPhone", "Cordialement,",
        ("L'ouverture n'a jamais été une affaire de protocole seulement, et on ne l'écrit pas une fois pour toutes.",
         "Ceux qui décident devraient dire en public pourquoi, et quand ils y reviendront.",
         "Les petites délégations ne peuvent pas être dans quatre salles à la fois."),
        ("Je suis d'accord, à condition que le procès-verbal paraisse en une semaine.",
         "Personne ne lit quarante pages après une réunion."),
    ),
    "es": Words(
        "El lun, 2 mar 2026 a las 12:00, {name} escribió:", "De", "Enviado", "Para", "Asunto", "Mensaje original",
        "Enviado desde mi iPhone", "Saludos cordiales,",
        ("La apertura nunca fue solo cuestión de protocolo, y no se escribe de una vez para siempre.",
         "Quienes deciden deberían decir en público por qué, y cuándo lo revisarán.",
         "Las delegaciones pequeñas no pueden estar en cuatro salas al mismo tiempo."),
        ("Estoy de acuerdo, pero solo si las actas salen en una semana.", "Nadie lee cuarenta páginas después."),
    ),
    "de": Words(
        "Am Mo., 2. März 2026 um 12:00 Uhr schrieb {name}:", "Von", "Gesendet", "An", "Betreff",
        "Ursprüngliche Nachricht", "Von meinem iPhone gesendet", "Mit freundlichen Grüßen",
        ("Offenheit war nie nur eine Frage des Protokolls, und niemand schreibt sie ein für alle Mal auf.",
         "Wer entscheidet, soll öffentlich sagen, warum, und wann er es wieder ansieht.",
         "Kleine Delegationen können nicht gleichzeitig in vier Sälen sitzen."),
        ("Ich stimme zu, aber nur, wenn das Protokoll binnen einer Woche kommt.",
         "Niemand liest nach einer Sitzung vierzig Seiten."),
    ),
    "ru": Words(
        "пн, 2 мар. 2026 г. в 12:00, {name}:", "От", "Отправлено", "Кому", "Тема", "Исходное сообщение",
        "Отправлено с iPhone", "С уважением,",
        ("Открытость никогда не была только вопросом протокола, и её не запишешь раз и навсегда.",
         "Те, кто решает, должны публично сказать почему и когда они к этому вернутся.",
         "Маленькие делегации не могут быть сразу в четырёх залах."),
        ("Согласен, но только если протокол выйдет через неделю.", "Никто не читает сорок страниц после заседания."),
    ),
    "zh": Words(
        "{name} 于2026年3月2日周一 12:00写道：", "发件人", "发送时间", "收件人", "主题", "原始邮件",
        "发自我的 iPhone", "此致",
        ("开放从来不只是程序问题，也不可能一次写清楚。", "决策者应当公开说明理由，并说明何时复查。",
         "小代表团不可能同时在四个会场。"),
        ("我同意，但会议记录必须在一周内公布。", "会后没有人会读四十页。"),
    ),
    "ar": Words(
        "في الاثنين، 2 مارس 2026 في 12:00 كتب {name}:", "من", "تم الإرسال", "إلى", "الموضوع", "الرسالة الأصلية",
        "أُرسلت من الـ iPhone", "مع أطيب التحيات،",
        ("لم يكن الانفتاح يوما مسألة إجراءات وحدها، ولا يمكن أن يكتب مرة واحدة وإلى الأبد.",
         "على من يقرر أن يقول علنا لماذا قرر ومتى سيعود إلى قراره.",
         "لا تستطيع الوفود الصغيرة أن تكون في أربع قاعات في وقت واحد."),
        ("أوافق، بشرط أن يصدر المحضر خلال أسبوع.", "لا أحد يقرأ أربعين صفحة بعد الاجتماع."),
    ),
    "az": Words(
        "2 mart 2026, B.e. tarixində saat 12:00-da {name} yazdı:", "Kimdən", "Göndərilib", "Kimə", "Mövzu",
        "Orijinal mesaj", "iPhone-dan göndərilib", "Hörmətlə,",
        ("Açıqlıq heç vaxt təkcə protokol məsələsi olmayıb və onu birdəfəlik yazmaq mümkün deyil.",
         "Qərar verənlər nə üçün qərar verdiklərini və ona nə vaxt qayıdacaqlarını açıq deməlidirlər.",
         "Kiçik nümayəndə heyətləri eyni vaxtda dörd zalda ola bilməz."),
        ("Razıyam, amma yalnız protokol bir həftəyə çıxsa.", "İclasdan sonra heç kim qırx səhifə oxumur."),
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Written:
    """What a program sends. `answer` is the answer's own text, `added` what must not stand in it."""

    content: str
    answer: list[str]
    added: list[str]
    is_html: bool = False
    is_flowed: bool = False


def named(words: Words, *, with_address: bool = True) -> str:
    return words.on_wrote.format(name=f"{SENDER} <{ADDRESS}>" if with_address else SENDER)


def wrapped(line: str, at: int) -> str:
    """Broken at the last space before so many characters, as programs break an attribution."""
    place = line.rfind(" ", 0, at)
    return f"{line[:place]}\n{line[place + 1 :]}" if place > 0 and len(line) > at else line


def marked(text: str, mark: str = "> ") -> str:
    return "\n".join((mark + line).rstrip() for line in text.split("\n"))


def headers(words: Words, subject: str, mark: str = "") -> str:
    rows = [
        (words.from_, f"{SENDER} <{ADDRESS}>"), (words.sent, "2 2026 12:00"), (words.to, ME),
        (words.subject, subject),
    ]  # fmt: skip
    return "\n".join(f"{mark}{name}:{mark} {value}" for name, value in rows)


Program = Callable[[Words, str, str], Written]  # (words, text of our email, its subject)


def top(above: str, words: Words, *, added: tuple[str, ...] = (), **how: bool) -> Written:
    """An answer above everything else."""
    answer = list(words.answers)
    return Written(f"{chr(10).join(answer)}\n\n{above}", answer, list(added), **how)


def bottom(quotation: str, words: Words, *, end: str = "", added: tuple[str, ...] = (), **how: bool) -> Written:
    answer = list(words.answers)
    return Written(f"{quotation}\n\n{chr(10).join(answer)}\n{end}", answer, list(added), **how)


def inline(attribution: str, words: Words, *, end: str = "", added: tuple[str, ...] = (), mark: str = "> ") -> Written:
    """Two answers, each below the paragraph that it is about."""
    first, second = words.answers
    quoted = words.body[:2]
    content = f"{attribution}\n{mark}{quoted[0]}\n\n{first}\n\n{mark}{quoted[1]}\n\n{second}\n{end}"
    return Written(content, [quoted[0], first, quoted[1], second], list(added))


def signature(words: Words) -> str:
    return f"-- \nBen\n{words.closing}\nOffice 4"


def gmail(words: Words, text: str, subject: str) -> Written:
    return top(f"{wrapped(named(words), 60)}\n\n{marked(text)}", words)


def gmail_inline(words: Words, text: str, subject: str) -> Written:
    return inline(f"{wrapped(named(words), 48)}\n", words)


def apple_mail(words: Words, text: str, subject: str) -> Written:
    return top(f"> {named(words)}\n> \n{marked(text)}", words)


def iphone(words: Words, text: str, subject: str) -> Written:
    return top(f"{words.phone}\n\n> {named(words)}\n> \n> \ufeff{marked(text)[2:]}", words, added=(words.phone,))


def outlook(words: Words, text: str, subject: str) -> Written:
    return top(f"{words.closing}\nBen\n\n{headers(words, subject)}\n\n{text}", words)


def outlook_web(words: Words, text: str, subject: str) -> Written:
    return top(f"{'_' * 32}\n{headers(words, subject)}\n\n{text}", words)


def outlook_phone(words: Words, text: str, subject: str) -> Written:
    end = f"Get Outlook for iOS<https://aka.ms/o0ukef>\n{'_' * 32}\n{headers(words, subject)}\n\n{text}"
    return top(end, words, added=("Get Outlook",))


def outlook_html(words: Words, text: str, subject: str) -> Written:
    rows = "<br>".join(f"<b>{escape(row).replace(':', ':</b>', 1)}" for row in headers(words, subject).split("\n"))
    answer = "".join(f"<p class=MsoNormal>{escape(each)}</p>" for each in words.answers)
    quotation = "".join(f"<p>{escape(part).replace(chr(10), '<br>')}</p>" for part in text.split("\n\n"))
    html = (
        f"<html><body>{answer}<div style='border-top:solid #E1E1E1 1.0pt'><p>{rows}</p></div>{quotation}</body></html>"
    )
    return Written(html, list(words.answers), [], is_html=True)


def thunderbird(words: Words, text: str, subject: str) -> Written:
    quotation = marked(text)
    return bottom(f"{named(words, with_address=False)}\n{quotation}", words, end=f"\n{signature(words)}",
                  added=("Office 4",), is_flowed=True)  # fmt: skip


def thunderbird_inline(words: Words, text: str, subject: str) -> Written:
    return inline(named(words, with_address=False), words, end=f"\n{signature(words)}", added=("Office 4",))


def yahoo(words: Words, text: str, subject: str) -> Written:
    unmarked = "\n".join(f" {line}" for line in text.split("\n"))
    return top(f"    {named(words)}  \n \n{unmarked}", words)


def yahoo_html(words: Words, text: str, subject: str) -> Written:
    answer = "".join(f"<div>{escape(each)}</div>" for each in words.answers)
    quotation = escape(text).replace("\n", "<br>")
    html = f"{answer}<div class='yahoo_quoted'><div>{escape(named(words))}</div><br><div>{quotation}</div></div>"
    return Written(html, list(words.answers), [], is_html=True)


def proton(words: Words, text: str, subject: str) -> Written:
    return top(f"{words.phone}.\n\n{named(words)}\n\n{marked(text)}", words, added=(words.phone,))


def zoho(words: Words, text: str, subject: str) -> Written:
    line = f"---- {named(words).rstrip(':：').strip()} ----"
    return top(f"{line}\n\n{marked(text, '')}", words)


def qq(words: Words, text: str, subject: str) -> Written:
    rows = headers(words, subject).replace("\n", ";\n")
    return top(f"{'-' * 18} {words.original} {'-' * 18}\n{rows}\n\n{text}", words)


def netease(words: Words, text: str, subject: str) -> Written:
    return top(f'At 2026-03-02 12:00:00, "{SENDER}" <{ADDRESS}> wrote:\n{marked(text, ">")}', words)


def samsung(words: Words, text: str, subject: str) -> Written:
    return top(f"-------- {words.original} --------\n{headers(words, subject)}\n\n{text}", words)


def k9(words: Words, text: str, subject: str) -> Written:
    return bottom(f"{named(words)}\n{marked(text, '>')}", words)


def mutt(words: Words, text: str, subject: str) -> Written:
    return bottom(
        f"{named(words, with_address=False)}\n{marked(text)}", words, end=f"\n{signature(words)}", added=("Office 4",)
    )


def mutt_inline(words: Words, text: str, subject: str) -> Written:
    return inline(named(words, with_address=False), words)


def notes(words: Words, text: str, subject: str) -> Written:
    rows = headers(words, subject, mark="*")
    return top(f"{words.closing}\nBen\n\n\n{rows}\n{'_' * 40}\n\n\n{text}", words)


def roundcube(words: Words, text: str, subject: str) -> Written:
    return top(f"{wrapped(named(words, with_address=False), 40)}\n{marked(text)}", words)


def apple_html(words: Words, text: str, subject: str) -> Written:
    answer = "".join(f"<div>{escape(each)}</div>" for each in words.answers)
    quotation = "".join(f"<div>{escape(line) or '<br>'}</div>" for line in text.split("\n"))
    html = (
        f"<html><body>{answer}<br><div><blockquote type='cite'><div>{escape(named(words))}</div><br>"
        f"<div>{quotation}</div></blockquote></div></body></html>"
    )
    return Written(html, list(words.answers), [], is_html=True)


PROGRAMS: dict[str, Program] = {
    "Gmail": gmail,
    "Gmail, inline": gmail_inline,
    "Apple Mail": apple_mail,
    "Apple Mail, HTML": apple_html,
    "iPhone": iphone,
    "Outlook": outlook,
    "Outlook on the web": outlook_web,
    "Outlook on a phone": outlook_phone,
    "Outlook, HTML": outlook_html,
    "Thunderbird": thunderbird,
    "Thunderbird, inline": thunderbird_inline,
    "Yahoo": yahoo,
    "Yahoo, HTML": yahoo_html,
    "Proton": proton,
    "Zoho": zoho,
    "QQ": qq,
    "NetEase": netease,
    "Samsung": samsung,
    "K-9": k9,
    "Mutt": mutt,
    "Mutt, inline": mutt_inline,
    "Notes": notes,
    "Roundcube": roundcube,
}
