"""A generateContent request, understood: texts, recordings, pictures, and what is to be generated; wrong ones are refused."""

import base64
import binascii
import io
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import av

from emulators.gemini_material import TAGGED
from emulators.gemini_models import PICTURE_PIXELS, RATIOS, VOICES, Kind, Model
from emulators.gemini_wire import AUDIO_TOKENS_A_SECOND, camel, json_schema, said, tokens
from emulators.vendor import Refused

FIELDS = frozenset(
    {
        "contents",
        "systemInstruction",
        "tools",
        "toolConfig",
        "safetySettings",
        "generationConfig",
        "cachedContent",
        "model",
        "labels",
        "serviceTier",
        "store",
    }
)
CONFIG_FIELDS = frozenset(
    {
        "candidateCount",
        "stopSequences",
        "maxOutputTokens",
        "temperature",
        "topP",
        "topK",
        "seed",
        "presencePenalty",
        "frequencyPenalty",
        "responseMimeType",
        "responseSchema",
        "responseJsonSchema",
        "responseFormat",
        "responseModalities",
        "responseLogprobs",
        "logprobs",
        "enableEnhancedCivicAnswers",
        "speechConfig",
        "thinkingConfig",
        "imageConfig",
        "mediaResolution",
    }
)
DATA_FIELDS = frozenset({"text", "inlineData", "fileData", "functionCall", "functionResponse", "executableCode", "codeExecutionResult"})
DIRECTIVE = re.compile(r"^\s*(?:please\s+)?(?:say|read|speak|narrate|tell|recite|tts)\b[^:\n“\"]*:\s*", re.IGNORECASE)
TRANSCRIPT = re.compile(r"^[#*\s]*(?:transcript|text|script)\b[^\n]*\n", re.IGNORECASE | re.MULTILINE)
PICTURE_TOKENS = 258


@dataclass(frozen=True)
class Asked:
    """What a request asks for."""

    texts: tuple[str, ...]
    """Of the user, in order."""
    system: str
    recordings: tuple[bytes, ...]
    pictures: int
    config: Mapping[str, Any]
    tools: tuple[Mapping[str, Any], ...] = ()
    allowed: tuple[str, ...] = ()
    """Functions the model must call one of."""

    @property
    def prompt(self) -> str:
        """Everything the user wrote."""
        return "\n\n".join(self.texts)

    @property
    def schema(self) -> dict[str, Any] | None:
        """The JSON schema of the answer, if it has to have one."""
        if self.config.get("responseMimeType") != "application/json":
            return None
        if "responseJsonSchema" in self.config:
            return dict(self.config["responseJsonSchema"])
        return json_schema(self.config.get("responseSchema", {"type": "OBJECT"}))

    @property
    def function(self) -> tuple[str, dict[str, Any]] | None:
        """The function that has to be called, with the schema of its arguments."""
        declared = [function for tool in self.tools for function in tool.get("functionDeclarations", ())]
        for function in declared:
            if function["name"] in self.allowed:
                proto = function.get("parameters")
                return function["name"], json_schema(proto) if proto else dict(function.get("parametersJsonSchema", {"type": "object"}))
        return None

    @property
    def lines(self) -> list[tuple[str, str]]:
        """What is to be spoken, and by which voice; directions for the speaker are left out."""
        speech = self.config.get("speechConfig", {})
        speakers = {
            one["speaker"]: voice_in(one.get("voiceConfig", {}))
            for one in speech.get("multiSpeakerVoiceConfig", {}).get("speakerVoiceConfigs", ())
        }
        alone = voice_in(speech.get("voiceConfig", {}))
        text = spoken_part(self.prompt)
        if not speakers:
            return [(alone, text)]
        turns = re.findall(rf"^\s*({'|'.join(map(re.escape, speakers))})\s*:\s*(.+)$", text, re.MULTILINE)
        return [(speakers[who], words) for who, words in turns] or [(next(iter(speakers.values())), text)]

    @property
    def heard(self) -> int:
        """How many tokens the recordings are."""
        return round(sum(map(seconds_of, self.recordings)) * AUDIO_TOKENS_A_SECOND)

    @property
    def tokens(self) -> int:
        """How many tokens the whole request is."""
        return tokens(self.prompt) + tokens(self.system) + self.heard + self.pictures * PICTURE_TOKENS


def voice_in(config: Mapping[str, Any]) -> str:
    """The prebuilt voice's name in a voice configuration; Kore when there is none."""
    return str(config.get("prebuiltVoiceConfig", {}).get("voiceName", "Kore"))


def spoken_part(prompt: str) -> str:
    """A speech prompt without its directions: what stands in a tag, below ``Transcript``, or after ``Say calmly:``."""
    tagged = TAGGED.search(prompt)
    if tagged:
        return tagged[2]
    below = list(TRANSCRIPT.finditer(prompt))
    return (prompt[below[-1].end() :] if below else DIRECTIVE.sub("", prompt, count=1)).strip().strip('"“”')


def seconds_of(recording: bytes) -> float:
    """How long a recording is; what cannot be opened counts as raw 16 kHz sound."""
    try:
        with av.open(io.BytesIO(recording), "r") as container:
            stream = container.streams.audio[0]
            length = (
                stream.duration * stream.time_base if stream.duration and stream.time_base else (container.duration or 0) / av.time_base
            )
            return float(length)
    except (av.FFmpegError, IndexError):
        return len(recording) / 32_000


def understand(body: Any, model: Model, files: Mapping[str, bytes]) -> Asked:
    """Read a request; Refused when it is not one this model takes. ``files`` are the uploaded ones by their ids."""
    if not isinstance(body, dict):
        raise Refused(said(400, "Invalid JSON payload received. Expected an object."))
    request = camel(body)
    refuse_unknown(request, FIELDS, "")
    config = request.get("generationConfig", {})
    refuse_unknown(config, CONFIG_FIELDS, " at 'generation_config'")
    contents = request.get("contents") or []
    parts = [part for content in contents if content.get("role", "user") == "user" for part in content.get("parts", ())]
    if not any(content.get("parts") for content in contents):
        raise Refused(said(400, "* GenerateContentRequest.contents: contents is not specified\n"))
    for part in parts:
        refuse_unknown(
            part,
            DATA_FIELDS | {"thought", "thoughtSignature", "videoMetadata", "mediaResolution", "partMetadata"},
            " at 'contents[0].parts[0]'",
        )
        if not part.keys() & DATA_FIELDS:
            field = "contents.parts"
            raise Refused(said(400, f"* GenerateContentRequest.{field}: required oneof field 'data' must have one initialized field\n"))
    refuse_config(config, model)
    blobs = list(media_of(parts, files))
    functions = request.get("toolConfig", {}).get("functionCallingConfig", {})
    declared = [function["name"] for tool in request.get("tools", ()) for function in tool.get("functionDeclarations", ())]
    asked = Asked(
        texts=tuple(part["text"] for part in parts if part.get("text")),
        system="\n".join(part.get("text", "") for part in request.get("systemInstruction", {}).get("parts", ())),
        recordings=tuple(content for kind, content in blobs if kind.startswith("audio/")),
        pictures=sum(kind.startswith("image/") for kind, _ in blobs),
        config=config,
        tools=tuple(request.get("tools", ())),
        allowed=tuple(functions.get("allowedFunctionNames", declared)) if functions.get("mode") == "ANY" else (),
    )
    if asked.tokens > model.reads:
        raise Refused(said(400, f"The input token count ({asked.tokens}) exceeds the maximum number of tokens allowed ({model.reads})."))
    return asked


def refuse_unknown(value: Mapping[str, Any], known: Collection[str], where: str) -> None:
    """Refused for the first name that the API does not know."""
    for name in value:
        if name not in known:
            raise Refused(said(400, f'Invalid JSON payload received. Unknown name "{name}"{where}: Cannot find field.'))


def media_of(parts: list[dict[str, Any]], files: Mapping[str, bytes]) -> Iterator[tuple[str, bytes]]:
    """The kind and the bytes of every blob and file in a request."""
    for part in parts:
        if "inlineData" in part:
            blob = part["inlineData"]
            try:
                content = from_base64(str(blob.get("data", "")))
            except binascii.Error:
                raise Refused(
                    said(400, "Invalid value at 'contents[0].parts[0].inline_data.data' (TYPE_BYTES), Base64 decoding failed.")
                ) from None
            if not content:
                raise Refused(said(400, "Unable to process input: the blob is empty."))
            yield str(blob.get("mimeType", "")), content
        if "fileData" in part:
            name = re.sub(r".*files/", "", str(part["fileData"].get("fileUri", "")))
            if name not in files:
                raise Refused(said(403, f"You do not have permission to access the File {name} or it may not exist."))
            yield str(part["fileData"].get("mimeType", "")), files[name]


def from_base64(text: str) -> bytes:
    """Decode either alphabet, padded or not, as proto3 JSON does; binascii.Error for anything else."""
    return base64.b64decode(text.translate(str.maketrans("-_", "+/")).rstrip("=") + "=" * (-len(text.rstrip("=")) % 4), validate=True)


def refuse_config(config: Mapping[str, Any], model: Model) -> None:
    """Refused when what is to be generated is not what the model gives."""
    modalities = {str(modality).upper() for modality in config.get("responseModalities", ())}
    match model.kind:
        case Kind.SPEECH:
            takes, wrong = "AUDIO", modalities != {"AUDIO"}
        case Kind.IMAGE:
            takes, wrong = "IMAGE or TEXT, IMAGE", "AUDIO" in modalities or (bool(modalities) and "IMAGE" not in modalities)
        case _:
            takes, wrong = "TEXT", bool(modalities - {"TEXT"})
    if wrong:
        asked = ", ".join(sorted(modalities)) or "TEXT"
        message = (
            f"The requested combination of response modalities ({asked}) is not supported by models/{model.id}, which accepts {takes}.\n"
        )
        raise Refused(said(400, message))
    if model.kind is Kind.SPEECH:
        refuse_voices(config.get("speechConfig", {}))
    picture = config.get("imageConfig", {})
    for field, allowed in (("aspectRatio", RATIOS), ("imageSize", PICTURE_PIXELS)):
        if picture.get(field) is not None and picture[field] not in allowed:
            raise Refused(
                said(400, f"* GenerateContentRequest.generation_config.image_config.{field}: must be one of {', '.join(allowed)}\n")
            )


def refuse_voices(speech: Mapping[str, Any]) -> None:
    """Refused for a voice that does not exist, or for any number of speakers but one or two."""
    several = speech.get("multiSpeakerVoiceConfig", {}).get("speakerVoiceConfigs")
    if several is not None and len(several) != 2:
        raise Refused(said(400, "The number of speakers must be 2 when multi_speaker_voice_config is set."))
    for config in [speech.get("voiceConfig", {}), *(one.get("voiceConfig", {}) for one in several or ())]:
        if voice_in(config).lower() not in {voice.lower() for voice in VOICES}:
            raise Refused(
                said(400, f"Voice name {voice_in(config)} is not supported. Allowed voice names are: {', '.join(VOICES).lower()}")
            )
