"""The menu of providers: who can be hired beside the embedded crew; one vendor a file, one line a vendor."""

from typing import NamedTuple


class Entry(NamedTuple):
    """A vendor on the menu."""

    name: str
    """The camera's or narrator's, as it stands in KIWI_CAMERAS, KIWI_NARRATORS and the catalogue."""
    opener: str
    """``module:function``, imported when the vendor has a key: opens it for one event loop by key, base URL and clock."""
    account: str
    """Whose key and address it uses: the settings ``<account>_key`` and ``<account>_base_url``."""


CAMERAS = (
    Entry("runway", "kiwi.providers.vendors.runway:open_runway", "runway"),
    Entry("pika", "kiwi.providers.vendors.pika:open_pika", "fal"),
    Entry("pika-direct", "kiwi.providers.vendors.pika_direct:open_pika_direct", "pika"),
    Entry("omni", "kiwi.providers.vendors.omni:open_omni", "gemini"),
    Entry("veo", "kiwi.providers.vendors.veo:open_veo", "gemini"),
    Entry("gemini-image", "kiwi.providers.vendors.gemini_image:open_gemini_image", "gemini"),
    Entry("pexels", "kiwi.providers.vendors.pexels:open_pexels", "pexels"),
    Entry("pixabay", "kiwi.providers.vendors.pixabay:open_pixabay", "pixabay"),
)

NARRATORS = (
    Entry("elevenlabs", "kiwi.providers.vendors.elevenlabs:open_elevenlabs", "elevenlabs"),
    Entry("gemini", "kiwi.providers.vendors.gemini_voice:open_gemini_voice", "gemini"),
)
