"""Briefs that order no film: greetings, invitations, comparisons, recipes, headed lists, stories asked for."""

from typing import Any

import pytest

from kiwi.film import PORTRAIT, Brief, Form, Intent, Mood, Script, VideoType
from kiwi.local.actions import is_call_to_action
from kiwi.local.occasions import facts_of, spoken
from kiwi.local.reader import read_intent
from kiwi.local.speech import speech_seconds
from kiwi.local.writer import write_script

READ: tuple[tuple[str, dict[str, Any]], ...] = (
    (
        "Happy 70th birthday grandma Rosa from all of us",
        {"topic": "Grandma Rosa", "video_type": VideoType.STORY, "sentences": ("Happy 70th birthday, Grandma Rosa!", "From all of us.")},
    ),
    (
        "Merry Christmas from the team at Nordlys Dental",
        {"sentences": ("Merry Christmas!", "From the team at Nordlys Dental."), "name": "", "seconds": 15},
    ),
    ("A 20 second video greeting: Happy New Year from Studio Nord", {"seconds": 20, "video_type": VideoType.STORY}),
    (
        "Birthday greetings to my grandmother Rosa who turns 80 and loves her garden",
        {
            "topic": "Grandmother Rosa",
            "video_type": VideoType.STORY,
            "sentences": ("Happy birthday, Grandmother Rosa!", "My grandmother Rosa turns 80 and loves her garden."),
        },
    ),
    ("A birthday message to Tom", {"topic": "Tom", "sentences": ("Happy birthday, Tom!",)}),
    (
        "Birthday wishes for my brother Tom, 6 seconds",
        {"topic": "Brother Tom", "seconds": 6, "sentences": ("Happy birthday, Brother Tom!",)},
    ),
    ("Get well wishes for my brother", {"sentences": ("Get well soon, dear brother!",), "mood": Mood.TENDER, "audience": ""}),
    ("birthday cards for sale at our shop", {"video_type": VideoType.PROMOTIONAL}),
    ("How did the Roman Empire fall?", {"topic": "how the Roman Empire fell", "video_type": VideoType.EXPLAINER}),
    ("Get well soon, Uncle Bob", {"topic": "Uncle Bob", "call_to_action": ""}),
    ("Compare electric cars and petrol cars", {"topic": "electric cars vs petrol cars", "video_type": VideoType.EXPLAINER}),
    ("compare cats with dogs for beginners", {"topic": "cats vs dogs", "audience": "beginners"}),
    ("iPhone vs Android, which is better for seniors?", {"topic": "iPhone vs Android", "audience": "seniors"}),
    ("What is the difference between a crocodile and an alligator?", {"topic": "the difference between a crocodile and an alligator"}),
    (
        "Invite our neighbours to the summer street party on Saturday 12 July at 4 pm. Bring a salad and a chair.",
        {
            "topic": "the summer street party",
            "audience": "our neighbours",
            "sentences": ("You’re invited to the summer street party on Saturday 12 July at 4 pm.", "Bring a salad and a chair."),
        },
    ),
    (
        "Birthday invitation for Leo who turns 6 on Sunday at 3 pm",
        {"topic": "Leo’s birthday", "sentences": ("You’re invited to Leo’s birthday.", "Leo turns 6 on Sunday at 3 pm.")},
    ),
    ("Remind everyone that the office is closed on Monday", {"sentences": ("The office is closed on Monday.",)}),
    (
        "Recipe for banana pancakes, vertical: mash 2 ripe bananas, whisk in 3 eggs, fry in butter for 2 minutes on each side",
        {
            "topic": "how to make banana pancakes",
            "size": PORTRAIT,
            "video_type": VideoType.TUTORIAL,
            "sentences": ("Mash 2 ripe bananas.", "Whisk in 3 eggs.", "Fry in butter for 2 minutes on each side."),
        },
    ),
    (
        "How to tie a bow tie in 5 steps: put it round your neck, cross the long end over, pull it tight",
        {"topic": "how to tie a bow tie", "sentences": ("Put it round your neck.", "Cross the long end over.", "Pull it tight.")},
    ),
    (
        "Three facts about octopuses: they have three hearts, they have blue blood and they can taste with their arms",
        {
            "topic": "octopuses",
            "sentences": ("They have three hearts.", "They have blue blood.", "They can taste with their arms."),
        },
    ),
    (
        "Our team in numbers: 42 people, 9 countries, 17 languages",
        {"topic": "our team in numbers", "sentences": ("Our team in numbers: 42 people, 9 countries and 17 languages.",)},
    ),
    (
        "Our 2025 sustainability report: emissions fell 18 percent to 42,000 tonnes. 73% of our energy is renewable.",
        {"topic": "our 2025 sustainability report", "video_type": VideoType.NEWS},
    ),
    (
        "Tell the story of how I quit my job as a lawyer in 2019, moved to Portugal with two suitcases and now sell cheese in Lisbon.",
        {
            "video_type": VideoType.STORY,
            "name": "",
            "sentences": (
                "I quit my job as a lawyer in 2019.",
                "I moved to Portugal with two suitcases.",
                "Now I sell cheese in Lisbon.",
            ),
        },
    ),
    (
        "Open day at Greenfield Primary School on Friday 3 May from 9 to 12",
        {
            "topic": "open day at Greenfield Primary School",
            "sentences": ("Open day at Greenfield Primary School on Friday 3 May from 9 to 12.",),
        },
    ),
    (
        "Sell my old Toyota Corolla 2014, 98,000 km, one owner, 6,500 euros",
        {
            "topic": "my old Toyota Corolla 2014",
            "sentences": ("My old Toyota Corolla 2014, 98,000 km, one owner, 6,500 euros.",),
        },
    ),
    (
        "Explain the water cycle: evaporation, condensation, precipitation and collection",
        {"topic": "the water cycle", "key_points": ("evaporation", "condensation", "precipitation", "collection")},
    ),
    ("5 reasons to visit Portugal", {"topic": "Portugal"}),
    (
        "Invite people to visit our new showroom",
        {"topic": "our new showroom", "sentences": ("You’re invited to visit our new showroom.",)},
    ),
    ("Happy New Year 2027 to all our customers from Kiwi Ltd", {"video_type": VideoType.STORY, "mood": Mood.HAPPY}),
    ("Top 5 tips for saving energy at home", {"topic": "saving energy at home"}),
    ("Travel guide to Kyoto in autumn", {"topic": "Kyoto in autumn"}),
    ("A bedtime story about a fox who can't sleep", {"mood": Mood.TENDER, "video_type": VideoType.STORY}),
    ("Tell me a bedtime story about the bear and the bee", {"topic": "the bear and the bee"}),
    ("“The only way out is through.” Robert Frost", {"name": "Robert Frost", "video_type": VideoType.QUOTE}),
    (
        "A lesson about how volcanoes erupt. Magma rises because it is lighter than the rock around it.",
        {"video_type": VideoType.EXPLAINER},
    ),
    (
        "I was born in a small town in Ohio. My mother worked nights at the diner. Today I run three restaurants.",
        {"topic": "my story", "video_type": VideoType.STORY},
    ),
)


def read(words: str) -> Intent:
    """What a brief of these words asks for."""
    return read_intent(words, Brief(words=words))


def written(words: str) -> Script:
    """The script for a brief of these words."""
    return write_script(read(words))


def said(script: Script) -> str:
    """All that a film says."""
    return " ".join(scene.voice_over for scene in script.scenes)


@pytest.mark.parametrize(("words", "expected"), READ, ids=lambda value: value[:40] if isinstance(value, str) else "")
def test_a_brief_that_orders_no_film_is_understood(words: str, expected: dict[str, Any]) -> None:
    intent = read(words)
    assert {name: getattr(intent, name) for name in expected} == expected


def test_what_the_council_hears_of_shop_owners_asks_nobody_to_shop() -> None:
    assert not is_call_to_action("Shop owners fear they will lose customers.")
    assert not is_call_to_action("Call centres closed early.")
    assert is_call_to_action("Shop our summer sale.")
    assert is_call_to_action("Book a table.")


def test_a_greeting_ends_with_its_sender() -> None:
    script = written("Happy 70th birthday grandma Rosa from all of us")
    assert script.scenes[0].voice_over == "Happy 70th birthday, Grandma Rosa!"
    assert script.scenes[-1].voice_over == "From all of us."


def test_a_bedtime_story_is_told_of_its_hero_and_ends_with_good_night() -> None:
    script = written("A bedtime story about a little hedgehog who is afraid of the dark")
    assert script.scenes[0].voice_over == "Once upon a time, there was a little hedgehog who was afraid of the dark."
    assert script.scenes[-1].voice_over == "Good night, little hedgehog. Sleep well."
    assert "the little hedgehog" in said(script)


def test_a_made_up_story_is_about_its_hero_and_one_that_happened_is_not_made_up() -> None:
    assert "the lighthouse keeper" in said(written("Tell a story about a lighthouse keeper who finds a message in a bottle"))
    assert "Once" not in said(written("Tell the story of my grandmother's bakery"))
    assert "the nurse" not in said(written("A story about a day in the life of a nurse"))


def test_two_sides_are_compared_by_name() -> None:
    script = written("Compare electric cars and petrol cars")
    assert any(scene.form is Form.CONTRAST and scene.points == ("electric cars", "petrol cars") for scene in script.scenes)
    assert "compare electric" not in said(script).lower()


def test_an_invitation_says_when_and_where_and_hopes_to_see_you() -> None:
    script = written("Invite our neighbours to the street party on Saturday 12 July at 4 pm on Elm Street.")
    assert "Saturday 12 July at 4 pm on Elm Street" in said(script)
    assert script.scenes[-1].voice_over == "We hope to see you there."


def test_a_date_is_repeated_whole() -> None:
    script = written("Open day at Greenfield Primary School on Friday 3 May from 9 to 12")
    assert "On Friday 3 May from 9 to 12" in [scene.title for scene in script.scenes]


def test_headings_end_where_a_phrase_does_and_units_stay_small() -> None:
    script = written("A lesson about volcanoes. Magma is lighter than the rock around it. Gas bubbles form as the pressure drops.")
    assert not any(scene.title.endswith((" Around", " Pressure")) for scene in script.scenes)
    recipe = written("Recipe for oat pancakes: mash 2 bananas, add 50 g of oats and a pinch of cinnamon, fry in butter")
    assert any("50 g" in scene.title for scene in recipe.scenes)


def test_names_stay_one_sentence_and_steps_become_several() -> None:
    assert spoken("truffle pasta, burrata pizza, tiramisu") == ["Truffle pasta, burrata pizza and tiramisu."]
    assert spoken("mash it, fry it, eat it", steps=True) == ["Mash it.", "Fry it.", "Eat it."]
    assert spoken("revenue up 12%, churn down to 2.1%, 340 new customers") == [
        "Revenue up 12%.",
        "Churn down to 2.1%.",
        "340 new customers.",
    ]


def test_a_short_topic_keeps_its_date() -> None:
    assert facts_of("our company picnic on June 5th") == ("our company picnic on June 5th", "")


def test_a_long_first_sentence_does_not_stand_under_the_title_for_half_the_film() -> None:
    script = written(
        "News: The city council of Bergen voted 41 to 26 on Tuesday to close the harbour road to cars from May 2027. "
        "Ferries will run every ten minutes instead. Shop owners fear they will lose customers."
    )
    assert "voted 41 to 26" not in script.scenes[0].voice_over
    assert "voted 41 to 26" in script.scenes[1].voice_over


def test_who_tells_their_own_story_begins_it_with_the_first_sentence() -> None:
    script = written("Tell the story of how I quit my job as a lawyer in 2019, moved to Portugal and learned to make cheese.")
    assert script.scenes[0].voice_over == "I quit my job as a lawyer in 2019."
    assert said(script).count("lawyer") == 1


def test_a_typed_brief_in_another_language_is_a_short_film_without_english_words() -> None:
    intent = read("Erkläre, wie ein Kühlschrank funktioniert")
    script = write_script(intent)
    assert intent.topic == "Erkläre, wie ein Kühlschrank funktioniert"
    assert intent.seconds == 10
    assert len(script.scenes) == 2
    assert "Take" not in said(script)
    bakery = read("Wir sind eine kleine Bäckerei in Köln am Rhein. Unser Brot ist aus Dinkel. Kommen Sie vorbei.")
    assert bakery.topic == "Wir sind eine kleine Bäckerei"


def test_a_list_is_headed_by_what_stands_before_its_colon() -> None:
    script = written("New menu at Trattoria Bella: truffle pasta, burrata pizza and tiramisu")
    assert next(scene.title for scene in script.scenes if scene.form is Form.LIST) == "New Menu"


@pytest.mark.parametrize(
    ("words", "question"),
    [
        ("Explain to ten year olds why the sea is salty", "Why is the sea salty?"),
        ("Why did Rome burn down? Make it 40 seconds", "Why did Rome burn down?"),
        ("How did the Roman Empire fall?", "How did the Roman Empire fall?"),
        ("Make a video about why we sleep", "Why do we sleep?"),
    ],
)
def test_what_only_knowledge_answers_is_asked_and_never_made_up(words: str, question: str) -> None:
    intent = read_intent(words, Brief(words=words))
    first, *others = [scene.voice_over for scene in write_script(intent).scenes]
    assert first == question
    assert intent.topic in others[-1]
    noun = intent.topic.split()[2] if " the " in f" {intent.topic} " else intent.topic.split()[1]
    assert not [said for said in others[:-1] if noun in said.split()]


def test_reasons_for_a_deed_are_still_told_of_the_deed() -> None:
    words = "Why people should adopt older cats"
    assert "cats" in " ".join(scene.voice_over for scene in write_script(read_intent(words, Brief(words=words))).scenes[1:-1])


@pytest.mark.parametrize("seconds", [7, 8, 9])
@pytest.mark.parametrize("words", ["Explain how bees fly", "coffee", "why cats purr"])
def test_a_film_of_a_few_seconds_is_not_mostly_silent(words: str, seconds: int) -> None:
    script = write_script(read_intent(words, Brief(words=words, seconds=seconds)))
    assert sum(speech_seconds(scene.voice_over) for scene in script.scenes) >= 0.43 * seconds


def test_how_a_thing_is_made_is_a_process_and_how_it_ended_a_question() -> None:
    made, ended = (write_script(read_intent(words, Brief(words=words))) for words in ("how tea is made", "how the Roman Empire fell"))
    assert "in order" in made.scenes[-1].voice_over or "from start to finish" in made.scenes[-1].voice_over
    assert "how the Roman Empire fell" in ended.scenes[-1].voice_over


def test_what_the_client_says_in_a_few_seconds_gets_no_filler() -> None:
    words = "Explain that our meeting is at three. 6 seconds"
    said = " ".join(scene.voice_over for scene in write_script(read_intent(words, Brief(words=words))).scenes)
    assert "Our meeting is at three." in said
    assert not [filler for filler in ("Look closely", "Take a guess") if filler in said]
