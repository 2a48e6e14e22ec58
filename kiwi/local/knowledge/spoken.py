"""Words as a narrator says them: units in full, ranges with “to”, signs as words; figures stay as they are."""

import re

UNITS = {
    "km": "kilometre",
    "m": "metre",
    "cm": "centimetre",
    "mm": "millimetre",
    "nm": "nanometre",
    "μm": "micrometre",
    "µm": "micrometre",
    "kg": "kilogram",
    "g": "gram",
    "mg": "milligram",
    "t": "tonne",
    "ha": "hectare",
    "ft": "foot",
    "mi": "mile",
    "lb": "pound",
    "oz": "ounce",
    "km/h": "kilometre per hour",
    "mph": "mile per hour",
    "m/s": "metre per second",
    "km/s": "kilometre per second",
    "yd": "yard",
    "sq mi": "square mile",
    "sq km": "square kilometre",
    "sq ft": "square foot",
    "km2": "square kilometre",
    "km²": "square kilometre",
    "mi2": "square mile",
    "m2": "square metre",
    "m²": "square metre",
    "m3": "cubic metre",
    "m³": "cubic metre",
    "km3": "cubic kilometre",
    "kW": "kilowatt",
    "MW": "megawatt",
    "GW": "gigawatt",
    "kWh": "kilowatt-hour",
    "Hz": "hertz",
    "kHz": "kilohertz",
    "MHz": "megahertz",
    "GHz": "gigahertz",
    "Pa": "pascal",
    "kPa": "kilopascal",
    "GB": "gigabyte",
    "MB": "megabyte",
    "L": "litre",
    "mL": "millilitre",
    "ml": "millilitre",
    "bn": "billion",
    "Ma": "million years",
    "km³": "cubic kilometre",
    "mya": "million years ago",
    "ly": "light-year",
    "AU": "astronomical unit",
}
SAME_IN_PLURAL = ("hertz", "billion", "million years", "million years ago")
NUMBER = r"\d[\d,]*(?:\.\d+)?"
MEASURED = re.compile(
    rf"({NUMBER})(?:\s| |-)?((?:hundred|thousand|million|billion|trillion)\s)?"
    rf"({'|'.join(sorted(map(re.escape, UNITS), key=len, reverse=True))})(?![\w²³/-])"
)
A_UNIT = re.compile(r"(?:\s?/\s?|\sper\s)(km2|km²|sq mi|sq km|m2|m²|mi2)(?!\w)")
DEGREES = re.compile(rf"([−-]?{NUMBER})\s*°\s*([CF])\b")
RANGE = re.compile(rf"(?<![\d–-])({NUMBER})(\s?(?:%|°C|°F))?\s?[–-]\s?({NUMBER})(?![\d–-])")
YEARS = re.compile(r"(?<![\d–-])(1\d{3}|20\d\d)[–-](\d\d)(?![\d–-])")
UNSAYABLE = re.compile(
    r"[^\w\s,.'’\"“”%$€£:&/–-]|[×^=+°±~*{}<>|_\\]|\d[A-Za-z]{1,2}\d|(?<!\w)/|/(?!\w)|[²³₀-₉]|\b\w+/\w+\b|\w-(?!\w)|https?|\.\.|\bISBN\b|\bkm2?\b"
)
FOREIGN = re.compile(r"[^\x00-ſ‐-€]")


def as_said(text: str) -> str:
    """Write units and signs in words: ``543 km2`` → ``543 square kilometres``; ``1.5–5 m`` → ``1.5 to 5 metres``."""
    text = text.replace("−", "-").replace(" ", " ")
    text = re.sub(r"\b(?:c|ca)\.\s?(?=\d)", "around ", text)
    text = re.sub(r"~\s?(?=\d)", "about ", text)
    text = YEARS.sub(lambda match: f"{match[1]} to {match[1][:2]}{match[2]}" if match[2] > match[1][2:] else match[0], text)
    text = RANGE.sub(r"\1 to \3\2", text) if "–" in text or re.search(r"\d-\d", text) else text
    text = DEGREES.sub(lambda match: f"{minus(match[1])} degrees {'Celsius' if match[2] == 'C' else 'Fahrenheit'}", text)
    text = re.sub(r"(?<=\d)\s?×\s?(?=\d+\b(?!0\^))(?!10\d)", " by ", text)
    text = re.sub(rf"({NUMBER}) K\b", r"\1 kelvins", text)
    text = A_UNIT.sub(lambda match: f" per {UNITS[match[1]]}", text)
    text = MEASURED.sub(measured, text)
    text = re.sub(rf"({NUMBER})\s?%", r"\1 percent", text)
    text = re.sub(r"\bUS\$\s?(?=\d)", "$", text)
    text = re.sub(r"\bvs\.?(?=\s)", "versus", text)
    text = re.sub(r"\bNo\.\s?(?=\d)", "Number ", text)
    return re.sub(r"\s&\s", " and ", text)


def minus(number: str) -> str:
    """Say a sign: ``-40`` → ``minus 40``."""
    return re.sub(r"^-", "minus ", number)


def measured(match: re.Match[str]) -> str:
    """A number with its unit in full, in the singular after 1."""
    number, scale, unit = match[1], match[2] or "", UNITS[match[3]]
    if unit in SAME_IN_PLURAL or (number == "1" and not scale):
        return f"{number} {scale}{unit}"
    head, _, rest = unit.partition(" per ")
    plural = head.replace("foot", "feet") if head.endswith("foot") else f"{head}s"
    return f"{number} {scale}{plural}{f' per {rest}' if rest else ''}"


def sayable_signs(text: str) -> bool:
    """Whether every sign in a text can be said."""
    return not UNSAYABLE.search(text) and not FOREIGN.search(text)
