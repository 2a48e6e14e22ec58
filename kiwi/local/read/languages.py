"""Which language a text is written in, roughly: by its script, then by its smallest words."""

import re
import unicodedata
from collections import Counter

SCRIPTS = {"HIRAGANA": "ja", "KATAKANA": "ja", "HANGUL": "ko", "CJK": "zh", "CYRILLIC": "ru", "ARABIC": "ar", "HEBREW": "he"}
SCRIPTS |= {"GREEK": "el", "DEVANAGARI": "hi", "THAI": "th"}
"""By the first word of a letter's name in Unicode."""
FUNCTION_WORDS = {
    "en": "the and of to in is it that for with our we you about make how what are your on have this from video",
    "de": "der die das und ist nicht ein eine wir für mit auf zu den von im über ich sie unser unsere wie sich auch dem wird",
    "fr": "le la les et est un une des nous pour avec sur dans que qui du vous pas notre nos au ce cette je il elle votre en",
    "es": "el la los las y es un una de que para con en nuestro nuestra por del se como más su al lo vídeo haz sobre cada",
    "it": "il lo la gli e è un una di che per con nostro nostra della del sono come più si nel alla le ogni",
    "pt": "o os as e é um uma de que para com em nosso nossa por do da não como mais se no na vídeo sobre cada",
    "nl": "de het een en is van voor met wij we ons onze niet dat zijn op aan te ook naar over hoe je elke",
}


def language_of(text: str) -> str:
    """Name a text's language as ISO 639-1; ``en`` when in doubt."""
    letters = re.findall(r"[^\W\d_]", text)
    scripts = Counter(SCRIPTS.get(unicodedata.name(letter, "").split(" ")[0]) for letter in letters)
    for code in SCRIPTS.values():
        if scripts[code] > 0.3 * len(letters):
            return code
    words = re.findall(r"[^\W\d_]+", text.lower())
    votes = {
        code: sum(word in small for word in words) for code, small in ((code, set(line.split())) for code, line in FUNCTION_WORDS.items())
    }
    best = max(votes, key=lambda code: votes[code])
    return best if votes[best] > votes["en"] and votes[best] >= max(2, 0.15 * len(words)) else "en"
