"""Which language a text is in: by its script, then by the small words that every sentence has.

A word that several languages share counts for each of them in part. Texts with too few such
words (a headline, a table) go by their letters, or are ``und``: nobody is told that a text is
English when it may not be.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

__all__ = ["NAMES", "READ", "Guess", "detect", "language_name", "script_name"]

READ = frozenset({"en"})  # languages whose sentences are read; place names are found in all
SAMPLE = 40_000  # characters looked at
LEAST_WORDS = 3  # small words of the language that must be there
LEAST_LEAD = 1.25  # how far the best must be ahead of the next

# Function words only: they turn up in any text of the language, whatever it is about.
_LATIN = {
    "en": "the of and to in that is was for on with as by at from his he it its were has had "
    "have been are which who after said their they but not be an this or would",
    "fr": "le la les des du et en un une est dans que qui pour par sur au aux avec ne pas plus "
    "ce cette ses sont été ont il elle selon après mais leur d l",
    "de": "der die das und in den von zu mit ist des im für auf dem nicht ein eine als auch es "
    "an werden aus er hat dass sie nach wird bei einer um sind noch wie war wurde",
    "es": "el la los las de que y en un una del por con para se su al es lo como más fue han "
    "ha según entre pero sus este esta desde sobre tras también",
    "pt": "o a os as de que e em um uma do da dos das no na nos nas por com para se ao foi mais "
    "não como pelo pela segundo também são entre mas seu sua após",
    "it": "il lo la i gli le di che e in un una del della dei delle nel nella per con si è da al "
    "alla sono non anche come più ha stato dopo tra ma hanno dal",
    "nl": "de het een en van in op te dat is voor met zijn aan niet door die bij ook er om als "
    "naar uit maar nog heeft worden werd wordt over deze volgens",
    "sv": "och att det som en är av för på med till den har de inte om ett från vid men efter "
    "var sig så kan under också enligt",
    "da": "og at det som en er af for på med til den har de ikke om et fra ved men efter var "
    "sig så kan også blev ifølge siger",
    "no": "og at det som en er av for på med til den har de ikke om et fra ved men etter var "
    "seg så kan også ble ifølge sier",
    "fi": "ja on ei että oli se hän ovat myös mutta kun ole joka sen mukaan kuin tai jälkeen",
    "pl": "i w na z do się nie że jest to o jak po przez od za ale dla oraz który która są był "
    "przy tym według także został",
    "cs": "a v na se je že s z do o k pro to by jako ale po které který byl jsou podle jeho při "
    "od také však ze",
    "hu": "a az és hogy nem is egy volt meg de ez el csak már még szerint után mint vagy azt",
    "ro": "de și în a la cu pe nu o un să din care că este pentru au mai fost după prin ale sau "
    "către potrivit",
    "hr": "i u na je se da su za od s o a kao ne što nije ili koji koja bi nakon prema iz te sa "
    "bio te već",
    "sq": "e të në dhe për me nga që një i u është se ka nuk janë më si ishte pas",
    "tr": "ve bir bu da de için ile olarak olan daha çok gibi kadar sonra ise ancak ne göre "
    "tarafından olduğu ettiği dedi",
    "az": "və bu bir ilə üçün də olan edib sonra isə görə daha tərəfindən kimi olub ki",
    "ku": "û di de ku ji bo li bi ev jî ne wê wî xwe ye bû hatin hat navbera",
    "id": "yang dan di dari untuk dengan pada ini itu dalam tidak oleh akan telah juga sebagai "
    "ke adalah mereka setelah kata",
    "sw": "na ya wa kwa ni katika la za hiyo huo cha kuwa baada alisema ambao pia hii wao yake",
    "so": "iyo ee ka ku in oo la uu ay waa kale kadib sheegay soo waxaa waxa si ayaa",
    "ha": "da a na ya ta sun cewa ne an wani yi kuma ce su don bayan cikin wata ga",
    "vi": "và của là có trong cho được với các những không này một đã người tại từ theo",
}
_CYRILLIC = {
    "ru": "и в не на что с по из как к за от о это для был он но его же также после они было у",
    "uk": "і в не на що з по із як до за від про це для був він але його й та також після у є",
    "bg": "и в не на че с по от за се да са е към като но това след са които при бе още ще",
    "sr": "и у на је се да су за од са као не што није или који након према из те али био",
    "be": "і ў не на што з па са як да за ад пра гэта для быў ён але яго таксама пасля і",
    "kk": "және бұл мен үшін деп бір бойынша кейін болып деді осы туралы",
}
_ARABIC = {
    "ar": "في من على إلى أن عن مع التي الذي هذا هذه بعد قبل كان كانت ما لا أو بين وقال وفي كما",
    "fa": "در به از که این را با است برای آن یک شد خود تا بر هم شده می های پس کرد گفت",
    "ur": "کے میں کی ہے سے کو نے اور کا کہ پر یہ ہیں اس بھی تھا کہا گیا بعد",
    "ckb": "لە بە کە بۆ لەگەڵ ئەو و ئەم دوای سەر هەروەها بوو کرد وەک یان لەو",
    "ps": "په د چې او له کې ته دی دا یې سره شوي وي نه هم وروسته",
}
_BY_SCRIPT: dict[str, Mapping[str, str]] = {
    "LATIN": _LATIN,
    "CYRILLIC": _CYRILLIC,
    "ARABIC": _ARABIC,
}
_ONE_LANGUAGE = {
    "HEBREW": "he",
    "GREEK": "el",
    "HANGUL": "ko",
    "HIRAGANA": "ja",
    "KATAKANA": "ja",
    "CJK": "zh",
    "THAI": "th",
    "MYANMAR": "my",
    "GEORGIAN": "ka",
    "ARMENIAN": "hy",
    "ETHIOPIC": "am",
    "DEVANAGARI": "hi",
    "BENGALI": "bn",
    "TAMIL": "ta",
    "KHMER": "km",
}
NAMES = dict(
    pair.split("=")
    for pair in "en=English fr=French de=German es=Spanish pt=Portuguese it=Italian nl=Dutch "
    "sv=Swedish da=Danish no=Norwegian fi=Finnish pl=Polish cs=Czech hu=Hungarian ro=Romanian "
    "hr=Croatian/Serbian sq=Albanian tr=Turkish az=Azerbaijani ku=Kurdish id=Indonesian "
    "sw=Swahili so=Somali ha=Hausa vi=Vietnamese ru=Russian uk=Ukrainian bg=Bulgarian sr=Serbian "
    "be=Belarusian kk=Kazakh ar=Arabic fa=Persian ur=Urdu ckb=Kurdish ps=Pashto he=Hebrew "
    "el=Greek ko=Korean ja=Japanese zh=Chinese th=Thai my=Burmese ka=Georgian hy=Armenian "
    "am=Amharic hi=Hindi bn=Bengali ta=Tamil km=Khmer".split()
)
_WORD = re.compile(r"[^\W\d_]+")

# The letters a language is written with, after the tables of Unicode's CLDR (exemplar characters),
# for texts too short to have small words. Of two that fit, the one named first writes more.
_LETTERS: dict[str, Mapping[str, str]] = {
    "CYRILLIC": {
        "ru": "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
        "uk": "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя",
        "bg": "абвгдежзийклмнопрстуфхцчшщъьюя",
        "sr": "абвгдђежзијклљмнњопрстћуфхцчџш",
        "be": "абвгдеёжзійклмнопрстуўфхцчшыьэюя",
        "kk": "аәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя",
    },
    "ARABIC": {
        "ar": "ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهوىي",
        "fa": "ءآأؤئابپتثجچحخدذرزژسشصضطظعغفقکگلمنهوی",
        "ckb": "ئابپتجچحخدرڕزژسشعغفڤقکگلڵمنوۆهەیێ",
        "ur": "ءآأؤئابپتٹثجچحخدڈذرڑزژسشصضطظعغفقکگلمنںهھہۂۃویے",
        "ps": "ءآأؤئابپتټثجچځحخڅدډذرړزژږسشښصضطظعغفقکګلمنڼهوۍیېئ",
    },
}
_SURE = {"CYRILLIC": frozenset("ыэёґєїђјљњћџўәғқңөұүһі"), "ARABIC": frozenset()}


@dataclass(frozen=True, slots=True)
class Guess:
    """A language tag (``und`` where the text does not say) and the script of most letters."""

    tag: str
    script: str

    @property
    def is_read(self) -> bool:
        """Whether sentences in it are read. What cannot be told apart is tried as English."""
        return self.tag in READ or (self.tag == "und" and self.script in ("LATIN", ""))


def script_name(script: str) -> str:
    """A script as people call it: ``Cyrillic``; "" for none."""
    return script.capitalize()


def language_name(tag: str) -> str:
    """The English name of a language; the tag itself where there is none, "" for ``und``."""
    base = tag.partition("-")[0].lower()
    return "" if base in ("", "und") else NAMES.get(base, tag)


@cache
def _script(letter: str) -> str:
    return unicodedata.name(letter, "").partition(" ")[0].partition("-")[0]


@cache
def _weights(script: str) -> dict[str, list[tuple[str, float]]]:
    """For each small word the languages that have it, and what it says for each."""
    owners: dict[str, list[str]] = {}
    for tag, listed in _BY_SCRIPT[script].items():
        for word in dict.fromkeys(listed.split()):
            owners.setdefault(word, []).append(tag)
    return {word: [(tag, 1 / len(tags)) for tag in tags] for word, tags in owners.items()}


def detect(text: str) -> Guess:
    """The language of a text; only its first 40,000 characters are looked at."""
    sample = unicodedata.normalize("NFC", text[:SAMPLE])
    words = Counter(_WORD.findall(sample.lower()))
    scripts: Counter[str] = Counter()
    for word, count in words.items():
        scripts[_script(word[0])] += count * len(word)
    if not scripts:
        return Guess("und", "")
    if scripts["HIRAGANA"] + scripts["KATAKANA"] > scripts["CJK"] / 10 > 0:
        return Guess("ja", "HIRAGANA")
    script = scripts.most_common(1)[0][0]
    if script not in _BY_SCRIPT:
        return Guess(_ONE_LANGUAGE.get(script, "und"), script)
    weights = _weights(script)
    scores: Counter[str] = Counter()
    hits: Counter[str] = Counter()
    for word, count in words.items():
        for tag, weight in weights.get(word, ()):
            scores[tag] += weight * min(count, 20)  # type: ignore[assignment]
            hits[tag] += count
    ranked = scores.most_common(2)
    lead = len(ranked) < 2 or ranked[0][1] >= LEAST_LEAD * ranked[1][1] if ranked else False
    if lead and hits[ranked[0][0]] >= LEAST_WORDS:
        return Guess(ranked[0][0], script)
    letters = {letter for word in words for letter in word if _script(letter) == script}
    return Guess(_by_letters(script, letters, scores), script)


def _by_letters(script: str, letters: set[str], scores: Mapping[str, float]) -> str:
    """The language whose alphabet has all these letters; ``und`` where they do not decide.

    Arabic, Persian and Kurdish differ in most words (their k, y and e are letters of their own).
    Cyrillic alphabets share most letters, so one that only some have must be there, or a small
    word that the other languages do not have.
    """
    fitting = [tag for tag, own in _LETTERS.get(script, {}).items() if letters <= {*own}]
    if not fitting:
        return "und"
    known = sorted(fitting, key=lambda tag: -scores.get(tag, 0))
    if scores.get(known[0], 0) > max((scores.get(tag, 0) for tag in known[1:]), default=0):
        return known[0]
    if len(fitting) == 1 or script == "ARABIC" or letters & _SURE[script]:
        return fitting[0]
    return "und"
