import numpy as np
import pytest
from py_phosphor_icons import all_icons, exists

from kiwi.local.storyboard.icon_choice import IconFinder
from kiwi.render.look.icon_topics import TOPICS
from kiwi.render.look.icons import FALLBACKS, forms_of, icon_picture

EXPECTED = {
    "technology": "cpu", "ai": "brain", "robots": "robot", "internet": "globe", "phone": "device-mobile", "coding": "code",
    "money": "money", "savings": "piggy-bank", "investing": "chart-line-up", "taxes": "calculator", "discount": "seal-percent",
    "business": "briefcase", "marketing": "megaphone", "growth": "trend-up", "success": "trophy", "goals": "target",
    "idea": "lightbulb", "question": "question", "future": "rocket-launch", "history": "hourglass", "time": "clock",
    "calendar": "calendar", "speed": "lightning", "electricity": "lightning", "solar": "solar-panel", "sunlight": "sun",
    "wind": "wind", "recycling": "recycle", "environment": "globe-hemisphere-west", "ocean": "waves", "trees": "tree",
    "mountains": "mountains", "dogs": "dog", "birds": "bird", "farming": "tractor", "food": "fork-knife", "bakery": "bread",
    "cakes": "cake", "coffee": "coffee", "pizza": "pizza", "vegetables": "carrot", "health": "heartbeat", "doctors": "stethoscope",
    "vaccines": "pill", "fitness": "barbell", "meditation": "flower-lotus", "family": "users-three", "friends": "handshake",
    "community": "users-four", "team": "users-three", "chatting": "chats-circle", "email": "envelope", "music": "music-notes",
    "camera": "camera", "film": "film-slate", "party": "confetti", "gifts": "gift", "painting": "palette", "writing": "pen-nib",
    "books": "books", "school": "graduation-cap", "teachers": "chalkboard-teacher", "travel": "airplane-tilt", "trains": "train",
    "bicycle": "bicycle", "map": "map-pin", "house": "house", "shop": "storefront", "shopping": "shopping-cart", "clothes": "t-shirt",
    "safety": "shield-check", "privacy": "lock-key", "password": "key", "danger": "warning", "law": "scales", "space": "planet",
    "science": "flask", "umbrella": "umbrella", "anchor": "anchor", "guitars": "guitar", "laptops": "laptop",
}  # fmt: skip


@pytest.mark.parametrize(("keyword", "icon"), EXPECTED.items())
def test_a_keyword_gets_the_icon_a_viewer_expects(keyword: str, icon: str) -> None:
    assert IconFinder().choose(keyword) == icon


def test_no_icon_comes_twice_however_many_are_asked_for() -> None:
    icons = IconFinder()
    chosen = [icons.choose(keyword) for keyword in list(EXPECTED) * 2]
    assert len(set(chosen)) == len(chosen)
    assert all(exists(name, "duotone") for name in chosen)


def test_without_any_match_the_icon_is_neutral_and_still_never_repeats() -> None:
    icons = IconFinder()
    assert tuple(icons.choose("zzyzx qwrtp") for _ in FALLBACKS) == tuple(FALLBACKS)


def test_a_taken_icon_gives_way_to_another_that_shows_the_same() -> None:
    icons = IconFinder()
    assert (icons.choose("coffee"), icons.choose("coffee")) == ("coffee", "coffee-bean")


def test_phrases_and_other_cases_are_understood() -> None:
    assert IconFinder().choose("Solar Panel") == "solar-panel"
    assert IconFinder().choose("Baking.") == "bread"


@pytest.mark.parametrize("keyword", ["apple", "square", "windows", "notion", "medium", "steam", "stripe", "meta", "slack", "x"])
def test_everyday_words_never_bring_a_brand(keyword: str) -> None:
    assert "logo" not in IconFinder().choose(keyword)


def test_no_topic_names_an_icon_that_does_not_exist() -> None:
    names = {icon.name for icon in all_icons()}
    assert {icon for icons in TOPICS.values() for icon in icons} | set(FALLBACKS) <= names


def test_word_forms_reach_their_stem() -> None:
    for word, stem in [
        ("batteries", "battery"),
        ("baking", "bake"),
        ("running", "run"),
        ("shelves", "shelf"),
        ("boxes", "box"),
        ("bakers", "bak"),
    ]:
        assert stem in tuple(forms_of(word))


def test_a_picture_has_both_tones_premultiplied_within_its_square() -> None:
    pixels = icon_picture("brain", 120, "duotone", 0xFFFFFFFF, 0xFF0000FF).toarray()
    assert pixels.shape == (120, 120, 4)
    solid = pixels[pixels[..., 3] == 255][:, :3]
    tones = {tuple(int(channel) for channel in tone) for tone in np.unique(solid, axis=0)}
    assert (255, 255, 255) in tones
    assert (255, 0, 0) in tones or (0, 0, 255) in tones
    assert pixels[0].max() == 0


def test_a_translucent_second_tone_stays_translucent() -> None:
    pixels = icon_picture("house", 96, "duotone", 0xFFFFFFFF, 0x40FFFFFF).toarray()
    assert np.mean((pixels[..., 3] > 50) & (pixels[..., 3] < 80)) > 0.02


def test_an_unknown_icon_is_an_error() -> None:
    with pytest.raises(FileNotFoundError):
        icon_picture("no-such-icon", 64, "duotone", 0xFFFFFFFF, 0xFFFFFFFF)
