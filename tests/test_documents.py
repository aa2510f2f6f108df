# ruff: noqa: E501  (texts in many scripts)
"""Documents in: what a source says of itself is kept, what it does not say is not made up."""

import contextlib
import gzip
import io
import string
import threading
import zipfile
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.dates import DateSpan
from geo.documents import boilerplate, fetch, read_bytes, read_plain
from geo.documents.fetch import fetch as get
from geo.documents.files import read_address, read_file
from geo.documents.language import NAMES, detect
from geo.documents.plain import title_and_publisher
from geo.documents.source import MAX_BYTES, MAX_TEXT, blanked
from geo.errors import InputError

PROSE = (
    "Government troops entered the town of Al Bu Kamal late on Wednesday, the army said. "
    "Fighting went on in the western districts through the night, according to a monitor."
)
MORE = "A second column came up along the river road and stopped outside the town on Thursday."


def day(text):
    return DateSpan.day(date.fromisoformat(text))


# Plain text


def test_the_head_of_a_pasted_article_is_offered_and_its_foot_is_not_read():
    source = read_plain(
        f"Desert News\n\nArmy enters border town\n\nBy Jane Doe\n\n10 November 2017\n\n{PROSE}\n\n"
        "Newspapers in English\n\nNewspapers from United Arab Emirates"
    )
    assert (source.title, source.publisher) == ("Army enters border town", "Desert News")
    assert source.author == "Jane Doe"
    assert source.published == day("2017-11-10")
    assert source.guessed == {"title", "publisher", "author", "published"}
    read = source.document("d").text
    assert "Emirates" not in read
    assert "Emirates" in source.text, "what is not read is still kept"
    assert read.index("Al Bu Kamal") == source.text.index("Al Bu Kamal")


@pytest.mark.parametrize(
    "text",
    [
        PROSE,
        f"Army enters border town\n\n{PROSE} The war began on 15 March 2011.",
        f"What happened on 9 November 2017 and why it matters to the whole region\n\n{PROSE}",
        f"{PROSE}\n\n{MORE}\n\nIt was the worst day since 1 May 2015.",
    ],
)
def test_a_date_that_only_stands_in_the_text_is_not_when_it_was_published(text):
    assert read_plain(text).published is None


@pytest.mark.parametrize(
    "line",
    [
        "10 November 2017",
        "November 10, 2017",
        "Published: Fri 10 Nov 2017 19:30 GMT",
        "2017-11-10",
        "Updated Nov. 10th, 2017 at 7:30 pm",
    ],
)
def test_a_line_that_dates_the_report_is_read(line):
    assert read_plain(f"Army enters border town\n{line}\n\n{PROSE}").published == day("2017-11-10")


def test_two_days_on_one_line_are_no_date():
    text = f"Army enters border town\nPublished 9 Nov 2017, updated 10 Nov 2017\n\n{PROSE}"
    assert read_plain(text).published is None


@pytest.mark.parametrize(
    "line",
    ["Share this article", "© 2017 Desert News", "Related stories", "Read more: the siege of Homs",
     "ADVERTISEMENT", "All rights reserved.", "Subscribe to our newsletter"],
)  # fmt: skip
def test_lines_of_the_site_are_not_read_around_the_text_but_are_inside_it(line):
    around = boilerplate(f"{line}\n\n{PROSE}\n\n{line}")
    assert len(around) == 2
    assert not boilerplate(f"{PROSE}\n\n{line}\n\n{MORE}"), "between sentences it may be a subhead"


@pytest.mark.parametrize("line", ["Liberated at last", "Aleppo, Homs, Hama", "البوكمال"])
def test_short_lines_that_may_be_the_reports_own_are_read(line):
    assert not boilerplate(f"{line}\n\n{PROSE}\n\n{line}")


@given(st.text(max_size=400))
def test_any_text_is_read_or_refused_in_words_and_spans_stay_in_place(text):
    try:
        source = read_plain(text)
    except InputError:
        assert not any(letter.isalnum() for letter in text)
        return
    read = source.document("d").text
    assert len(read) == len(source.text)
    assert all(a in (b, " ") for a, b in zip(read, source.text, strict=True))


@given(st.text(alphabet=string.ascii_letters + " \n.,:©0123456789-", max_size=3000))
@settings(max_examples=30)
def test_blanking_changes_nothing_but_what_is_skipped(text):
    parts = boilerplate(text)
    read = blanked(text, parts)
    inside = {at for part in parts for at in range(part.start, part.end)}
    assert all(b == a or at in inside for at, (a, b) in enumerate(zip(text, read, strict=True)))


def test_a_hostile_megabyte_is_read_without_a_hang():
    for unit in ("a ", "By: ", "1 May 2017 ", "read more ", "\n\n", "© ", "12/"):
        source = read_plain((unit * 600_000)[: MAX_TEXT - 20] + " word.")
        assert source.text


def test_texts_that_are_empty_or_endless_are_refused():
    with pytest.raises(InputError, match="no words"):
        read_plain(" \n\x00 ")
    with pytest.raises(InputError, match="Split it"):
        read_plain("a " * MAX_TEXT)


@pytest.mark.parametrize(
    ("encoding", "words"),
    [
        ("utf-8", "Кримський міст і البوكمال"),
        ("utf-8-sig", "Deir ez-Zor – البوكمال"),
        ("utf-16", "Deir ez-Zor – البوكمال"),
        ("cp1252", "Der Präsident sprach in Köln über die Straße nach Nürnberg, heißt es später."),
        ("cp1251", "Российские войска вошли в город, сообщили власти в понедельник вечером."),
        ("cp1256", "دخلت قوات الجيش مدينة البوكمال يوم الأربعاء بعد معارك عنيفة مع التنظيم."),
    ],
)
def test_text_files_are_read_in_the_encodings_people_have(encoding, words):
    (source,) = read_bytes(words.encode(encoding), name="a.txt")
    assert source.text == words


# Languages


@pytest.mark.parametrize(
    ("tag", "text"),
    [
        ("en", PROSE),
        ("fr", "L'armée est entrée dans la ville mercredi soir, selon un communiqué des autorités, "
               "mais les combats se poursuivent dans les quartiers de l'ouest."),
        ("de", "Die Armee ist am Mittwochabend in die Stadt eingerückt, wie die Regierung mit einer "
               "Erklärung sagte, aber die Kämpfe sind noch nicht zu Ende."),
        ("es", "El ejército entró en la ciudad el miércoles por la noche, según un comunicado de las "
               "autoridades, pero los combates siguen en los barrios del oeste."),
        ("tr", "Ordu çarşamba gecesi kente girdi ve çatışmalar batı mahallelerinde daha sonra da "
               "sürdü; bu bilgi için bir açıklama yapıldı."),
        ("ru", "Армия вошла в город в среду вечером, сообщили власти, но бои на западе продолжались "
               "и после этого, как было сказано в заявлении."),
        ("uk", "Армія увійшла в місто в середу ввечері, повідомила влада, але бої на заході тривали "
               "й після цього, як і було сказано у заяві."),
        ("ar", "دخل الجيش المدينة مساء الأربعاء بعد معارك مع التنظيم، وقال المتحدث إن القتال ما زال "
               "مستمرا في الأحياء الغربية من المدينة."),
        ("fa", "ارتش شامگاه چهارشنبه وارد شهر شد و به گفته یک سخنگو درگیری ها در غرب شهر ادامه "
               "دارد که این خبر را تایید کرد."),
        ("he", "הצבא נכנס לעיר ביום רביעי בערב, לפי הודעה של הממשלה."),
        ("my", "စစ်တပ်သည် ဗုဒ္ဓဟူးနေ့ညက မြို့ထဲသို့ ဝင်ရောက်ခဲ့သည်။"),
        ("zh", "政府军周三晚间进入该镇，军方在一份声明中说。"),
    ],
)  # fmt: skip
def test_languages_are_told_apart_and_only_english_is_read(tag, text):
    found = detect(text)
    assert found.tag == tag
    assert found.is_read == (tag == "en")
    note = read_plain(text).language_note()
    assert bool(note) == (tag != "en")
    assert NAMES[tag] in note or tag == "en"


def test_english_with_arabic_names_is_english_and_a_few_words_are_not_judged():
    assert detect(f"{PROSE} البوكمال القائم دير الزور").tag == "en"
    assert detect("Al Bu Kamal, Qaim, Rawa").tag == "und"
    assert detect("Al Bu Kamal, Qaim, Rawa").is_read
    assert detect("12 345 ...").tag == "und"


@pytest.mark.parametrize(
    ("tag", "text"),
    [
        ("ar", "دخل الجيش مدينة البوكمال"),
        ("fa", "نیروهای ایرانی وارد پالمیرا شدند"),
        ("ckb", "هێزەکانی پێشمەرگە لە کەرکوک"),
        ("ru", "Взрывы прогремели в Донецке"),
        ("uk", "Українські сили відійшли"),
    ],
)
def test_a_headline_in_another_script_is_told_by_its_letters(tag, text):
    source = read_plain(text)
    assert source.language.tag == tag
    assert NAMES[tag] in source.language_note()


def test_letters_that_several_languages_share_are_told_as_a_script_only():
    source = read_plain("Бои под Бахмутом")
    assert source.language.tag == "und"
    assert not source.language.is_read
    assert "cannot tell, in Cyrillic script" in source.language_note()


@pytest.mark.parametrize(
    ("line", "when", "publisher"),
    [
        ("Damascus, 10 November 2017", "2017-11-10", ""),
        ("DAMASCUS, Nov. 9 (Reuters)", None, "Reuters"),
        ("BEIRUT (AP) — 9 November 2017", "2017-11-09", "AP"),
        ("Deir ez-Zor, Friday 3 November 2017", "2017-11-03", ""),
        ("Al Hol Camp, Hasakah Governorate, 2017-11-10", "2017-11-10", ""),
    ],
)
def test_a_line_with_a_city_and_a_date_is_no_title_and_a_year_is_never_made_up(
    line, when, publisher
):
    for text in (f"{line}\n\n{PROSE}", f"Army enters border town\n{line}\n\n{PROSE}"):
        source = read_plain(text)
        assert source.title in ("", "Army enters border town")
        assert source.published == (day(when) if when else None)
        assert source.publisher == publisher


@pytest.mark.parametrize(
    "line", ["Raqqa falls, 17 October 2017", "Situation Report, 17 October 2017"]
)
def test_a_heading_with_a_date_is_a_title(line):
    assert read_plain(f"{line}\n\n{PROSE}").title == line


# Web pages

PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8">
<title>Army enters border town - The Desert News</title>{head}</head><body>
<nav><a href="/">Home</a> <a href="/me">Newspapers from United Arab Emirates</a></nav>
<article><h1>Army enters border town</h1><p>{prose}</p><p>{more}</p>
<p>قال الجيش إنه دخل مدينة البوكمال يوم الأربعاء بعد معارك عنيفة.</p></article>
<aside><h3>Related stories</h3><a href="/x">Floods in Lagos</a></aside>
<footer>Copyright 2016 Jan 1 The Desert News. All rights reserved.</footer></body></html>"""


def page(head=""):
    return PAGE.format(head=head, prose=PROSE, more=MORE).encode()


def test_a_web_page_gives_its_article_and_says_nothing_it_does_not_say():
    (source,) = read_bytes(page(), name="a.html")
    assert PROSE in source.text
    assert MORE in source.text
    assert "البوكمال" in source.text
    assert "Emirates" not in source.text
    assert "Lagos" not in source.text
    assert source.title == "Army enters border town"
    assert source.published is None, "a copyright year is no date of publication"
    assert source.publisher == ""


LINKED = """<script type="application/ld+json">{"@context":"https://schema.org","@graph":[
{"@type":"Organization","name":"X"},{"@type":["NewsArticle"],"headline":"Army in border town",
"datePublished":"2017-11-10T23:30:00+04:00","dateModified":"2019-01-01",
"author":[{"@type":"Person","name":"Jane Doe"},{"name":"A. Smith"}],
"publisher":{"@type":"Organization","name":"The Desert News"}}]}</script>"""
METAS = """<meta property="og:title" content="Army in border town">
<meta property="og:site_name" content="The Desert News"><meta name="author" content="Jane Doe">
<meta property="article:published_time" content="2017-11-10T00:15:00+04:00">
<link rel="canonical" href="https://desert.example/army">"""


@pytest.mark.parametrize(("head", "author"), [(LINKED, "Jane Doe, A. Smith"), (METAS, "Jane Doe")])
def test_labelled_fields_of_a_page_are_taken_and_no_zone_shifts_the_day(head, author):
    (source,) = read_bytes(page(head), name="a.html", url="https://desert.example/x")
    assert source.title == "Army in border town"
    assert source.publisher == "The Desert News"
    assert source.author == author
    assert source.published == day("2017-11-10")
    assert source.guessed == frozenset()


def test_an_address_names_the_site_where_the_page_does_not():
    (source,) = read_bytes(page(), name="a.html", url="https://www.desert.example/x")
    assert source.publisher == "desert.example"


@pytest.mark.parametrize(
    "head",
    [
        '<script type="application/ld+json">{"@type":"NewsArticle","headline":5,'
        '"datePublished":["x"],"author":{"name":{}}}</script>',
        '<script type="application/ld+json">{{{</script>',
        '<script type="application/ld+json">' + "[" * 5000 + "]" * 5000 + "</script>",
        '<meta property="article:published_time" content="2017-13-45">',
        '<meta property="og:title" content="">',
    ],
)
def test_nonsense_in_a_pages_head_is_passed_over(head):
    (source,) = read_bytes(page(head), name="a.html")
    assert source.title == "Army enters border town"
    assert source.published is None


def test_a_page_of_endless_elements_is_refused_at_once():
    with pytest.raises(InputError, match="too large a page"):
        read_bytes(b"<html><body>" + b"<p>a <b>b</b>" * 30_000, name="a.html")


def test_a_page_without_an_article_says_what_to_do():
    with pytest.raises(InputError, match="paste the text"):
        read_bytes(b"<html><body><script>run()</script></body></html>", name="a.html")


# PDF


def pdf(*pages, **writer):
    """A PDF with one line of text after another."""
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b""]
    kids = []
    for lines in pages:
        shown = " ".join(f"({line}) Tj 0 -14 Td" for line in lines)
        stream = f"BT /F1 11 Tf 60 760 Td {shown} ET".encode("latin-1")
        number = len(objects) + 1
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 "
            b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> /Contents %d 0 R >>"
            % (number + 1)
        )
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream))
        kids.append(b"%d 0 R" % number)
    objects[1] = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (b" ".join(kids), len(kids))
    out, places = bytearray(b"%PDF-1.4\n"), []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (
        len(objects) + 1,
        start,
    )
    return bytes(out)


LINES = [
    "Government troops entered the town of Al Bu Kamal late on Wed-",
    "nesday, the army said, after a week of fighting along the river",
    "and in the desert to the west of it.",
    "",
    "A monitor said that the militants were still in the town.",
]


def test_a_pdf_gives_paragraphs_without_heads_feet_and_broken_words():
    pages = [
        ["Desert News Weekly", f"On the {word} day the town of Al Bu Kamal was quiet.", f"Page {n}"]
        for n, word in enumerate(("second", "third", "fourth"), 2)
    ]
    pages.insert(0, ["Desert News Weekly", *LINES, "Page 1"])
    (source,) = read_bytes(pdf(*pages), name="a.pdf")
    assert "late on Wednesday, the army said, after a week" in source.text
    assert "Desert News Weekly" not in source.text
    assert "Page 2" not in source.text
    assert "On the fourth day the town" in source.text
    assert source.published is None


def test_the_paper_at_the_end_of_a_title_is_told_apart_from_a_headlines_own_dash():
    assert title_and_publisher("Army enters town - The Daily Post") == (
        "Army enters town",
        "The Daily Post",
    )
    for title in ("Army enters town - what we know", "Ceasefire - or not", "The Daily Post"):
        assert title_and_publisher(title) == (title, "")


def test_a_pdf_of_pictures_says_so():
    with pytest.raises(InputError, match="pictures of pages"):
        read_bytes(pdf([], []), name="scan.pdf")


def test_a_page_of_pictures_among_words_is_named():
    (source,) = read_bytes(pdf(LINES, [], LINES), name="a.pdf")
    assert any("1 of 3 pages" in note for note in source.notes)


def test_a_locked_pdf_says_so_and_one_locked_against_editing_is_read():
    from pypdf import PdfReader, PdfWriter

    for password, readable in (("secret", False), ("", True)):
        writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf(LINES))))
        writer.encrypt(password, "owner", algorithm="RC4-128")
        file = io.BytesIO()
        writer.write(file)
        if readable:
            assert "Al Bu Kamal" in read_bytes(file.getvalue(), name="a.pdf")[0].text
        else:
            with pytest.raises(InputError, match="password"):
                read_bytes(file.getvalue(), name="a.pdf")


@given(st.integers(0, 2000), st.binary(min_size=1, max_size=40))
@settings(max_examples=40, deadline=None)
def test_a_damaged_pdf_is_read_or_refused_in_words(place, junk):
    data = pdf(LINES, LINES)
    place %= len(data)
    with contextlib.suppress(InputError):
        (source,) = read_bytes(data[:place] + junk + data[place + len(junk) :], name="a.pdf")
        assert source.text.strip()


# Word

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def docx(body, core="", **more):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", body)
        if core:
            archive.writestr("docProps/core.xml", core)
        for name, data in more.items():
            archive.writestr(name, data)
    return file.getvalue()


def wrap(inner):
    return f'<w:document xmlns:w="{W}"><w:body>{inner}</w:body></w:document>'


def test_a_word_file_gives_its_paragraphs_cells_and_title():
    body = wrap(
        "<w:p><w:r><w:t>Army enters </w:t></w:r><w:r><w:t>border town</w:t></w:r></w:p>"
        f"<w:p><w:r><w:t>{PROSE}</w:t></w:r><w:del><w:r><w:delText>GONE</w:delText></w:r></w:del></w:p>"
        "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>Qaim</w:t><w:tab/><w:t>held</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
        "<w:moveFrom><w:r><w:t>MOVED</w:t></w:r></w:moveFrom>"
    )
    core = (
        '<c:coreProperties xmlns:c="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:t="http://purl.org/dc/terms/">'
        "<dc:title>Situation report</dc:title><dc:creator>J. Doe</dc:creator>"
        "<t:created>2017-11-10T00:00:00Z</t:created></c:coreProperties>"
    )
    (source,) = read_bytes(docx(body, core), name="a.docx")
    assert source.text.startswith(f"Army enters border town\n\n{PROSE}")
    assert "Qaim held" in source.text
    assert "GONE" not in source.text
    assert "MOVED" not in source.text
    assert (source.title, source.author) == ("Situation report", "J. Doe")
    assert source.published is None, "the day a file was made is not when it was published"


def test_a_small_word_file_that_unpacks_to_a_huge_one_is_refused():
    with pytest.raises(InputError, match="unpacks"):
        read_bytes(docx(wrap("<w:p/>" + " " * 60_000_000)), name="bomb.docx")


def test_entities_and_outside_files_of_a_word_file_are_never_opened(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("SECRET")
    for entity in (f'<!ENTITY x SYSTEM "{secret.as_uri()}">', '<!ENTITY x "SECRET">'):
        body = f"<!DOCTYPE d [{entity}]>" + wrap(f"<w:p><w:r><w:t>{PROSE} &x;</w:t></w:r></w:p>")
        with pytest.raises(InputError):
            read_bytes(docx(body), name="a.docx")


@pytest.mark.parametrize(
    ("name", "data", "word"),
    [
        ("a.docx", b"PK\x03\x04 broken", "Word"),
        ("a.docx", b"hello", "Word"),
        ("a.pdf", b"hello", "PDF"),
        ("a.doc", b"\xd0\xcf\x11\xe0" + b"x" * 600, "old Word"),
        ("a.rtf", b"{\\rtf1 hello}", "rich text"),
        ("a.jpg", b"\xff\xd8\xff\xe0\x00\x10JFIF", "not a text"),
        ("a.txt", b"", "empty"),
        ("a.txt", b"a" * (MAX_BYTES + 1), "20 MB"),
    ],
)
def test_files_that_cannot_be_read_are_named_with_what_to_do(name, data, word):
    with pytest.raises(InputError, match=word) as caught:
        read_bytes(data, name=name)
    assert name in str(caught.value)


def test_a_word_file_without_a_text_or_a_file_that_is_not_there(tmp_path):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("xl/workbook.xml", "<x/>")
    with pytest.raises(InputError, match="not a Word text"):
        read_bytes(file.getvalue(), name="a.xlsx")
    with pytest.raises(InputError, match="cannot be read"):
        read_file(tmp_path / "none.txt")


# Feeds

RSS = f"""<?xml version="1.0" encoding="utf-8"?><rss version="2.0"
xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel><title>The Desert News</title><link>https://desert.example/</link>
<item><title>Army enters border town</title><link>https://desert.example/1</link>
<pubDate>Fri, 10 Nov 2017 23:30:00 +0400</pubDate><dc:creator>Jane Doe</dc:creator>
<description>short</description><content:encoded><![CDATA[<p>{PROSE}</p><script>bad()</script>
<p>{MORE}</p>]]></content:encoded></item>
<item><title>No date here</title><link>javascript:alert(1)</link><description>{MORE}</description></item>
</channel></rss>"""
ATOM = f"""<feed xmlns="http://www.w3.org/2005/Atom"><title>The Desert News</title><entry>
<title>Army enters border town</title><link rel="self" href="https://desert.example/self"/>
<link href="https://desert.example/1"/><published>2017-11-10T23:30:00+04:00</published>
<updated>2019-01-01T00:00:00Z</updated><author><name>Jane Doe</name></author>
<content type="html">&lt;p&gt;{PROSE}&lt;/p&gt;</content></entry></feed>"""


@pytest.mark.parametrize("feed", [RSS, ATOM])
def test_each_entry_of_a_feed_is_a_report_of_its_own(feed):
    source = read_bytes(feed.encode(), name="feed.xml")[0]
    assert source.title == "Army enters border town"
    assert source.publisher == "The Desert News"
    assert source.author == "Jane Doe"
    assert source.published == day("2017-11-10")
    assert source.url == "https://desert.example/1"
    assert PROSE in source.text
    assert "bad()" not in source.text


def test_a_feeds_entry_without_date_or_honest_link_has_neither():
    source = read_bytes(RSS.encode(), name="feed.xml")[1]
    assert source.published is None
    assert source.url == ""


def test_a_broken_or_hostile_feed_is_refused():
    for feed in ("<rss><channel>", '<!DOCTYPE r [<!ENTITY a "b">]><rss>&a;</rss>', "<rss></rss>"):
        with pytest.raises(InputError):
            read_bytes(feed.encode(), name="feed.xml")


# Addresses


class Site(BaseHTTPRequestHandler):
    def do_GET(self):
        path = self.path.partition("?")[0]
        if path.startswith("/to/"):
            self.send_response(302)
            self.send_header("Location", {"/to/page": "/page", "/to/self": "/to/self"}.get(
                path, "http://169.254.169.254/latest"))  # fmt: skip
            self.end_headers()
            return
        body, kind, encoding = {
            "/page": (page(METAS), "text/html; charset=utf-8", ""),
            "/feed": (RSS.encode(), "application/rss+xml", ""),
            "/gzip": (gzip.compress(page()), "text/html", "gzip"),
            "/bomb": (gzip.compress(b" " * (MAX_BYTES + 10)), "text/html", "gzip"),
            "/large": (b"a" * (MAX_BYTES + 10), "text/plain", ""),
            "/brotli": (b"xx", "text/html", "br"),
            "/cyrillic": (
                "Армия вошла в город.".encode("koi8-r"),
                "text/plain; charset=koi8-r",
                "",
            ),
        }.get(path, (b"", "", ""))
        self.send_response(200 if body else 404)
        self.send_header("Content-Type", kind)
        if encoding:
            self.send_header("Content-Encoding", encoding)
        self.end_headers()
        with contextlib.suppress(OSError):  # the reader may have had enough
            self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def site():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://site.example:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def public(monkeypatch):
    """Let one name stand for a public site; all other names are checked as ever."""
    check = fetch._public
    monkeypatch.setattr(
        fetch, "_public", lambda host, port: "127.0.0.1" if host == "site.example" else check(host, port)
    )  # fmt: skip


def test_a_page_and_a_feed_are_read_from_their_address(site, public):
    (source,) = read_address(f"{site}/page")
    assert source.title == "Army in border town"
    assert source.url == f"{site}/page"
    assert len(read_address(f"{site}/feed")) == 2
    assert PROSE in read_address(f"{site}/gzip")[0].text
    assert read_address(f"{site}/to/page")[0].url == f"{site}/page"
    assert "город" in read_address(f"{site}/cyrillic")[0].text


@pytest.mark.parametrize(
    ("path", "word"),
    [
        ("/none", "404"),
        ("/bomb", "20 MB"),
        ("/large", "20 MB"),
        ("/brotli", "not read"),
        ("/to/self", "without end"),
        ("/to/inside", "inside this computer or its network"),
    ],
)
def test_what_a_site_cannot_give_is_told(site, public, path, word):
    with pytest.raises(InputError, match=word):
        read_address(f"{site}{path}")


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1/",
        "http://localhost:8501/",
        "http://[::1]/",
        "http://10.0.0.1/",
        "http://192.168.1.1/",
        "http://169.254.169.254/latest/meta-data",
        "http://0.0.0.0/",
        "http://[::ffff:127.0.0.1]/",
        "http://2130706433/",
        "http://100.64.0.1/",
    ],
)
def test_addresses_inside_are_never_opened(address):
    with pytest.raises(InputError, match=r"inside this computer|cannot be found"):
        get(address)


@pytest.mark.parametrize(
    "address",
    ["file:///etc/passwd", "ftp://a.example/", "javascript:alert(1)", "https://", "x", "",
     "https://user:word@a.example/", "http://a.example:99999/", "http://[broken"],
)  # fmt: skip
def test_only_web_addresses_without_passwords_are_tried(address):
    with pytest.raises(InputError):
        get(address)
