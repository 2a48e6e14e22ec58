"""The storyboard times, casts and captions a script, the same way every time."""

from collections.abc import Mapping
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiwi.film.model import (
    LANDSCAPE,
    PORTRAIT,
    SQUARE,
    Asset,
    BulletsCard,
    ClosingCard,
    ComparisonCard,
    Form,
    IconsCard,
    Intent,
    Mood,
    NumberCard,
    QuoteCard,
    Scene,
    SceneRole,
    Script,
    Size,
    Spoken,
    StatementCard,
    StepsCard,
    Storyboard,
    TitleCard,
    VideoType,
    VoiceOver,
    Word,
)
from kiwi.local.storyboard.card_choice import STATEMENT_WORDS, Casting, Part, fill_card, fitting
from kiwi.local.storyboard.icon_choice import IconFinder
from kiwi.local.storyboard.shots import caption_line, icons_of, plan_storyboard

CONTRAST = "Instead of plastic cups we use porcelain."
ASSET = Asset(name="a/voice.wav", digest="0" * 64, size=1)


def speak(text: str, seconds_a_word: float = 0.34) -> VoiceOver:
    """A voice-over as even as a metronome, with 0.1 s of silence in front and 0.25 s behind."""
    words = tuple(
        Word(text=word, start=round(0.1 + n * seconds_a_word, 3), end=round(0.1 + (n + 0.9) * seconds_a_word, 3))
        for n, word in enumerate(text.split())
    )
    return VoiceOver(asset=ASSET, seconds=words[-1].end + 0.25, words=words)


def voices(script: Script) -> dict[str, VoiceOver]:
    return {scene.id: speak(scene.voice_over) for scene in script.scenes if scene.voice_over}


def scene(number: int, text: str, role: SceneRole = SceneRole.BODY, form: Form = Form.STATEMENT, **more: object) -> Scene:
    return Scene.model_validate(
        {"id": f"scene-{number}", "role": role, "title": f"Title Number {number}", "voice_over": text, "form": form} | more
    )


def an_intent(seconds: float = 30, size: Size = LANDSCAPE, video_type: VideoType = VideoType.EXPLAINER) -> Intent:
    return Intent(topic="solar power", video_type=video_type, seconds=seconds, size=size, mood=Mood.CALM, audience="teenagers")


SCRIPT = Script(
    title="How Solar Panels Work",
    scenes=(
        scene(1, "How do solar panels work?", SceneRole.OPENING, title="Light Becomes Power", keywords=("sun",)),
        scene(2, "A solar panel turns sunlight into electricity, without a sound.", keywords=("electricity",)),
        scene(3, "You need light, a cell and a wire.", form=Form.LIST, points=("Light", "A cell", "A wire")),
        scene(4, "First light hits the cell, then electrons move, and finally current flows.", form=Form.STEPS,
              points=("Light hits the cell", "Electrons move", "Current flows")),
        scene(5, "Modern panels save 40% of the cost.", form=Form.NUMBER, figure="40%", title="40% Of The Cost"),
        scene(6, "Old panels were heavy, but new panels are light.", form=Form.CONTRAST, points=("Old panels", "New panels")),
        scene(7, "“The sun never sends a bill,” says our engineer.", form=Form.QUOTE, figure="Our engineer"),
        scene(8, "Look up, and see for yourself.", SceneRole.CLOSING, figure="See for yourself"),
    ),
)  # fmt: skip


def plan(script: Script = SCRIPT, seconds: float = 45, size: Size = LANDSCAPE, fps: int = 30, **more: Storyboard) -> Storyboard:
    return plan_storyboard(script, voices(script), an_intent(seconds, size), fps, "night", **more)


texts = st.lists(
    st.sampled_from(["light", "sun", "panel,", "power.", "the", "of", "solar", "energy!", "electricity", "40%"]), min_size=1, max_size=24
)
bodies = st.tuples(texts.map(" ".join), st.sampled_from(Form), st.lists(st.sampled_from(["Light", "Power", "Solar energy"]), max_size=6))


def a_script(drawn: list[tuple[str, Form, list[str]]]) -> Script:
    scenes = [
        scene(n, text, SceneRole.OPENING if n == 1 else SceneRole.CLOSING if n == len(drawn) else SceneRole.BODY, form,
              points=points, figure="40%")
        for n, (text, form, points) in enumerate(drawn, start=1)
    ]  # fmt: skip
    return Script(title="Solar", scenes=tuple(scenes))


scripts = st.lists(bodies, min_size=2, max_size=9).map(a_script)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(scripts, st.integers(5, 90), st.sampled_from([24, 25, 30, 60]), st.sampled_from([LANDSCAPE, PORTRAIT, SQUARE]))
def test_every_script_gets_a_storyboard_that_keeps_the_rules(script: Script, seconds: int, fps: int, size: Size) -> None:
    spoken = voices(script)
    board = plan_storyboard(script, spoken, an_intent(seconds, size), fps, "night")
    assert [shot.scene_id for shot in board.shots] == [one.id for one in script.scenes]
    assert all(one.card.kind != other.card.kind for one, other in pairwise(board.shots))
    assert all(one.exit == other.entrance != "none" for one, other in pairwise(board.shots))
    assert (board.shots[0].entrance, board.shots[-1].exit) == ("none", "none")
    icons = [icon for shot in board.shots for icon in icons_of(shot)]
    assert len(icons) == len(set(icons))
    for shot in board.shots:
        shown = " ".join(word.text for caption in shot.captions for line in caption.lines for word in line)
        assert shown == " ".join(word.text for word in spoken[shot.scene_id].words)
        assert shot.captions[-1].end <= shot.frames
        assert all(len(" ".join(word.text for word in line)) <= caption_line(size) for one in shot.captions for line in one.lines)


def test_a_storyboard_is_the_same_every_time() -> None:
    assert plan() == plan()


@pytest.mark.parametrize("seconds", [36, 40, 45, 46.5])
@pytest.mark.parametrize("fps", [24, 25, 30, 60])
def test_the_film_is_as_long_as_asked_to_the_frame(seconds: float, fps: int) -> None:
    assert plan(seconds=seconds, fps=fps).frames == round(seconds * fps)


def test_speech_is_never_cut_however_short_the_film_should_be() -> None:
    for shot in plan(seconds=5).shots:
        assert shot.voice_starts + voices(SCRIPT)[shot.scene_id].seconds * 30 <= shot.frames


def test_words_are_shown_on_the_frame_where_they_are_spoken() -> None:
    for shot in plan().shots:
        spoken = [word for caption in shot.captions for line in caption.lines for word in line]
        for word, heard in zip(spoken, voices(SCRIPT)[shot.scene_id].words, strict=True):
            assert abs(word.start - (shot.voice_starts + heard.start * 30)) <= 0.5


def test_each_form_gets_a_card_made_for_it() -> None:
    cards = [shot.card for shot in plan().shots]
    kinds = (TitleCard, StatementCard, IconsCard, StepsCard, NumberCard, ComparisonCard, QuoteCard, ClosingCard)
    assert tuple(map(type, cards)) == kinds


def test_points_appear_as_they_are_spoken() -> None:
    shot = plan().shots[2]
    assert isinstance(shot.card, IconsCard)
    heard = voices(SCRIPT)["scene-3"].words
    starts = [shot.voice_starts + heard[n].start * 30 for n in (2, 3, 6)]
    for point, start in zip(shot.card.points, starts, strict=True):
        assert 1 <= start - point.cue <= 5


def test_labels_begin_with_a_capital_and_have_icons_of_their_own() -> None:
    listed = scene(2, "You need light, a battery and iPhone chargers.", form=Form.LIST, points=("light", "a battery", "iPhone chargers"))
    card = plan(Script(title="Solar", scenes=(SCRIPT.scenes[0], listed, SCRIPT.scenes[7]))).shots[1].card
    assert isinstance(card, IconsCard)
    assert [point.text for point in card.points] == ["Light", "A battery", "iPhone chargers"]
    assert card.points[1].icon.startswith("battery")


def test_the_number_stands_alone_and_its_label_does_not_repeat_it() -> None:
    card = plan().shots[4].card
    assert isinstance(card, NumberCard)
    assert (card.number, card.label) == ("40%", "of the cost")


def test_a_heading_that_denies_its_sentence_is_not_shown() -> None:
    assert fitting(scene(2, CONTRAST, title="Plastic Cups")) == ("comparison",)
    assert fitting(scene(2, "He was not an ill-disposed young man. " * 3, title="Disposed Young Man")) == ("statement",)
    assert fitting(scene(2, "Before you look it up, make a guess. " * 3, title="Before the Answer"))[0] == "spotlight"


def test_a_list_is_not_headed_by_one_of_its_own_points() -> None:
    points = ("Choose a sunny spot", "Dig a hole")
    listed = scene(2, "Choose a sunny spot. Dig a hole.", form=Form.STEPS, title="Choose a Sunny", points=points)
    card = fill_card("steps", Part(listed, (), 0, 80), Casting(SCRIPT, an_intent(), 30, IconFinder()))
    assert isinstance(card, StepsCard)
    assert card.heading == SCRIPT.title
    fair = listed.model_copy(update={"title": "Two Easy Steps"})
    assert (
        fill_card("steps", Part(fair, (), 0, 80), Casting(SCRIPT, an_intent(), 30, IconFinder())).model_dump()["heading"]
        == "Two Easy Steps"
    )


def test_so_many_out_of_so_many_are_shown_as_a_share() -> None:
    counted = scene(2, "9 out of 10 guests come back.", form=Form.NUMBER, title="Guests", figure="10")
    card = fill_card("number", Part(counted, (), 0, 80), Casting(SCRIPT, an_intent(), 30, IconFinder()))
    assert isinstance(card, NumberCard)
    assert (card.number, card.label) == ("9/10", "guests come back")


def test_how_something_works_is_no_matter_of_briefcases() -> None:
    board = plan(SCRIPT.model_copy(update={"title": "How Solar Panels Work"}))
    assert isinstance(board.shots[0].card, TitleCard)
    assert board.shots[0].card.icon not in {"", "briefcase"}


def test_a_contrast_within_a_sentence_is_compared_side_by_side() -> None:
    spoken = tuple(Spoken(text=text, start=10 * n, end=10 * n + 10) for n, text in enumerate(CONTRAST.split()))
    part = Part(scene(2, CONTRAST, title="Plastic Cups"), spoken, 0, 80)
    card = fill_card("comparison", part, Casting(SCRIPT, an_intent(), 30, IconFinder()))
    assert isinstance(card, ComparisonCard)
    assert (card.heading, card.left.heading, card.right.heading) == ("", "Plastic cups", "Porcelain")
    assert card.left.cue < card.right.cue


def test_a_quote_shows_what_is_between_the_marks() -> None:
    card = plan().shots[6].card
    assert isinstance(card, QuoteCard)
    assert " ".join(word.text for word in card.words) == "The sun never sends a bill"
    assert card.by == "Our engineer"


def test_the_title_card_names_film_and_hook() -> None:
    card = plan().shots[0].card
    assert isinstance(card, TitleCard)
    assert (card.headline, card.subline) == ("How Solar Panels Work", "Light Becomes Power")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Short and sweet.", "Short and sweet."),
        (
            "Every roof can be a power plant, and with a battery in the cellar it can even keep the lights on all night long.",
            "Every roof can be a power plant",
        ),
        (
            "Whenever the clouds that drift in from the western sea over the hills and the harbour open up for a while we win.",
            "Title Number 2",
        ),
    ],
)
def test_a_statement_shows_at_most_sixteen_words(text: str, shown: str) -> None:
    script = Script(title="Solar", scenes=(SCRIPT.scenes[0], scene(2, text), scene(3, "So there it is."), SCRIPT.scenes[7]))
    before = plan_with_kinds(script, {"scene-2": "statement"})
    assert " ".join(word.text for word in before.words) == shown
    assert len(before.words) <= STATEMENT_WORDS


def plan_with_kinds(script: Script, kinds: Mapping[str, str]) -> StatementCard:
    """The statement card of scene 2, whatever kind the storyboard would have chosen."""
    from kiwi.local.storyboard.card_choice import Casting, Part, fill_card
    from kiwi.local.storyboard.shots import spoken_frames

    one = script.scenes[1]
    part = Part(one, spoken_frames(speak(one.voice_over), 8, 30), 8, 200)
    card = fill_card(kinds[one.id], part, Casting(script, an_intent(), 30, IconFinder()))
    assert isinstance(card, StatementCard)
    return card


def test_lists_take_turns_between_cards() -> None:
    listed = [scene(n, "You need light, power and home.", form=Form.LIST, points=("Light", "Power", "Home")) for n in (2, 3, 4)]
    script = Script(title="Solar", scenes=(SCRIPT.scenes[0], *listed, SCRIPT.scenes[7]))
    kinds = [type(shot.card) for shot in plan(script).shots]
    assert kinds[1:4] in ([IconsCard, BulletsCard, IconsCard], [BulletsCard, IconsCard, BulletsCard])


def test_captions_stand_in_most_pictures_and_always_in_the_sidecars() -> None:
    board = plan()
    assert [shot.burn for shot in board.shots].count(False) <= len(board.shots) / 3
    assert not board.shots[1].burn
    assert all(shot.captions for shot in board.shots)


def test_a_silent_scene_has_a_shot_without_captions() -> None:
    script = Script(title="Solar", scenes=(SCRIPT.scenes[0], scene(2, ""), SCRIPT.scenes[7]))
    shot = plan(script, 12).shots[1]
    assert shot.captions == ()
    assert shot.frames >= 54


def test_a_new_voice_over_for_one_scene_leaves_all_other_shots_alone() -> None:
    before = plan()
    scenes = list(SCRIPT.scenes)
    scenes[1] = scenes[1].model_copy(update={"voice_over": "A panel turns the light of the sun into electricity, all day."})
    after = plan(SCRIPT.model_copy(update={"scenes": tuple(scenes)}), before=before)
    changed = [old.id for old, new in zip(before.shots, after.shots, strict=True) if old != new]
    assert changed == ["shot-2"]
    assert after.shots[1].burn is before.shots[1].burn or after.shots[1].card != before.shots[1].card
    assert after.frames == before.frames


def test_another_theme_or_rate_plans_everything_anew() -> None:
    before = plan()
    assert plan(fps=24, before=before) == plan(fps=24)


def test_shots_kept_from_before_give_way_when_the_film_would_miss_its_length() -> None:
    before = plan(seconds=45)
    assert plan(seconds=37, before=before).frames == 37 * 30


def test_a_number_that_nothing_names_has_no_card_of_its_own() -> None:
    ages = scene(2, "The oldest was 81, the youngest was six.", form=Form.NUMBER, title="", figure="81")
    assert "number" not in fitting(ages)
    raised = scene(2, "We raised £8,412 for the hospice garden.", form=Form.NUMBER, title="", figure="£8,412")
    assert fitting(raised) == ("number",)
