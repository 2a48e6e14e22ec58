"""Gemini's catalogue as of November 2026: which models there are, what each can do, and which were switched off."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """What a model gives."""

    TEXT = "text"
    SPEECH = "speech"
    IMAGE = "image"
    VEO = "veo"
    OMNI = "omni"


METHODS = {
    Kind.TEXT: ("generateContent", "countTokens", "createCachedContent", "batchGenerateContent"),
    Kind.SPEECH: ("generateContent", "countTokens"),
    Kind.IMAGE: ("generateContent", "countTokens", "batchGenerateContent"),
    Kind.VEO: ("predictLongRunning",),
    Kind.OMNI: (),
}
"""What a model lists as supported; Omni's only door, the Interactions API, is not listed."""


@dataclass(frozen=True)
class Model:
    """One model."""

    id: str
    title: str
    kind: Kind
    reads: int = 1_048_576
    """Input tokens."""
    writes: int = 65_536
    """Output tokens."""

    def told(self) -> dict[str, Any]:
        """Its entry in the list of models."""
        return {
            "name": f"models/{self.id}",
            "version": "001",
            "displayName": self.title,
            "description": f"{self.title} (emulated)",
            "inputTokenLimit": self.reads,
            "outputTokenLimit": self.writes,
            "supportedGenerationMethods": list(METHODS[self.kind]),
            **({"thinking": True} if self.kind is Kind.TEXT else {}),
        }


MODELS = {
    model.id: model
    for model in (
        Model("gemini-3.8-flash", "Gemini 3.8 Flash", Kind.TEXT),
        Model("gemini-3.7-flash", "Gemini 3.7 Flash", Kind.TEXT),
        Model("gemini-3.6-flash", "Gemini 3.6 Flash", Kind.TEXT),
        Model("gemini-3.5-flash", "Gemini 3.5 Flash", Kind.TEXT),
        Model("gemini-3.5-flash-lite", "Gemini 3.5 Flash-Lite", Kind.TEXT),
        Model("gemini-4-argon", "Gemini 4 Argon", Kind.TEXT),
        Model("gemini-flash-latest", "Gemini Flash Latest", Kind.TEXT),
        Model("gemini-flash-lite-latest", "Gemini Flash-Lite Latest", Kind.TEXT),
        Model("gemini-pro-latest", "Gemini Pro Latest", Kind.TEXT),
        Model("gemini-3.8-flash-tts", "Gemini 3.8 Flash TTS", Kind.SPEECH, 8_192, 16_384),
        Model("gemini-3.8-flash-lite-tts", "Gemini 3.8 Flash-Lite TTS", Kind.SPEECH, 8_192, 16_384),
        Model("gemini-nano-banana-2.1", "Nano Banana 2.1", Kind.IMAGE, 131_072, 32_768),
        Model("gemini-3.1-flash-image", "Nano Banana 2", Kind.IMAGE, 131_072, 32_768),
        Model("gemini-3.1-flash-lite-image", "Nano Banana 2 Lite", Kind.IMAGE, 65_536, 32_768),
        Model("gemini-3-pro-image", "Nano Banana Pro", Kind.IMAGE, 131_072, 32_768),
        Model("veo-3.1-generate-preview", "Veo 3.1", Kind.VEO, 480, 8_192),
        Model("veo-3.1-fast-generate-preview", "Veo 3.1 fast", Kind.VEO, 480, 8_192),
        Model("veo-3.1-lite-generate-preview", "Veo 3.1 lite", Kind.VEO, 480, 8_192),
        Model("veo-3.1-generate-001", "Veo 3.1", Kind.VEO, 480, 8_192),
        Model("gemini-omni-1.1-flash", "Gemini Omni 1.1 Flash", Kind.OMNI, 131_072, 65_536),
    )
}
ROUTED = {"gemini-3.7-flash": "gemini-3.8-flash", "gemini-3.5-flash": "gemini-3.6-flash", "gemini-flash-latest": "gemini-3.8-flash"}
"""Ids that another model answers for."""
RESTRICTED = re.compile(r"gemini-2\.5-(?!.*tts)")
"""Closed to projects that did not use them before."""
VOICES = (
    "Zephyr",
    "Puck",
    "Charon",
    "Kore",
    "Fenrir",
    "Leda",
    "Orus",
    "Aoede",
    "Callirrhoe",
    "Autonoe",
    "Enceladus",
    "Iapetus",
    "Umbriel",
    "Algieba",
    "Despina",
    "Erinome",
    "Algenib",
    "Rasalgethi",
    "Laomedeia",
    "Achernar",
    "Alnilam",
    "Schedar",
    "Gacrux",
    "Pulcherrima",
    "Achird",
    "Zubenelgenubi",
    "Vindemiatrix",
    "Sadachbia",
    "Sadaltager",
    "Sulafat",
)
"""The prebuilt voices' names."""
RATIOS = ("1:1", "2:3", "3:2", "3:4", "4:3", "4:5", "5:4", "9:16", "16:9", "21:9")
"""Of pictures."""
PICTURE_PIXELS = {"512": 512, "1K": 1024, "2K": 2048, "4K": 4096}
"""The side of a square picture of each size; other ratios have about as many pixels."""
FILM_LINES = {"360p": 360, "720p": 720, "1080p": 1080, "4k": 2160}
"""The short side of a film in each resolution."""


def picture_size(ratio: str, size: str) -> tuple[int, int]:
    """Width and height of a picture, in steps of 16: ``("16:9", "1K")`` -> ``(1360, 768)``."""
    side, (width, height) = PICTURE_PIXELS[size], map(int, ratio.split(":"))
    shape = width / height
    return round(side * shape**0.5 / 16) * 16, round(side / shape**0.5 / 16) * 16


def film_size(ratio: str, resolution: str) -> tuple[int, int]:
    """Width and height of a film: ``("9:16", "720p")`` -> ``(720, 1280)``."""
    short = FILM_LINES[resolution]
    return (short * 16 // 9, short) if ratio == "16:9" else (short, short * 16 // 9)
