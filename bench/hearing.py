"""What the ear's doubts are worth: briefs with rare words and made-up names, spoken by our narrator in good and bad rooms, heard again.

    python -m bench.hearing [--recordings FOLDER] [--conditions clean,room,telephone,babble] [--every 1] [--hints] [--json]

Each brief is spoken once under each condition. ``--recordings``: instead, real ones, each ``NAME.wav`` (or .flac, .ogg, .mp3) with its
words in ``NAME.txt``; our narrator's voice is easier than people's. ``--hints``: the names of a brief that no lexicon has are typed
beside its recording. A right word that was changed is the worst that can happen, so each is printed.
"""

import argparse
import json
import re
import tempfile
import time
import wave
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import jiwer
import numpy as np
from numpy.typing import NDArray
from scipy.signal import butter, oaconvolve, sosfiltfilt  # type: ignore[import-untyped]

from kiwi.errors import BadBrief
from kiwi.film.job_inputs import ListenInput, NarrateInput
from kiwi.film.model import Heard
from kiwi.local.hear import whisper
from kiwi.local.hear.doubts import core
from kiwi.local.hear.known_words import knows
from kiwi.local.hear.recording import HEARING_RATE, decode
from kiwi.local.speak.hibari import narrate
from kiwi.storage import models

Sound = NDArray[np.float32]

SPEEDS = (0.9, 1.0, 1.2)
NOISE_DB = {"room": 10.0, "telephone": 15.0, "babble": 8.0}
"""How much louder the voice is than the noise."""
ECHO_SECONDS = 0.45
"""Until a small room's echo has died away by 60 dB."""
BRIEFS = (
    "Our bakery on Mill Lane has fresh croissants and pastries this Saturday.",
    "We are opening this Saturday at nine with free espresso for everybody.",
    "Promote Bloom and Vale, our little florist, with hydrangeas, peonies and eucalyptus.",
    "A twenty second film about kombucha, the fizzy fermented tea.",
    "Tell people that Zentrik headphones last forty hours on one charge.",
    "Invite the neighbours to a barbecue with bratwurst, halloumi and potato salad.",
    "Explain how photosynthesis turns sunlight into sugar.",
    "Half a minute on why hummingbirds can hover, upbeat please.",
    "Announce that Kavella Yoga starts a beginners' course in Harrogate on Monday.",
    "Sell my mountain bike, a Specialized with hydraulic brakes and new tyres.",
    "Say that Dr. Nkemelu now sees patients on Thursday evenings.",
    "A video for our creperie: buckwheat galettes with gruyere and mushrooms.",
    "Three reasons to visit Ljubljana in spring.",
    "Make an advert for Tobermory Whisky Tours, two hours, tasting included.",
    "Congratulate Siobhan and Matteo on their wedding in Tuscany.",
    "Our veterinary clinic now vaccinates rabbits and ferrets as well.",
    "Tell the story of the lighthouse keeper who befriended a cormorant.",
    "Explain cryptocurrency wallets to pensioners without jargon.",
    "We repair accordions, harpsichords and old gramophones in our workshop.",
    "A calm film about mindfulness, breathing and a good night's sleep.",
    "The museum shows ammonites, trilobites and a complete ichthyosaur.",
    "Please promote our quiche, our ratatouille and our lemon meringue pie.",
    "Welcome to Ferncroft Nursery, where toddlers paint, sing and dig for worms.",
    "Advertise Quillmark notebooks, made of recycled cotton in Porto.",
    "A short film about the physiotherapist who treats our football team.",
    "Say that the choir rehearses Monteverdi every Wednesday at seven.",
    "We sell wheelbarrows, trellises and terracotta pots at half price this weekend.",
    "Explain what a mortgage broker does for first time buyers.",
    "Thank the volunteers of the hedgehog rescue for a marvellous year.",
    "Introduce Oluwaseun, our new head of engineering, who joins us from Nairobi.",
    "The rhubarb crumble is back on the menu from Tuesday on.",
    "Promote a ceramics workshop where you glaze your own teapot.",
    "A minute about how vaccines train the immune system, for parents.",
    "Let people know that Brackenbury Opticians fit contact lenses in a day.",
    "Remind everyone that the deadline for the questionnaire is Friday at noon.",
    "Film about my grandmother's pierogi, filled with sauerkraut and mushrooms.",
    "Announce the grand reopening of the Alhambra cinema with a silent film and a pianist.",
    "Why do flamingos stand on one leg? Thirty seconds, playful.",
    "The orchard has quinces, damsons and greengages to pick yourself.",
    "Invite teenagers to our robotics club, no experience needed.",
    "Advertise Lumora candles, hand poured from beeswax and lavender.",
    "A film that tells renters why contents insurance is worth it.",
    "Our sommelier recommends a dry Riesling with the trout.",
    "Say hello to Pemberton Plumbing, no call-out charge, day or night.",
    "How does a heat pump warm a house in winter?",
    "Promote our archaeology walk along Hadrian's Wall with a picnic.",
    "Tell customers that Voltaro scooters now come with a bigger battery.",
    "The kindergarten looks for somebody who plays the ukulele.",
    "We have got gluten free scones, flapjacks and a vegan brownie.",
    "Explain the difference between a cappuccino and a macchiato.",
    "Announce the birth of Persephone, seven pounds, on the ninth of May.",
    "The upholsterer on Chancery Road reupholsters sofas and chaises longues.",
    "A news report about the asteroid that passed the earth last night.",
    "Persuade commuters to leave the car and take the tram.",
    "Please make it clear that the ophthalmologist has moved to Wexford Street.",
    "Celebrate ten years of Haddock and Thyme, the fish restaurant by the pier.",
    "A tutorial on how to prune wisteria without losing the blossom.",
    "Our hostel in Reykjavik has saunas, bunk beds and the northern lights.",
    "Promote the chrysanthemum show at the botanical garden, free for children.",
    "Say that Yusuf's shawarma stand is open until midnight.",
    "Explain inflation with a basket of groceries, simply and slowly.",
    "The plasterer, the electrician and the roofer come on Monday.",
    "Advertise our kayak hire on Loch Lomond, life jackets included.",
    "Tell investors that Marzanni Foods grew by twelve percent this quarter.",
    "A bedtime story about a narcoleptic dragon and an impatient princess.",
    "Remember to mention guacamole, tortillas and the mariachi band.",
    "We teach Portuguese, Swahili and Mandarin in small groups.",
    "Introduce the Wobblekins, three puppets who explain feelings.",
    "The choreographer turned a warehouse into a stage for flamenco.",
    "Farewell to Mr. Abernathy, who taught chemistry for thirty years.",
)


@dataclass(frozen=True)
class Clip:
    """A recording at 16 kHz and the words that are said in it."""

    name: str
    words: str
    sound: Sound


def spoken(every: int) -> Iterator[Clip]:
    """The briefs, by our narrator, one after another a little slower or quicker."""
    for number, words in enumerate(BRIEFS[::every]):
        with tempfile.TemporaryDirectory() as folder:
            narrate(NarrateInput(text=words, speed=SPEEDS[number % len(SPEEDS)]), Path(folder), lambda _: None)
            yield Clip(f"brief {number}", words, decode(Path(folder) / "voice.wav"))


def recorded(folder: Path, every: int) -> Iterator[Clip]:
    """Somebody's recordings with their words beside them."""
    texts = sorted(folder.glob("*.txt"))[::every]
    for text in texts:
        sounds = [path for path in folder.glob(f"{text.stem}.*") if path.suffix in {".wav", ".flac", ".ogg", ".mp3"}]
        for sound in sounds[:1]:
            yield Clip(text.stem, text.read_text(encoding="utf-8").strip(), decode(sound))


def disturbed(clip: Clip, condition: str, others: list[Sound], chance: np.random.Generator) -> Sound:
    """The recording as it sounds in a bad room, over a telephone, or among people who talk."""
    sound = clip.sound
    if condition == "clean":
        return sound
    if condition == "telephone":
        sound = sosfiltfilt(butter(4, [250, 3_600], "bandpass", fs=HEARING_RATE, output="sos"), sound).astype(np.float32)
    if condition == "room":
        samples = round(ECHO_SECONDS * HEARING_RATE)
        echo = chance.standard_normal(samples) * 10 ** (-3 * np.arange(samples) / samples)
        echo *= 0.35 / np.sqrt(np.square(echo).sum())
        echo[0] = 1.0
        sound = oaconvolve(sound, echo)[: len(sound)].astype(np.float32)
    noise = chance.standard_normal(len(sound)).astype(np.float32)
    if condition == "babble" and others:
        voices = [np.resize(np.roll(other, int(chance.integers(len(other)))), len(sound)) for other in others]
        noise = np.sum([voice / level(voice) for voice in voices], axis=0)
    return (sound + noise / level(noise) * level(sound) * 10 ** (-NOISE_DB[condition] / 20)).astype(np.float32)


def level(sound: Sound) -> float:
    """Root mean square."""
    return float(np.sqrt(np.square(sound).mean())) + 1e-9


def hear(sound: Sound, hints: str) -> Heard:
    """What the embedded ear makes of it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "brief.wav"
        with wave.open(str(path), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(HEARING_RATE)
            file.writeframes((np.clip(sound / max(1.0, float(np.abs(sound).max())), -1, 1) * 32_767).astype("<i2").tobytes())
        return whisper.listen(ListenInput(recording=str(path), hints=hints), Path(folder), lambda _: None)


def plain(text: str) -> list[str]:
    """Words as they are compared."""
    return re.sub(r"[^\w' ]", " ", text.lower().replace("’", "'").replace("-", " ")).split()


def tally(clip: Clip, heard: Heard) -> Iterator[tuple[str, int]]:
    """What is counted of one recording."""
    said = plain(clip.words)
    yield "words", len(said)
    for name, text in (("errors as heard", heard.shown), ("errors in the film", heard.words)):
        measured = jiwer.process_words(" ".join(said), " ".join(plain(text)) or "-")
        yield name, measured.substitutions + measured.deletions + measured.insertions
    for was, used in heard.repaired:
        right_before = all(word in said for word in plain(was))
        right_now = all(word in said for word in plain(used))
        verdict = "rightly mended" if right_now and not right_before else "right word changed" if right_before else "changed in vain"
        print(f"  {verdict}: {was} → {used}   ({clip.words})", flush=True)
        yield verdict, 1
    for word in heard.doubtful:
        yield "doubted, rightly" if not set(plain(word)) <= set(said) else "doubted, though right", 1


def measure(clips: list[Clip], conditions: list[str], hinted: bool) -> dict[str, Counter[str]]:
    """Counts for each condition."""
    chance = np.random.default_rng(1)
    others = [np.concatenate([clip.sound for clip in clips[start::5]]) for start in range(5)]
    counts: dict[str, Counter[str]] = {}
    for condition in conditions:
        counted = counts.setdefault(condition, Counter())
        for clip in clips:
            names = [core(word) for word in clip.words.split() if not knows(core(word))]
            began = time.process_time()
            try:
                heard = hear(disturbed(clip, condition, others, chance), "\n".join(names) if hinted else "")
            except BadBrief:
                counted["refused"] += 1
                continue
            counted["ms of processor"] += round(1_000 * (time.process_time() - began))
            counted["ms heard"] += round(1_000 * heard.seconds)
            for name, count in tally(clip, heard):
                counted[name] += count
    return counts


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--recordings", type=Path)
    parser.add_argument("--conditions", default="clean,room")
    parser.add_argument("--every", type=int, default=1, help="only every so many recordings")
    parser.add_argument("--hints", action="store_true")
    parser.add_argument("--models", type=Path, help="a folder that keeps the listening model between runs")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        models.use_folder(asked.models or Path(folder))
        clips = [*(recorded(asked.recordings, asked.every) if asked.recordings else spoken(asked.every))]
        counts = measure(clips, asked.conditions.split(","), asked.hints)
    if asked.json:
        print(json.dumps(counts))
        return
    for condition, counted in counts.items():
        print(f"\n{condition}")
        for name, count in counted.items():
            print(f"  {name:<24} {count:>7,}")


if __name__ == "__main__":
    main()
