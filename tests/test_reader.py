"""The reader understands briefs as people type and say them."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiwi.errors import BadBrief
from kiwi.film import LANDSCAPE, PORTRAIT, SQUARE, Brief, Mood, VideoType
from kiwi.local.reader import read_intent

PROMO, EXPLAINER, STORY = VideoType.PROMOTIONAL, VideoType.EXPLAINER, VideoType.STORY
NEWS, TUTORIAL, QUOTE = VideoType.NEWS, VideoType.TUTORIAL, VideoType.QUOTE

CORPUS: tuple[tuple[str, dict[str, Any]], ...] = (
    # one order
    (
        "Make a thirty second promotional video about AI technology",
        {"topic": "AI technology", "video_type": PROMO, "seconds": 30, "size": LANDSCAPE},
    ),
    (
        "Explain how solar panels work in 45 seconds, vertical, for teenagers",
        {"topic": "how solar panels work", "video_type": EXPLAINER, "seconds": 45, "size": PORTRAIT, "audience": "teenagers"},
    ),
    (
        "Create a vertical 1:30 tutorial on how to tie a tie for beginners with upbeat music",
        {
            "topic": "how to tie a tie",
            "video_type": TUTORIAL,
            "seconds": 90,
            "size": PORTRAIT,
            "audience": "beginners",
            "mood": Mood.ENERGETIC,
        },
    ),
    (
        "I want a calm, minute-and-a-half documentary about the 7-minute workout for busy parents",
        {"topic": "the 7-minute workout", "seconds": 90, "audience": "busy parents", "mood": Mood.CALM},
    ),
    ("Make a video about how TikTok works", {"topic": "how TikTok works", "size": LANDSCAPE, "video_type": EXPLAINER}),
    (
        "Make a square Instagram post about our summer sale, 15 seconds",
        {"topic": "our summer sale", "size": SQUARE, "seconds": 15, "video_type": PROMO},
    ),
    ("Explain blockchain to my grandmother in two minutes", {"topic": "blockchain", "audience": "my grandmother", "seconds": 120}),
    ("Give me a widescreen YouTube video about Times Square", {"topic": "Times Square", "size": LANDSCAPE}),
    (
        "Make an ad for small business owners about our tax app",
        {"topic": "our tax app", "audience": "small business owners", "video_type": PROMO},
    ),
    (
        "Make a video for teenagers who love chess about openings, make it fun",
        {"topic": "openings", "audience": "teenagers who love chess", "mood": Mood.HAPPY},
    ),
    (
        "Tell the story of my grandmother's bakery in a minute and a half, nostalgic.",
        {"topic": "my grandmother's bakery", "video_type": STORY, "seconds": 90, "mood": Mood.NOSTALGIC},
    ),
    ("Teach kids how to brush their teeth", {"topic": "how to brush their teeth", "audience": "kids", "video_type": TUTORIAL}),
    ("make a one minute video on cooking eggs in 10 minutes", {"topic": "cooking eggs in 10 minutes", "seconds": 60}),
    (
        "30-second reel for Instagram promoting yoga for beginners",
        {"topic": "yoga", "seconds": 30, "size": PORTRAIT, "audience": "beginners", "video_type": PROMO},
    ),
    (
        "Create a fun, upbeat, 20-second vertical video for Reels about pumpkin spice season",
        {"topic": "pumpkin spice season", "seconds": 20, "size": PORTRAIT},
    ),
    ("Explain the 90s music scene", {"topic": "the 90s music scene", "seconds": 30}),
    ("Make a 10 minute video about the ocean for kids", {"topic": "the ocean", "seconds": 600, "audience": "kids"}),
    ("Create a 5 second video about love", {"topic": "love", "seconds": 5}),
    (
        "Create a 2-minute documentary about the history of the bicycle for cycling enthusiasts, calm tone",
        {"topic": "the history of the bicycle", "seconds": 120, "audience": "cycling enthusiasts", "mood": Mood.CALM},
    ),
    ("Explain compound interest to teenagers in sixty seconds", {"topic": "compound interest", "seconds": 60, "audience": "teenagers"}),
    (
        "Make a three minute explainer on how vaccines work for parents, covering safety, side effects and schedules",
        {"topic": "how vaccines work", "seconds": 180, "audience": "parents", "key_points": ("safety", "side effects", "schedules")},
    ),
    (
        "Advertise our weekend farmers market in 20 seconds, warm, for families",
        {"topic": "our weekend farmers market", "seconds": 20, "mood": Mood.TENDER, "audience": "families", "video_type": PROMO},
    ),
    ("Make a promo for a podcast called Night Trains", {"name": "Night Trains", "video_type": PROMO}),
    ("Make a promo for my coffee shop called Kiwi Coffee", {"name": "Kiwi Coffee", "video_type": PROMO}),
    (
        "i want a video that explains what a black hole is in half a minute with epic music",
        {"topic": "what a black hole is", "seconds": 30, "mood": Mood.ENERGETIC},
    ),
    ("make a birthday video for my grandmother", {"topic": "my grandmother's birthday", "video_type": STORY}),
    ("Make a video about happy dogs", {"topic": "happy dogs"}),
    ("MAKE A VIDEO ABOUT THE IMPORTANCE OF SLEEP FOR STUDENTS", {"topic": "the importance of sleep", "audience": "students"}),
    ("Produce a film about photosynthesis, no longer than a minute", {"topic": "photosynthesis", "seconds": pytest.approx(60, rel=0.1)}),
    ("Make a 30 to 45 second clip about the moon landing", {"topic": "the moon landing", "seconds": 37.5}),
    (
        "please make me a short film about my first marathon, a minute long, emotional",
        {"topic": "my first marathon", "seconds": 60, "mood": Mood.TENDER},
    ),
    # bare topics and questions
    ("volcanoes", {"topic": "volcanoes", "video_type": EXPLAINER, "seconds": 30}),
    ("The History of Jazz", {"topic": "the history of jazz"}),
    ("how to tie a tie", {"topic": "how to tie a tie", "video_type": TUTORIAL}),
    ("baking bread at home", {"topic": "baking bread at home", "video_type": TUTORIAL}),
    ("How do solar panels work?", {"topic": "how solar panels work", "video_type": EXPLAINER}),
    ("Why is the sky blue?", {"topic": "why the sky is blue"}),
    ("What is blockchain? Make it 30 seconds, square.", {"topic": "blockchain", "seconds": 30, "size": SQUARE}),
    ("Why do cats purr? 30 seconds, vertical, playful", {"topic": "why cats purr", "size": PORTRAIT, "mood": Mood.HAPPY}),
    (
        "how does a bill become a law, for fifth graders, one minute",
        {"topic": "how a bill becomes a law", "audience": "fifth graders", "seconds": 60},
    ),
    ("courage", {"topic": "courage", "video_type": QUOTE}),
    ("Kiwi Coffee", {"topic": "Kiwi Coffee", "name": "Kiwi Coffee", "video_type": PROMO}),
    ("30 second video about remote work: pros and cons", {"topic": "remote work: pros and cons", "seconds": 30}),
    # as Whisper hears it
    (
        "Make a 22nd Square video about croissants, warm and cheerful",
        {"topic": "croissants", "seconds": 20, "size": SQUARE, "mood": Mood.HAPPY},
    ),
    ("a 32nd video for TikTok about happy dogs", {"topic": "happy dogs", "seconds": 30, "size": PORTRAIT}),
    ("make a 45 2nd clip about ai", {"topic": "AI", "seconds": 45}),
    ("Make a a thirty second thirty second video about A.I. in hospitals.", {"topic": "AI in hospitals", "seconds": 30}),
    ("make a 30 second video about a.i. please thank you", {"seconds": 30}),
    (
        "um so basically I want like a 30 second video for my bakery it's called Sweet Crumb and we have fresh bread every morning "
        "and you know mention that we have gluten free options and tell people to come visit us",
        {
            "name": "Sweet Crumb",
            "seconds": 30,
            "video_type": PROMO,
            "call_to_action": "Come visit us",
            "sentences": ("We have fresh bread every morning.", "We have gluten free options."),
        },
    ),
    (
        "okay so uh we're launching a new app called Budgie and uh it helps students save money and um I want a fun thirty second ad "
        "for Instagram Reels and end with download Budgie today",
        {
            "name": "Budgie",
            "seconds": 30,
            "size": PORTRAIT,
            "mood": Mood.HAPPY,
            "call_to_action": "Download Budgie today",
            "sentences": ("We're launching a new app called Budgie and it helps students save money.",),
        },
    ),
    (
        "Hey, so, um, I'd like a vertical video, maybe 20 seconds, for TikTok, about our new oat milk latte, uh, make it fun",
        {"topic": "our new oat milk latte", "seconds": 20, "size": PORTRAIT, "mood": Mood.HAPPY, "video_type": PROMO},
    ),
    (
        "we need a video for our company picnic on june 5th, it starts at noon at riverside park, bring your family, "
        "there will be food, games and live music, make it happy and around 30 seconds",
        {"topic": "our company picnic on June 5th", "seconds": 30, "mood": Mood.HAPPY},
    ),
    # an order and what to say
    (
        "Make a one-minute promo for Kiwi Coffee. Mention our free delivery and the new menu. Tell people to visit "
        "kiwi.example. Keep it warm and cheerful with upbeat music.",
        {
            "topic": "Kiwi Coffee",
            "name": "Kiwi Coffee",
            "seconds": 60,
            "mood": Mood.HAPPY,
            "key_points": ("our free delivery", "the new menu"),
            "call_to_action": "Visit kiwi.example",
            "sentences": (),
        },
    ),
    (
        "Create a vertical ad for TikTok for our summer sale, 15 seconds. Everything is 40% off until Sunday. Shop at kiwi.example.",
        {
            "topic": "our summer sale",
            "seconds": 15,
            "size": PORTRAIT,
            "sentences": ("Everything is 40% off until Sunday.",),
            "call_to_action": "Shop at kiwi.example",
        },
    ),
    (
        "Hi, can you please create a 45 second explainer about photosynthesis for fifth graders? Cover sunlight, water "
        "and carbon dioxide. Thanks!",
        {
            "topic": "photosynthesis",
            "seconds": 45,
            "audience": "fifth graders",
            "key_points": ("sunlight", "water", "carbon dioxide"),
            "sentences": (),
        },
    ),
    (
        "I'd like a video about A.I. technology for my company, NovaTech, about 40 seconds. It should be bold. We build "
        "assistants for hospitals. They read forms so nurses don't have to.",
        {
            "topic": "AI technology",
            "name": "NovaTech",
            "seconds": 40,
            "mood": Mood.ENERGETIC,
            "sentences": ("We build assistants for hospitals.", "They read forms so nurses don't have to."),
        },
    ),
    (
        "Please produce a forty five second widescreen film introducing Kiwi Bottle, a water bottle that tells you when "
        "to drink. Instead of guessing, you see how much you drank.",
        {
            "topic": "Kiwi Bottle",
            "seconds": 45,
            "sentences": (
                "Kiwi Bottle is a water bottle that tells you when to drink.",
                "Instead of guessing, you see how much you drank.",
            ),
        },
    ),
    (
        "Can you make a tribute video for my dad's retirement? He worked as a firefighter for 35 years. He never missed "
        "a birthday. About a minute please, heartfelt.",
        {
            "topic": "my dad's retirement",
            "video_type": STORY,
            "seconds": 60,
            "mood": Mood.TENDER,
            "sentences": ("He worked as a firefighter for 35 years.", "He never missed a birthday."),
        },
    ),
    (
        "Create a sixty-second recruitment video for Alder Hospital, aimed at nurses. We listen to our teams. We pay for "
        "your training. Apply at alder.example/jobs.",
        {"name": "Alder Hospital", "audience": "nurses", "video_type": PROMO, "call_to_action": "Apply at alder.example/jobs"},
    ),
    (
        'make me a 15s ad for my barber shop "Sharp & Co", energetic, tell people to book online at sharp.example',
        {"name": "Sharp & Co", "seconds": 15, "mood": Mood.ENERGETIC, "call_to_action": "Book online at sharp.example", "sentences": ()},
    ),
    (
        "Show how to plant tomatoes. Use a big pot. Water them every morning. Give them six hours of sun.",
        {
            "topic": "how to plant tomatoes",
            "video_type": TUTORIAL,
            "sentences": ("Use a big pot.", "Water them every morning.", "Give them six hours of sun."),
        },
    ),
    (
        "Announce that the library on Market Street reopens on Saturday.",
        {"topic": "the library on Market Street", "video_type": NEWS, "sentences": ("The library on Market Street reopens on Saturday.",)},
    ),
    (
        "A news bulletin: The city library on Market Street reopens on Saturday, June 14. Entry is free.",
        {
            "video_type": NEWS,
            "topic": "the city library on Market Street",
            "sentences": ("The city library on Market Street reopens on Saturday, June 14.", "Entry is free."),
        },
    ),
    (
        "Make a video about recycling. Ask them to sign up for their neighbourhood team.",
        {"topic": "recycling", "call_to_action": "Sign up for your neighbourhood team"},
    ),
    # quotations
    ('A quote by Maya Angelou: "Still I rise."', {"video_type": QUOTE, "name": "Maya Angelou"}),
    (
        'Motivational quote video, square, 12 seconds: "The best way out is always through." — Robert Frost',
        {"video_type": QUOTE, "seconds": 12, "size": SQUARE, "sentences": ('"The best way out is always through." — Robert Frost.',)},
    ),
    # ready scripts
    (
        "Some mornings you have no time to cook. Kiwi Kitchen brings breakfast to your door before seven. Choose from "
        "porridge, pancakes or fruit. Every box is packed by hand. Order tonight at kiwi.example.",
        {"name": "Kiwi Kitchen", "topic": "Kiwi Kitchen", "video_type": PROMO, "call_to_action": "Order tonight at kiwi.example"},
    ),
    (
        "I remember my grandmother's kitchen. It smelled of cinnamon and orange peel. On Sundays she let me stir the "
        "batter. Then the whole family came to the table.",
        {"topic": "my grandmother's kitchen", "video_type": STORY},
    ),
    (
        "The sun sends light to the roof. A solar panel turns that light into electricity. One roof can power more than one home.",
        {
            "topic": "the sun",
            "video_type": EXPLAINER,
            "sentences": (
                "The sun sends light to the roof.",
                "A solar panel turns that light into electricity.",
                "One roof can power more than one home.",
            ),
        },
    ),
    # labels and markup
    (
        "Topic: Blockchain basics\nLength: 60 seconds\nAudience: small business owners\nTone: calm\nKey points: what a "
        "block is, how it is linked, who checks it\nCTA: Download our guide",
        {
            "seconds": 60,
            "audience": "small business owners",
            "mood": Mood.CALM,
            "key_points": ("what a block is", "how it is linked", "who checks it"),
            "call_to_action": "Download our guide",
            "video_type": EXPLAINER,
        },
    ),
    (
        "**Promo video** for _GreenLeaf_ 🌿\n- Organic vegetables\n- Delivered every Thursday\nCall to action: Order your "
        "first box\nLength: 45 seconds",
        {
            "name": "GreenLeaf",
            "seconds": 45,
            "video_type": PROMO,
            "call_to_action": "Order your first box",
            "sentences": ("Organic vegetables.", "Delivered every Thursday."),
        },
    ),
    # messy ones
    (
        "Create an engaging 60-second promotional video for our eco-friendly cleaning service called FreshNest. "
        "Highlight that we use plant-based products, offer same-day booking, and have a satisfaction guarantee. Target "
        'busy families. End with "Book your first clean today at freshnest.example".',
        {
            "name": "FreshNest",
            "audience": "busy families",
            "call_to_action": "Book your first clean today at freshnest.example",
            "sentences": ("We use plant-based products, offer same-day booking, and have a satisfaction guarantee.",),
        },
    ),
    (
        "video about my trip to japan with my sister last spring. we saw cherry blossoms in kyoto. we ate ramen in a "
        "tiny bar with six seats. 40 seconds, nostalgic",
        {
            "topic": "my trip to Japan with my sister last spring",
            "video_type": STORY,
            "seconds": 40,
            "mood": Mood.NOSTALGIC,
            "sentences": ("We saw cherry blossoms in kyoto.", "We ate ramen in a tiny bar with six seats."),
        },
    ),
    (
        "Hey there! So I'm opening a small bookstore next month, May 3rd, at 14 Elm Street. It's called The Paper Boat. "
        "I want something cozy and warm, about half a minute, square for Instagram. Ask people to drop by on opening day.",
        {"name": "The Paper Boat", "size": SQUARE, "seconds": 30, "mood": Mood.TENDER, "call_to_action": "Drop by on opening day"},
    ),
    (
        "Explain the water cycle. The sun heats the sea. Water rises as vapour. It cools and becomes clouds. 25 seconds, for kids.",
        {
            "topic": "the water cycle",
            "seconds": 25,
            "audience": "kids",
            "sentences": ("The sun heats the sea.", "Water rises as vapour.", "It cools and becomes clouds."),
        },
    ),
    (
        "Our restaurant, La Piazza, is turning 20! Celebrate with us all week. Reserve your table at 555-0188.",
        {
            "name": "La Piazza",
            "call_to_action": "Reserve your table at 555-0188",
            "video_type": PROMO,
            "sentences": ("Our restaurant, La Piazza, is turning 20!", "Celebrate with us all week."),
        },
    ),
    (
        "Welcome video for new employees at Northwind, friendly, 1 minute. Cover where to park, who to ask, and how "
        "lunch works. We're glad you're here.",
        {
            "topic": "your first day at Northwind",
            "audience": "new employees at Northwind",
            "seconds": 60,
            "key_points": ("where to park", "who to ask", "how lunch works"),
        },
    ),
    (
        "Make a wedding invitation video for Anna and Ben, June 20, at Lake House. Romantic, vertical. Please RSVP by May 1.",
        {
            "topic": "Anna and Ben's wedding",
            "size": PORTRAIT,
            "mood": Mood.TENDER,
            "call_to_action": "RSVP by May 1",
            "sentences": ("June 20, at Lake House.",),
        },
    ),
    ("MAKE A TIKTOK ABOUT MY CAT WHO LOVES BOXES", {"topic": "my cat who loves boxes", "video_type": STORY, "size": PORTRAIT}),
    ("Please, a video: cats vs dogs", {"topic": "cats vs dogs"}),
    (
        "Make a 15 second video: 50% off everything this weekend at Blue Door Books",
        {"name": "Blue Door Books", "seconds": 15, "sentences": ("50% off everything this weekend at Blue Door Books.",)},
    ),
    (
        "so um yeah I run a small pottery studio and uh we do classes on weekends and I'd like a video that's about "
        "thirty seconds and kind of calm",
        {
            "topic": "our small pottery studio",
            "seconds": 30,
            "mood": Mood.CALM,
            "sentences": ("I run a small pottery studio.", "We do classes on weekends."),
        },
    ),
    (
        "can you do a video on why sleep matters, like a minute, for busy professionals, calming",
        {"topic": "why sleep matters", "seconds": 60, "audience": "busy professionals", "mood": Mood.CALM},
    ),
    (
        "Make a news report about the new tram line in our city, 45 seconds",
        {"topic": "the new tram line in our city", "video_type": NEWS, "seconds": 45},
    ),
    ('"Be yourself; everyone else is already taken."', {"video_type": QUOTE}),
    # talk around the order, headings that order, and what a ready text is about
    (
        "uh hi can you make a video for my flower shop it's called Petal and Stem we're on Oak Street and we do wedding bouquets "
        "and funeral flowers and uh we deliver the same day if you order before noon, so like thirty seconds, something warm, and "
        "tell people to call us at 555 0142",
        {
            "name": "Petal and Stem",
            "seconds": 30,
            "mood": Mood.TENDER,
            "call_to_action": "Call us at 555 0142",
            "sentences": (
                "We're on Oak Street.",
                "We do wedding bouquets and funeral flowers and we deliver the same day if you order before noon.",
            ),
        },
    ),
    (
        "so this is a video about uh why people should adopt older cats from the shelter they are calm they are already trained and "
        "they just want a warm lap um maybe forty five seconds and at the end say visit the Riverside shelter",
        {
            "seconds": 45,
            "call_to_action": "Visit the Riverside shelter",
            "sentences": ("They are calm.", "They are already trained and they just want a warm lap."),
        },
    ),
    (
        "make 15 sec vid 4 insta, new sneakers drop friday 6pm, only 50 pairs, link in bio",
        {
            "topic": "new sneakers drop",
            "seconds": 15,
            "call_to_action": "Link in bio",
            "sentences": ("New sneakers drop Friday 6pm, only 50 pairs.",),
        },
    ),
    (
        "I'm a 4th grade teacher. I need a one minute video for my class about the planets. Keep it simple and fun.",
        {"topic": "the planets", "seconds": 60, "sentences": ()},
    ),
    (
        "Breaking news video, 30 seconds: The school cafeteria will stop selling soda next month. Students voted for the change. "
        "Principal Anna Schmidt says it was the students' own idea.",
        {"topic": "the school cafeteria", "name": "", "video_type": NEWS, "seconds": 30},
    ),
    (
        "Weekly update for the sales team: Revenue is up 12% to $480,000. We won Baker Brothers and lost Tilda Foods.",
        {"video_type": NEWS, "name": "", "audience": "the sales team"},
    ),
    (
        'Quote of the day for our team: "Done is better than perfect." 12 seconds',
        {"video_type": QUOTE, "seconds": 12, "sentences": ('"Done is better than perfect."',)},
    ),
    (
        'Quote by Nelson Mandela: "It always seems impossible until it\'s done." Square, 10 seconds, inspiring.',
        {"sentences": ("“It always seems impossible until it's done.” — Nelson Mandela",), "size": SQUARE, "seconds": 10},
    ),
    ("explain what inflation is to a ten year old, 45 seconds", {"topic": "what inflation is", "audience": "a ten year old"}),
    ("A video about Marie Curie for my history class, 60 seconds", {"topic": "Marie Curie", "video_type": EXPLAINER}),
    ("Yoga for people with back pain. 90 seconds. soothing", {"topic": "yoga", "audience": "people with back pain", "seconds": 90}),
    (
        "I want a video to thank our volunteers. Last year you gave us 4,200 hours. You cooked 900 meals. You drove through snow.",
        {"topic": "our volunteers", "video_type": STORY},
    ),
    (
        "Instead of plastic cups we use porcelain. 40% of our guests come back the same week. We are a small café on the harbour, "
        "open from seven. Come by for breakfast.",
        {"topic": "our small café on the harbour", "video_type": PROMO, "seconds": 15},
    ),
    (
        "He was not an ill-disposed young man, unless to be rather cold-hearted and rather selfish is to be ill-disposed. But he was, "
        "in general, well respected. Had he married a more amiable woman, he might have been made still more respectable than he was.",
        {"video_type": STORY, "name": ""},
    ),
    (
        "Make a video about our trip to the mountains. We hiked 20 kilometers on the first day. Tom forgot his boots and walked in "
        "sandals. We slept in a hut with no electricity.",
        {"video_type": STORY},
    ),
    (
        "Today we'll learn about fractions. A fraction is part of a whole. The number on top tells you how many parts you have.",
        {"topic": "fractions", "video_type": TUTORIAL, "seconds": 15},
    ),
    (
        "Hi there, this is Maria from the school library, could you please make a short video about our reading week, it's from "
        "March 3 to March 7, maybe 40 seconds, and cheerful please",
        {"topic": "our reading week", "seconds": 40, "mood": Mood.HAPPY, "sentences": ("It's from March 3 to March 7.",)},
    ),
    (
        "Script for a 30 second video: \"Rain, rain, rain. That's what we hear on the roof of the greenhouse. But inside it's warm.\" "
        "Then tell people to visit us on Sundays.",
        {
            "seconds": 30,
            "call_to_action": "Visit us on Sundays",
            "sentences": ("Rain, rain, rain.", "That's what we hear on the roof of the greenhouse.", "But inside it's warm."),
        },
    ),
    (
        "Okay um I need like a one minute thing for the team about remote work pros and cons you know nothing too serious",
        {"topic": "remote work pros and cons", "audience": "the team", "seconds": 60, "sentences": ()},
    ),
    (
        "Happy birthday to my best friend Lena! We met in second grade. You taught me how to skateboard. 20 seconds funny",
        {"topic": "Lena's birthday", "video_type": STORY, "seconds": 20, "mood": Mood.HAPPY},
    ),
    (
        "Our bakery starts at 3 am. While you sleep, we knead, fold and bake. By six, 400 rolls are ready. Come while they're warm.",
        {"topic": "our bakery", "call_to_action": "Come while they're warm", "seconds": 15},
    ),
    # another language
    (
        "Wir backen jeden Morgen frisches Brot. Besuchen Sie uns in der Hauptstraße.",
        {"language": "de", "sentences": ("Wir backen jeden Morgen frisches Brot.", "Besuchen Sie uns in der Hauptstraße.")},
    ),
)


@pytest.mark.parametrize(("words", "expected"), CORPUS, ids=[words[:40] for words, _ in CORPUS])
def test_a_brief_is_understood(words: str, expected: dict[str, Any]) -> None:
    intent = read_intent(words, Brief(words=words))
    assert {name: getattr(intent, name) for name in expected} == expected


def test_the_corpus_is_large_enough() -> None:
    assert len(CORPUS) >= 80


@pytest.mark.parametrize(
    "words",
    [
        "",
        "   ",
        "...",
        "!?",
        "make a video",
        "Make a thirty second vertical video, please.",
        "um, uh",
        "🎬",
        "Keep it short and cheerful.",
        "1234",
    ],
)
def test_a_brief_without_anything_to_film_is_refused_in_one_sentence(words: str) -> None:
    with pytest.raises(BadBrief) as refusal:
        read_intent(words, Brief(words=words))
    assert str(refusal.value).count(".") == 1


@pytest.mark.parametrize(
    "words", ["Make a 2 second video about cats", "a video about cats, 20 minutes long", "an hour-long documentary about cats"]
)
def test_a_length_outside_five_to_six_hundred_seconds_is_refused(words: str) -> None:
    with pytest.raises(BadBrief, match="5 to 600 seconds"):
        read_intent(words, Brief())


@pytest.mark.parametrize("seconds", [0, 4.9, 601])
def test_the_brief_s_own_length_is_checked_too(seconds: float) -> None:
    with pytest.raises(BadBrief, match="5 to 600 seconds"):
        read_intent("volcanoes", Brief(seconds=seconds))


def test_wishes_of_the_brief_beat_the_words() -> None:
    intent = read_intent("Make a 2 second vertical video about cats", Brief(seconds=12, size=SQUARE))
    assert (intent.seconds, intent.size) == (12, SQUARE)


def test_a_ready_text_without_a_length_gets_the_time_it_needs() -> None:
    text = " ".join(f"Chapter {number} of our harbour's story is told by the people who work there every day." for number in range(1, 16))
    assert 60 <= read_intent(text, Brief()).seconds <= 150


@given(st.text(max_size=300))
@settings(max_examples=60, deadline=None)
def test_any_text_is_either_understood_or_refused(words: str) -> None:
    try:
        intent = read_intent(words, Brief())
    except BadBrief:
        return
    assert intent.topic
    assert intent == read_intent(words, Brief())
