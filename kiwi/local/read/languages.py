"""Which language a text is written in, roughly: by its script, then by its smallest words."""

import re

SCRIPTS = (
    ("ja", r"[\u3040-\u30ff]"),
    ("ko", r"[\uac00-\ud7af]"),
    ("zh", r"[\u4e00-\u9fff]"),
    ("ru", r"[\u0400-\u04ff]"),
    ("ar", r"[\u0600-\u06ff]"),
    ("he", r"[\u0590-\u05ff]"),
    ("el", r"[\u0370-\u03ff]"),
    ("hi", r"[\u0900-\u097f]"),
    ("th", r"[\u0e00-\u0e7f]"),
)
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
    letters = max(1, len(re.findall(r"[^\W\d_]", text)))
    for code, script in SCRIPTS:
        if len(re.findall(script, text)) > 0.3 * letters:
            return code
    words = re.findall(r"[^\W\d_]+", text.lower())
    votes = {
        code: sum(word in small for word in words) for code, small in ((code, set(line.split())) for code, line in FUNCTION_WORDS.items())
    }
    best = max(votes, key=lambda code: votes[code])
    return best if votes[best] > votes["en"] and votes[best] >= max(2, 0.15 * len(words)) else "en"
