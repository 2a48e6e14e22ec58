"""An answer to any JSON schema, in the words of the brief: what a language model would send back, without the model."""

import itertools
import json
import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from emulators.gemini_material import Material, keywords_of, phrase_of, singular
from emulators.gemini_wording import FORMATS, SAMPLES, Place, Schema, cut, distinct, takes, text_for

DEEPEST = 12
"""Levels of nesting; below them an answer takes the shortest way out of a schema that contains itself."""
FEW, SOME = 3, 4
"""How many phrases and how many objects are listed when nobody says."""
SCENE_SECONDS = 6.0
FIRST, LAST = re.compile(r"open|intro|hook|title|start|first|begin", re.I), re.compile(r"clos|outro|end|cta|call|last|final", re.I)
EMPTY = re.compile(r"fault|problem|error|issue|warning|violation|missing|reject|remark|degrad", re.I)
NEUTRAL = frozenset(
    {"open", "auto", "none", "any", "default", "unknown", "other", "unspecified", "plain", "statement", "text", "explainer"}
)
"""Words of an enumeration that commit to nothing."""
SYNONYMS = {"portrait": "portrait|vertical|upright|phone|reels?|shorts|tiktok", "landscape": "landscape|horizontal|widescreen|16:9"}
FILM_SECONDS = 30.0
"""When nobody says."""


class Writer:
    """Answers one schema from one prompt's material."""

    def __init__(self, schema: Schema, material: Material) -> None:
        self.root, self.material = schema, material
        self._story = itertools.cycle(material.story)

    def answer(self) -> Any:
        """A value that the schema takes."""
        return self.value(self.root, Place())

    def value(self, schema: Schema, place: Place) -> Any:
        """A value for a part of the schema."""
        schema = self.resolved(schema)
        if "const" in schema:
            return schema["const"]
        if "enum" in schema:
            return self.choice(schema, place)
        for word in ("anyOf", "oneOf"):
            if word in schema:
                return self.value(self.alternative(schema, word, place), place)
        makers: dict[str, Callable[[Schema, Place], Any]] = {
            "object": self.object,
            "array": self.array,
            "integer": self.number,
            "number": self.number,
            "boolean": self.truth,
            "null": lambda schema, place: None,
        }
        return makers.get(self.type_of(schema), self.string)(schema, place)

    def resolved(self, schema: Schema) -> dict[str, Any]:
        """The schema with its references followed and its ``allOf`` merged."""
        merged = dict(schema)
        while "$ref" in merged or "allOf" in merged:
            parts = [self.target(merged.pop("$ref"))] if "$ref" in merged else list(merged.pop("allOf"))
            for part in map(self.resolved, parts):
                merged = merge(part, merged)
        return merged

    def target(self, reference: str) -> Schema:
        """What a local reference points at; KeyError when it is not there."""
        found: Any = self.root
        for escaped in reference.removeprefix("#").split("/")[1:]:
            step = escaped.replace("~1", "/").replace("~0", "~")
            found = found[int(step)] if isinstance(found, list) else found[step]
        return dict(found) if isinstance(found, Mapping) else {}

    def type_of(self, schema: Schema) -> str:
        """The type to answer with; of several the first that is not null."""
        kind = schema.get("type")
        if isinstance(kind, list):
            kind = next((name for name in kind if name != "null"), "null")
        if isinstance(kind, str):
            return kind.lower()
        if "properties" in schema or "additionalProperties" in schema:
            return "object"
        return "array" if "items" in schema or "prefixItems" in schema else "string"

    def alternative(self, schema: Schema, word: str, place: Place) -> Schema:
        """One of several schemas: never null if there is another way, unless nothing is to be said; in a list a different one each time."""
        shared = {name: part for name, part in schema.items() if name not in {word, "discriminator", "title", "description", "default"}}
        options = [merge(self.resolved(option), shared) for option in schema[word]]
        nulls = [option for option in options if option.get("type") == "null"]
        others = [option for option in options if option.get("type") != "null"]
        kinds = {self.type_of(option) for option in others}
        silent = "default" in schema and schema["default"] is None and not kinds & {"object", "array"} and not place.known
        if nulls and (not others or silent or place.depth > DEEPEST):
            return nulls[0]
        if place.depth > DEEPEST:
            return min(others, key=lambda option: len(json.dumps(option)))
        if not place.listed:
            return others[0]
        return others[pick([self.tag(option) for option in others], place)]

    def tag(self, schema: Schema) -> str:
        """The word that tells an alternative from the others: the constant one of its properties has, else its title."""
        for part in schema.get("properties", {}).values():
            if isinstance(part.get("const"), str):
                return str(part["const"])
        return str(schema.get("title", ""))

    # structures

    def object(self, schema: Schema, place: Place) -> dict[str, Any]:
        """An object with all its properties; where it is too deep, with those it must have."""
        properties: Mapping[str, Schema] = schema.get("properties", {})
        required = schema.get("required", ())
        names = [name for name in properties if name in required or place.depth <= DEEPEST]
        places = {name: place.under(name) for name in names}
        if not place.sentence:
            places |= self.told_in_turn(properties, names, place)
            place = replace(place, sentence=self.material.story[0])
        answer: dict[str, Any] = {}
        for name in names:
            sentence = places[name].sentence or place.sentence
            answer[name] = self.value(properties[name], replace(places[name], sentence=sentence))
        rest = schema.get("additionalProperties", True)
        missing = [name for name in required if name not in answer]
        free = max(schema.get("minProperties", 0) - len(answer) - len(missing), 0)
        if not properties and isinstance(rest, Mapping) and not free:
            free = min(1, schema.get("maxProperties", 1))
        filling = rest if isinstance(rest, Mapping) else {"type": "string"}
        for name in [*missing, *itertools.islice(self.keys(place, answer), free)]:
            answer[name] = self.value(filling, place.under(name))
        return answer

    def told_in_turn(self, properties: Mapping[str, Schema], names: Sequence[str], place: Place) -> dict[str, Place]:
        """Places for an opening object, a list of objects and a closing object that stand side by side: one story runs through them."""
        shapes = {name: self.resolved(properties[name]) for name in names}
        ends = [name for name in names if self.type_of(shapes[name]) == "object" and (FIRST.search(name) or LAST.search(name))]
        body = next((name for name in names if self.type_of(shapes[name]) == "array" and name not in ends), None)
        if not ends or body is None:
            return {}
        each = self.resolved(shapes[body].get("items", {}))
        records = self.material.records(body, self.property_names(each))
        count = max(self.count(shapes[body], each, 0, records, place.under(body)) - (0 if records else len(ends)), 1)
        count = int(max(min(count, shapes[body].get("maxItems", math.inf)), shapes[body].get("minItems", 0)))
        first = [name for name in ends if FIRST.search(name)]
        chapters = self.material.chapters(count + len(ends))
        told = {name: replace(place.under(name), sentence=chapters[index]) for index, name in enumerate(first)}
        last = [name for name in ends if name not in first]
        told |= {name: replace(place.under(name), sentence=chapters[index - len(last)]) for index, name in enumerate(last)}
        return told | {body: replace(place.under(body), chapters=tuple(chapters[len(first) : len(first) + count]))}

    def keys(self, place: Place, taken: Mapping[str, Any]) -> Iterator[str]:
        """Names for the entries of a map: the ids of the prompt's records, then made-up ones."""
        known = [str(record["id"]) for record in self.material.records(place.name, ["id"]) if "id" in record]
        made = (f"{singular(place.name) or 'entry'}-{number}" for number in itertools.count(1))
        return (name for name in itertools.chain(known, made) if name not in taken)

    def about(self, place: Place, chapter: str) -> str:
        """The words an object is about: of its record the longest text, of an object around it a part, else a chapter of the story."""
        texts = [text for text in (place.record or {}).values() if isinstance(text, str) and len(text.split()) > 2]
        if texts:
            return max(texts, key=len)
        if place.sentence and place.listed:
            parts = [part.strip() for part in re.split(r"[,;:.]|\band\b", place.sentence) if re.search(r"\w", part)]
            return parts[place.index % len(parts)] if parts else place.sentence
        return chapter

    def array(self, schema: Schema, place: Place) -> list[Any]:
        """A list as long as the prompt, its records or the film's seconds ask for, within the schema's bounds."""
        heads: Sequence[Schema] = schema.get("prefixItems", ())
        each = schema.get("items", {} if heads else {"type": "string"})
        each = self.resolved(each) if isinstance(each, Mapping) else {}
        records = self.material.records(place.name, self.property_names(each))
        count = len(place.chapters) or self.count(schema, each, len(heads), records, place)
        if not heads and self.type_of(each) == "string" and not each.keys() & {"enum", "const", "anyOf", "oneOf"}:
            lines = self.lines(each, replace(place.under(singular(place.name)), count=count), schema)
            return distinct(lines, each) if schema.get("uniqueItems") else lines
        chapters = place.chapters or ([place.sentence] * count if place.listed else self.material.chapters(count))
        answer = []
        for index, part in enumerate([*heads[:count], *[each] * (count - len(heads))]):
            record = records[index] if index < len(records) else None
            name = singular(place.name)
            spot = Place(name, index, count, place.depth + 1, name, place.listed, place.sentence, record)
            answer.append(self.value(part, replace(spot, listed=True, sentence=self.about(spot, chapters[index]))))
        return unrepeated(answer, schema.get("minItems", 0)) if schema.get("uniqueItems") else answer

    def count(self, schema: Schema, each: Schema, heads: int, records: Sequence[Any], place: Place) -> int:
        """How long a list is."""
        closed = schema.get("items") is False or (heads and "items" not in schema)
        wanted = heads if closed else self.wanted(place, records, each)
        optional = schema.get("default") == [] and bool(self.property_names(each)) and not records
        if place.depth > DEEPEST or optional or (EMPTY.search(place.name) and not records):
            wanted = 0
        return int(max(min(max(wanted, heads), schema.get("maxItems", math.inf)), schema.get("minItems", 0)))

    def property_names(self, schema: Schema) -> list[str]:
        """The names of an object's properties, over all its alternatives."""
        names = list(schema.get("properties", ()))
        for option in (*schema.get("anyOf", ()), *schema.get("oneOf", ())):
            names += self.resolved(option).get("properties", ())
        return names

    def wanted(self, place: Place, records: Sequence[Any], each: Schema) -> int:
        """How many entries a list should have."""
        if records:
            return len(records)
        asked = self.material.count_of(place.name) if place.name else None
        if asked is not None:
            return asked
        if "enum" in each:
            return min(len(each["enum"]), 2)
        if not self.property_names(each):
            return FEW
        seconds = self.material.seconds
        return max(round(seconds / SCENE_SECONDS), 2) if seconds and place.depth <= 1 else SOME

    def lines(self, schema: Schema, place: Place, around: Schema) -> list[str]:
        """A list of strings: the client's own sentences, keywords, or phrases of what the object around is about."""
        fewest, sentence = around.get("minItems", 0), place.sentence or self.material.brief
        if not place.count:
            return []
        if re.search(r"sentence|line|paragraph", place.name, re.I):
            texts, spare = self.material.own, list(self.material.ours)
        elif re.search(r"keyword|tag|icon", place.name, re.I):
            texts, spare = keywords_of(sentence)[:FEW], keywords_of(self.material.topic)
        elif place.listed:
            parts = [phrase_of(part) for part in re.split(r"[,;:.]|\band\b", sentence)]
            texts, spare = [part for part in parts if part][:FEW], self.material.phrases
        else:
            texts, spare = [self.material.phrase(sentence) for sentence in self.material.own][: place.count], self.material.phrases
        texts = list(itertools.islice(dict.fromkeys([*texts, *(spare if len(texts) < fewest else ())]), max(len(texts), fewest)))
        texts += [f"{self.material.topic} {number}" for number in range(len(texts) + 1, fewest + 1)]
        return [self.fitted(text, schema, place) for text in texts[: around.get("maxItems", len(texts))]]

    # single values

    def choice(self, schema: Schema, place: Place) -> Any:
        """One of an enumeration: as the record, the brief's words or the place in the film say, else the default, else any."""
        values, default = schema["enum"], schema.get("default")
        words = [str(value).lower().replace("_", " ") for value in values]
        neutral = [value for value in (default, *values) if value in values and (value == default or value in NEUTRAL)]
        if place.known in values:
            return place.known
        if place.count > 1 and any(FIRST.search(word) for word in words) and any(LAST.search(word) for word in words):
            return values[pick(words, place)]
        if place.count > 1:
            return [*neutral, values[place.index % len(values)]][0]
        brief = self.material.brief.lower()
        named = [
            value
            for value, word in zip(values, words, strict=True)
            if word.strip() and re.search(rf"\b(?:{SYNONYMS.get(word, re.escape(word))})", brief)
        ]
        return [*named, *neutral, values[self.material.choose(len(values), place.name)]][0]

    def number(self, schema: Schema, place: Place) -> int | float:
        """A number: the record's, the one the brief asks for, the default, or the middle of what is allowed."""
        kind = self.type_of(schema)
        low, high = schema.get("minimum", -math.inf), schema.get("maximum", math.inf)
        step = schema.get("multipleOf", 1 if kind == "integer" else 0)
        edge = step or 1e-6 * max([1.0, *(abs(bound) for bound in (low, high) if math.isfinite(bound))])
        if "exclusiveMinimum" in schema:
            low = max(low, schema["exclusiveMinimum"] + (edge if kind == "number" else 1))
        if "exclusiveMaximum" in schema:
            high = min(high, schema["exclusiveMaximum"] - (edge if kind == "number" else 1))
        known = place.known
        wanted = known if isinstance(known, int | float) else self.asked(place)
        if wanted is None:
            wanted = schema.get("default")
        if wanted is None and re.search(r"second|duration|length", place.name, re.I):
            wanted = FILM_SECONDS / place.count
        if not isinstance(wanted, int | float):
            wanted = (low + high) / 2 if math.isfinite(low + high) else low if math.isfinite(low) else min(high, 1)
        wanted = min(max(wanted, low), high)
        if step:
            wanted = math.floor(wanted / step) * step
            wanted = wanted if wanted >= low else wanted + step
        if kind == "integer":
            return int(math.ceil(wanted) if math.ceil(wanted) <= high else math.floor(wanted))
        return float(round(wanted, 6) if low <= round(wanted, 6) <= high else wanted)

    def asked(self, place: Place) -> float | None:
        """What the brief says of a number of this name."""
        name = place.name.lower()
        if re.search(r"second|duration|length", name) and self.material.seconds:
            return self.material.seconds / place.count
        if re.search(r"^(?:index|number|order|position)$", name):
            return place.index + 1
        if name in {"width", "height"}:
            tall = bool(re.search(r"vertical|portrait|9:16|reel|tiktok|phone", self.material.brief, re.I))
            return 1080 if tall == (name == "width") else 1920
        return 30 if name in {"fps", "frame_rate"} else None

    def truth(self, schema: Schema, place: Place) -> bool:
        """Yes to what is good news, else the default, else no."""
        if isinstance(place.known, bool):
            return bool(place.known)
        if re.search(r"ok|approv|accept|pass|valid|good|fit", place.name, re.I):
            return True
        return bool(schema.get("default", False))

    def string(self, schema: Schema, place: Place) -> str:
        """A text that fits its name, its object and its bounds."""
        known = place.known
        if isinstance(known, str) and takes(schema, known):
            return known
        if schema.get("format") in FORMATS:
            return FORMATS[schema["format"]]
        default = schema.get("default")
        return self.fitted(text_for(place, self.material, default if isinstance(default, str) else None), schema, place)

    def fitted(self, text: str, schema: Schema, place: Place) -> str:
        """The text within its bounds: cut at a word, or made longer with the story's next sentences; in its pattern if one is known."""
        longest, shortest = schema.get("maxLength"), schema.get("minLength", 0)
        if longest is not None and len(text) > longest:
            text = cut(text, longest)
        while len(text) < shortest:
            text = f"{text} {next(self._story)}".strip()[: longest if longest is not None else None]
        if takes(schema, text):
            return text
        plainer = [
            text.lower(),
            phrase_of(text, 1).lower(),
            f"{place.name or 'item'}-{place.index + 1}",
            f"scene-{place.index + 1}",
            *SAMPLES,
        ]
        return next((sample for sample in plainer if takes(schema, sample)), text)


def merge(part: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Two schemas as one; where both speak, properties and requirements add up and ``over`` decides the rest."""
    merged = {**part, **over}
    for word in ("properties", "$defs"):
        if word in part and word in over:
            merged[word] = {**part[word], **over[word]}
    if "required" in part and "required" in over:
        merged["required"] = list(dict.fromkeys([*part["required"], *over["required"]]))
    return merged


def pick(words: Sequence[str], place: Place) -> int:
    """Which of several kinds stands at a place of a list: an opening first, a closing last, the others in turn between them."""
    first = next((index for index, word in enumerate(words) if FIRST.search(word)), None)
    last = next((index for index, word in enumerate(words) if LAST.search(word)), None)
    if place.index == 0 and first is not None:
        return first
    if place.index == place.count - 1 and last is not None:
        return last
    between = [index for index in range(len(words)) if index not in {first, last}] or list(range(len(words)))
    return between[(place.index - (first is not None)) % len(between)]


def unrepeated(values: Sequence[Any], fewest: int) -> list[Any]:
    """The values without repetitions; numbers count on where that leaves too few."""
    seen: dict[str, Any] = {}
    for value in values:
        different = value
        while isinstance(different, int | float) and json.dumps(different) in seen and len(seen) < fewest:
            different += 1
        seen.setdefault(json.dumps(different, sort_keys=True), different)
    return list(seen.values())


def answer(schema: Schema, material: Material) -> Any:
    """Answer a schema from a prompt's material."""
    return Writer(schema, material).answer()
