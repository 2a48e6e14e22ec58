"""The sentences of a lead as they stand, and each without what only the eye can use: brackets, other names, links to what came before."""

import re
from itertools import pairwise

ENDING = re.compile(r"[.!?][\"”’]?\s+(?=[\"“‘]?[^\W\d_]|\d)")
ABBREVIATED = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|St|Ste|Prof|Jr|Sr|vs|c|ca|Op|No|Nos|Mt|Ft|Gen|Col|Lt|Sgt|Capt|Rev|Hon|Gov|Maj|Bros|approx|fl|r|lit|est|al|cf|"
    r"b|d)"
    r"|\b[A-Z]|\b[a-z]\.[a-z]|[A-Z]\.[A-Z])\.$"
)
STARTERS = re.compile(
    r"(?:The|It|Its|He|His|She|Her|They|Their|In|On|At|As|After|A|An|This|These|From|During|Since|By|For|Most|Many|Some|While|Although|"
    r"With|When|"
    r"However|Today|There|Both|Other|Among|Along|Under)\b"
)
NO_INITIAL = re.compile(r"[A-Z]\.[A-Z]\.$|\d\s[A-Z]\.$")
"""What may end a sentence as well, where a word follows that begins one: “U.S.”, “273 K.”"""
BRACKETS = re.compile(r"\s*(?:\([^()]*\)|\[[^\[\]]*\])")
DASHED = re.compile(r"\s*(?:–|—|\s-)\s?([^–—]+?)\s?(?:–|—|-\s)\s*")
"""What stands between two dashes; a dash between figures is none."""
NAME_MARK = (
    r"(?:(?:(?:also|sometimes|often|commonly|usually|better|more|most|widely|generally|popularly|simply|colloquially|informally|formerly|"
    r"previously|officially|otherwise|historically|originally|occasionally|or|and|variously)\s+)+"
    r"(?:known|called|referred to|spelled|spelt|named|termed|abbreviated)|abbreviated|nicknamed|stylized|stylised|spelled|spelt|called|"
    r"referred to as)\b"
)
OTHER_NAMES = re.compile(
    rf",\s*{NAME_MARK}[^,;]*(?:,\s*(?:or|and|also)\s[^,;]*)*"
    r"(?:,(?=\s(?:is|are|was|were|has|have|had|which|who|can|may|occurs|lies|stands|consists)\b)|(?=[.;]?$))",
    re.I,
)
STILL_NAMED = re.compile(
    r"\balso (?:known|called|referred|spelled|spelt|named|termed)|\b(?:or|and) simply\b|\babbreviated\b|\bpronounced\b", re.I
)
LINKS = re.compile(
    r"^(?:However|Additionally|Moreover|Furthermore|In addition|Also|Thus|Therefore|Consequently|Nevertheless|Nonetheless|In fact|Indeed|"
    r"As such|As a result|By contrast|In contrast|Overall|In general|Hence|Accordingly|Notably|Besides),\s+(?=\w)"
)
INNER_LINK = re.compile(r",\s(?:however|therefore|moreover|furthermore|thus|nevertheless|nonetheless|in turn),(?=\s)")
GAP = re.compile(r"\w {2,}\w|\s[,.;]|,\s*,|\(\s*\)|\bdegree \.")
"""A formula or a foreign word has been lost here."""
FORMULA = re.compile(r"[^\s(\[“\"]\(|\bformula ?\w*\d|\b(?:form|structure) R\b")
"""Brackets that belong to a word: without them “B(OH)3” would be another thing."""


def sentences_of(lead: str) -> list[str]:
    """Split a lead; its sentences as they stand, apart from line breaks."""
    text = re.sub(r"\s*\n\s*", " ", lead).strip()
    found, start = [], 0
    for match in ENDING.finditer(text):
        before = text[start : match.start() + 1]
        after = text[match.end() :]
        inside = before.count("(") > before.count(")") or before.count("“") > before.count("”")
        abbreviated = ABBREVIATED.search(before) and not (STARTERS.match(after) and NO_INITIAL.search(before))
        if inside or abbreviated or after[:1].islower():
            continue
        found.append(text[start : match.end()].strip())
        start = match.end()
    return [*found, text[start:].strip()] if text[start:].strip() else found


def mended(sentence: str) -> str:
    """A first sentence whose pronunciation has been lost behind its subject: ``Kabuki  is`` → ``Kabuki is``."""
    sentence = re.sub(r"^(An?|The)\s{2,}", r"\1 ", re.sub(r"\s*\(\s*\)", "", sentence))
    return re.sub(
        r"^([^,.;()]{2,60}?)(?: {2,}| ?; [^()]{0,40}\)| ,(?= (?:is|are|was|were)\b))\s*(?=(?:is|are|was|were)\b)", r"\1 ", sentence
    )


def bare(sentence: str) -> str:
    """A sentence without brackets, asides between dashes, other names and links; empty when something in it has been lost."""
    if GAP.search(sentence) or FORMULA.search(sentence):
        return ""
    text = sentence
    while BRACKETS.search(text):
        text = BRACKETS.sub("", text)
    text = INNER_LINK.sub("", LINKS.sub("", without_asides(text)))
    text = OTHER_NAMES.sub("", text)
    text = re.sub(r"\s+", " ", re.sub(r"\s+([,.;:])", r"\1", text)).strip()
    if STILL_NAMED.search(text) or re.search(r"[,;:]\s*[,;:.]|[()\[\]]", text):
        return ""
    return text[:1].upper() + text[1:]


def without_asides(text: str) -> str:
    """Drop what stands between two dashes, and what follows a last one."""
    spaced = re.sub(r"\s[–—]\s|—", " – ", text)
    if len(re.findall(r" – ", spaced)) == 0:
        return text
    pieces = re.split(r"\s+–\s+", spaced)
    if any(re.search(r"[A-Z]\w*$", before) and re.match(r"[A-Z]", after) for before, after in pairwise(pieces)):
        return text
    kept = " ".join(pieces[::2])
    return kept if kept.rstrip().endswith((".", "!", "?")) else kept.rstrip(" ,") + "."
