"""Plain text: its encoding, what its first lines say about it, and lines that are no report."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from geo.dates import DateSpan
from geo.documents.language import detect
from geo.documents.source import Skipped, Source, cleaned, one_line
from geo.errors import InputError

__all__ = ["boilerplate", "date_in", "decoded", "read_plain", "title_and_publisher"]

HEAD_LINES = 8
MAX_HEADLINE = 160

# Lines around an article that are not of it, in the words sites use for them. Only whole lines
# count, and only ahead of the first sentence or after the last.
_FURNITURE = re.compile(
    r"""(?ix)
    newspapers?\ (?:in|from)\ [\w\s]{2,40}
    |(?:read|see|find\ out|learn)\ (?:more|also|next)\b.{0,120}
    |more\ (?:from|on|about|in)\b.{0,80}
    |(?:share|tweet|print|email|save|comments?|copy\ link|whatsapp|facebook|twitter|telegram|x)
     (?:\ (?:this(?:\ (?:article|story|page))?|on\ \w+|article|link))?\.?
    |(?:related|recommended|popular|trending|latest|top)\ (?:articles?|stories|news|topics?|
     content|posts?|headlines)\b.{0,60}
    |most\ (?:read|popular|viewed)\b.{0,40}
    |(?:sign\ (?:up|in)|log\ ?in|subscribe|register|follow\ us|download\ (?:our|the)\ app|
     join\ (?:us|our))\b.{0,120}
    |(?:advertisement|advertising|sponsored(?:\ content)?|skip\ to\ (?:main\ )?content|menu|home|
     search|close|back\ to\ top|cookie\ (?:policy|settings)|privacy(?:\ policy)?|
     terms(?:\ (?:of|and)\ \w+)?|contact(?:\ us)?|about(?:\ us)?|loading\.*)
    |(?:we|this\ (?:web)?site)\ uses?\ cookies\b.{0,200}
    |(?:copyright|\(c\)|©)\ ?.{0,120}
    |.{0,60}\ball\ rights\ reserved\b.{0,60}
    |tags?:.{0,200}|topics?:.{0,200}|filed\ under\b.{0,120}
    |(?:page\ )?\d{1,3}(?:\ (?:of|/)\ \d{1,3})?
    |https?://\S+
    """
)
_BYLINE = re.compile(r"(?i)(?:story |report(?:ed)? |written |published )?by:? [^.\n]{3,80}")
_PRESS = re.compile(
    r"\b(?:News|Times|Post|Press|Agency|Daily|Herald|Tribune|Gazette|Journal|Guardian|Telegraph|"
    r"Observer|Observatory|Independent|Standard|Chronicle|Mail|Express|Mirror|Star|Sun|Globe|"
    r"Monitor|Review|Weekly|Today|Media|Network|Radio|TV|Television|Broadcasting|Newspaper|"
    r"Reuters|AP|AFP|BBC|CNN|DPA|TASS|RT|DW|SANA|NPR|RFI|RFE/RL|France 24|Al[ -]Jazeera|"
    r"Al[ -]Arabiya|Anadolu|Bloomberg|Xinhua|Interfax|Ukrinform|Le Monde|El Pa[ií]s|Haaretz)\b"
)
_SENTENCE_END = re.compile(r"[.!?…؟。][\"'”’»)\]]*$")

_MONTH = {
    name: number
    for number, names in enumerate(
        (
            "january jan",
            "february feb",
            "march mar",
            "april apr",
            "may",
            "june jun",
            "july jul",
            "august aug",
            "september sept sep",
            "october oct",
            "november nov",
            "december dec",
        ),
        1,
    )
    for name in names.split()
}
_NAMES = "|".join(sorted(_MONTH, key=len, reverse=True))
_DATES = (
    re.compile(r"\b(?P<y>\d{4})-(?P<m>\d{2})-(?P<d>\d{2})(?!\d)"),
    re.compile(rf"(?i)\b(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\ (?P<n>{_NAMES})\.?,?\ (?P<y>\d{{4}})\b"),
    re.compile(rf"(?i)\b(?P<n>{_NAMES})\.?\ (?P<d>\d{{1,2}})(?:st|nd|rd|th)?,?\ (?P<y>\d{{4}})\b"),
)
# What a line may hold besides the date to be the line that dates the report.
_DATE_LINE_WORDS = re.compile(
    r"(?i)^(?:published|posted|updated|last|first|filed|issued|date|dated|on|at|am|pm|gmt|utc|"
    r"bst|est|edt|cet|eet|ist|mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun|"
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)day|release|for|immediate|local|time|\d{1,2}|h|"
    r"a|p|m)$"
)


# A line that says where and when a report was written ("DAMASCUS, Nov. 9 (Reuters)"), above it.
_CITY = r"(?:[A-ZÀ-ÞĀ-Ž][\w'’.]*|al|el|as|ad|ar|an|ash|ez|az|de|la|of|the)"
_SHORT_DATE = (
    rf"(?:\d{{4}}-\d{{2}}-\d{{2}}|\d{{1,2}}(?:st|nd|rd|th)?\ (?:{_NAMES})\.?(?:,?\ \d{{4}})?"
    rf"|(?:{_NAMES})\.?\ \d{{1,2}}(?:st|nd|rd|th)?(?:,?\ \d{{4}})?)"
)
_WRITTEN_AT = re.compile(
    rf"(?P<city>{_CITY}(?:[ -]{_CITY}){{0,4}}(?:,\ {_CITY}(?:[ -]{_CITY}){{0,3}}){{0,2}})"
    rf"(?:\ ?\((?P<one>[^()]{{2,40}})\))?\ ?[,;:–—-]{{0,2}}\ ?"
    rf"(?i:(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day,?\ )?{_SHORT_DATE})"
    r"(?:\ ?\((?P<two>[^()]{2,40})\))?\ ?[.:–—-]{0,2}"
)
# Words of headings that are followed by a date as a city is.
_OF_PAPERS = re.compile(
    r"(?i)\b(?:report|update|brief(?:ing)?|summary|review|bulletin|news|statement|timeline|digest|"
    r"assessment|analysis|map|situation|press|release|weekly|daily|monthly|day|week|falls?|attack|"
    r"battle|offensive|war|campaign|front|notes?|alert|transcript|minutes|interview)s?\b"
)


@dataclass(frozen=True, slots=True)
class _Line:
    start: int
    end: int
    text: str


def decoded(data: bytes, *, name: str, charset: str = "") -> str:
    """Bytes as text: by their byte order mark, as UTF-8, by ``charset``, else by their look.

    Raises InputError for what is no text.
    """
    for mark, encoding in (
        (b"\xef\xbb\xbf", "utf-8-sig"),
        (b"\xff\xfe", "utf-16"),
        (b"\xfe\xff", "utf-16"),
    ):
        if data.startswith(mark):
            return data.decode(encoding, "replace")
    if b"\x00" in data[:4096]:
        raise InputError(
            f"{name} is not a text file. Choose a .txt, .html, .pdf or .docx file, or paste text."
        )
    for encoding in ("utf-8", charset):
        if not encoding:
            continue
        try:
            return data.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            pass
    from charset_normalizer import from_bytes

    best = from_bytes(
        data[:200_000], cp_isolation=["cp1252", "cp1256", "cp1251", "cp1254", "cp1255", "cp1250"]
    ).best()
    return data.decode(best.encoding if best else "cp1252", "replace")


def _lines(text: str) -> list[_Line]:
    found, at = [], 0
    for raw in text.split("\n"):
        words = raw.strip()
        if words:
            start = at + raw.index(words[0])
            found.append(_Line(start, start + len(words), words))
        at += len(raw) + 1
    return found


def _is_prose(line: _Line) -> bool:
    return len(line.text.split()) >= 8 and _SENTENCE_END.search(line.text) is not None


def boilerplate(text: str) -> tuple[Skipped, ...]:
    """Lines before the first and after the last sentence that are a site's, not the report's."""
    lines = _lines(text)
    prose = [at for at, line in enumerate(lines) if _is_prose(line)]
    if not prose:
        return ()
    around = [*lines[: prose[0]], *lines[prose[-1] + 1 :]]
    return tuple(
        Skipped(line.start, line.end, "not part of the report")
        for line in around
        if len(line.text) <= 300 and _FURNITURE.fullmatch(line.text)
    )


def date_in(line: str) -> DateSpan | None:
    """The day named in a line; None where there is none, or more than one."""
    days = set()
    for form in _DATES:
        for found in form.finditer(line):
            parts = found.groupdict()
            month = int(parts["m"]) if parts.get("m") else _MONTH[parts["n"].lower()]
            try:
                days.add(date(int(parts["y"]), month, int(parts["d"])))
            except ValueError:
                continue
    return DateSpan.day(days.pop()) if len(days) == 1 else None


def _is_date_line(line: str) -> bool:
    """Whether a line says when the report was published and hardly anything else."""
    rest = line
    for form in _DATES:
        rest = form.sub(" ", rest)
    words = re.findall(r"[^\W_]+", rest)
    return len(words) <= 8 and all(_DATE_LINE_WORDS.match(word) for word in words)


def _written_at(line: str) -> tuple[str, DateSpan | None] | None:
    """Of a line that is a city and a date: the agency it names, and the day if it has a year."""
    found = _WRITTEN_AT.fullmatch(line)
    if found is None or _OF_PAPERS.search(found["city"]):
        return None
    agency = found["one"] or found["two"] or ""
    return (agency if _is_publisher(agency) else ""), date_in(line)


def _head(lines: list[_Line]) -> list[_Line]:
    """The short lines ahead of the first sentence."""
    head = []
    for line in lines[:HEAD_LINES]:
        if _is_prose(line) or len(line.text) > MAX_HEADLINE:
            break
        head.append(line)
    return head


def _is_headline(text: str) -> bool:
    return 2 <= len(text.split()) <= 30 and not text.endswith((".", ":", ";", ","))


def read_plain(text: str) -> Source:
    """A pasted text or text file. What its first lines look like is offered as a guess.

    The title is the first line with the length of a headline; a newspaper's name above it is the
    publisher; a line that holds a date and little else, or a city and a date, dates the report.
    Raises InputError where there are no words.
    """
    text = cleaned(text)
    skipped = boilerplate(text)
    away = {part.start for part in skipped}
    lines = [line for line in _lines(text) if line.start not in away]
    head = _head(lines)
    published = None
    named: list[str] = []
    author = agency = ""
    for line in head:
        place_and_day = _written_at(line.text)
        if place_and_day is not None:
            agency = agency or place_and_day[0]
            published = published or place_and_day[1]
        elif published is None and date_in(line.text) and _is_date_line(line.text):
            published = date_in(line.text)
        elif not author and (named or date_in(line.text)) and _BYLINE.fullmatch(line.text):
            author = re.sub(r"(?i)^.*?by:? ", "", line.text)
            published = published or date_in(line.text)
        elif not re.search(r"[|>»]$", line.text):
            named.append(line.text)
    if published is None and lines and _is_date_line(lines[-1].text):
        published = date_in(lines[-1].text)
    title, publisher = "", ""
    if len(lines) > len(head):  # there is a text below, so that the lines above are its head
        if len(named) >= 2 and _is_publisher(named[0]) and _is_headline(named[1]):
            publisher, title = named[0], named[1]
        elif named and _is_headline(named[0]):
            title = named[0]
        publisher = publisher or agency
    found = {
        "title": title,
        "publisher": publisher,
        "author": author,
        "published": published,
    }
    return Source(
        text=text,
        title=one_line(title),
        publisher=one_line(publisher, 120),
        author=one_line(author, 120),
        published=published,
        language=detect(text),
        skipped=skipped,
        guessed=frozenset(key for key, value in found.items() if value),
    )


def title_and_publisher(title: str) -> tuple[str, str]:
    """A title that ends in the name of a paper ("Headline - The Daily Post"), as its two parts."""
    for mark in (" - ", " | ", " – ", " — "):
        head, found, tail = title.rpartition(mark)
        if found and head.strip() and _is_publisher(tail):
            return head.strip(), tail.strip()
    return title, ""


def _is_publisher(text: str) -> bool:
    """A short line with a word that names of papers, agencies and stations have."""
    return len(text.split()) <= 6 and _PRESS.search(text) is not None
