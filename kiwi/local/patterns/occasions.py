"""Films with a company of their own: tales and bedtime stories made up as asked, greetings, invitations, and two sides compared."""

from kiwi.film import VideoType
from kiwi.local.patterns.beats import Beat, Slots
from kiwi.local.patterns.kinds import TYPES

BEDTIME: Slots = {
    "opening": (Beat("{title}", "Once upon a time, there was {once}.", "book moon"),),
    "audience": TYPES[VideoType.STORY]["audience"],
    "question": (
        Beat("When the Sun Went Down", "Every evening, when the sun went down, {hero} looked up at the sky.", "sun moon"),
        Beat("The First Star", "One evening, the first star came out, and it winked at {hero}.", "star"),
    ),
    "list": (
        Beat("All It Needed", "There was <a soft light>, <a warm bed>, and <somebody near>.", "lamp bed heart"),
        Beat("Who Was Awake?", "Who else was awake? <The owl>, <the moth>, and <the round moon>.", "bird butterfly moon"),
    ),
    "bridge": (
        Beat("A Small Voice", "Then {hero} heard a small voice. It said: I am right here.", "chat ear"),
        Beat("A Step at a Time", "So {hero} took one small step, and then another.", "footprints"),
    ),
    "image": (
        Beat("The Moon Came Out", "Above the trees the moon came out, round and quiet, and everything turned silver.", "moon tree"),
        Beat("Silver Grass", "The wind went to sleep in the grass. Nothing moved at all.", "wind leaf"),
    ),
    "contrast": (
        Beat("Outside and Inside", "<Outside>, the wind told its stories. <Inside>, it was warm.", "wind house", "contrast"),
        Beat("Big and Small", "<The night> was big. <The fear> grew small.", "moon heart", "contrast"),
    ),
    "steps": (
        Beat(
            "Time to Sleep",
            "First, {hero} <took a deep breath>. Then {hero} <closed both eyes>. Finally, {hero} <fell asleep>.",
            "wind eye moon",
            "steps",
        ),
    ),
    "invite": (Beat("In the Morning", "And in the morning, the night did not seem so big any more.", "sun"),),
    "closing": (Beat("Good Night", "Good night, {dear}. Sleep well.", "moon"),),
}
"""A night that ends well, for a hero whose story was asked for."""

TALE: Slots = {
    "opening": (Beat("{title}", "This is the story of {about}.", "book"), Beat("{title}", "Once, there was {once}.", "book")),
    "audience": TYPES[VideoType.STORY]["audience"],
    "question": (
        Beat("Nobody Had Asked", "Nobody knew what {hero} was waiting for. Nobody had asked.", "question"),
        Beat("Every Day the Same", "Every day began like the one before. Until one day it did not.", "calendar"),
    ),
    "list": (
        Beat("Then It Began", "It began with <a sound>, <a shadow>, and <a step outside>.", "ear moon footprints"),
        Beat("All There Was", "There was <an old coat>, <a small lamp>, and <a long road>.", "coat lamp road"),
    ),
    "bridge": (
        Beat("A Day Like Any Other", "And then, on a day like any other, everything changed.", "sun"),
        Beat("The Door", "A door stood open that had always been closed.", "door"),
    ),
    "image": (
        Beat("Picture It", "Picture the place: the light, the silence, and {hero} in the middle of it.", "image lamp"),
        Beat("Far Away", "Far away, a light came on. Somebody was awake.", "lamp house"),
    ),
    "contrast": (Beat("Two Paths", "One path led <back home>. The other led <into the unknown>.", "house compass", "contrast"),),
    "steps": (
        Beat(
            "The Decision",
            "First, {hero} <hesitated>. Then {hero} <took a breath>. Finally, {hero} <stepped forward>.",
            "pause wind footprints",
            "steps",
        ),
    ),
    "invite": (Beat("Only the Beginning", "Some say the story ends there. Others say it had only begun.", "book"),),
    "closing": (
        Beat("The End", "And that is how they tell the story of {hero}.", "book"),
        Beat("The End", "If you ever meet {hero}, you will know.", "book"),
    ),
}
"""An adventure that leaves room, for a hero whose story was asked for."""

GREETED: Slots = {
    "opening": (Beat("{title}", "{title}.", "heart"),),
    "audience": TYPES[VideoType.STORY]["audience"],
    "question": (Beat("Guess Who", "Guess who is thinking of you right now.", "heart"),),
    "list": (Beat("All We Wish You", "All we wish you: <good health>, <good friends>, and <many good laughs>.", "heartbeat heart smiley"),),
    "bridge": (Beat("No Need to Answer", "You don’t have to do anything. Just lean back, and smile.", "smiley"),),
    "image": (Beat("Close Your Eyes", "Now close your eyes for a moment, and make a wish.", "star"),),
    "contrast": (
        Beat("Every Day and Today", "<Every day>, we think of you. <Today>, we say it out loud.", "calendar megaphone", "contrast"),
    ),
    "steps": (
        Beat("For You", "First, <put your feet up>. Then <treat yourself>. Finally, <tell us all about it>.", "chair gift chat", "steps"),
    ),
    "invite": (Beat("Keep This Film", "Keep this film, and watch it again whenever you like.", "film"),),
    "closing": (Beat("With Love", "This film was made for you. With love.", "heart gift"),),
}
"""Around a wish for somebody."""

LIVED: Slots = {
    "opening": (Beat("{title}", "{title}.", "book"),),
    "audience": TYPES[VideoType.STORY]["audience"],
    "question": (Beat("And You?", "And you? What would you have done?", "question"),),
    "list": (Beat("What It Takes", "Some days ask for <courage>, some for <patience>, and some for <both>.", "shield hourglass scales"),),
    "bridge": (Beat("A Day to Remember", "Some days you remember for the rest of your life.", "calendar"),),
    "image": (Beat("Think of a Day", "Think of a day that changed everything for you.", "sun"),),
    "contrast": (Beat("Before and After", "There is <a before>, and there is <an after>.", "hourglass sun", "contrast"),),
    "steps": (),
    "invite": (Beat("Your Story", "What would your story be?", "pencil"),),
    "closing": (Beat("So Far", "And that is the story so far.", "book"),),
}
"""Around what somebody lived through, told in their own words; nothing is added to it."""

INVITED: Slots = {
    "opening": (Beat("{title}", "You’re invited.", "envelope"),),
    "audience": (),
    "question": (Beat("Who Will Be There?", "Who would you like to see there? Bring them along.", "users heart"),),
    "list": (Beat("Put It in the Calendar", "Note <the day>, <the time>, and <the place>.", "calendar clock map"),),
    "bridge": (Beat("Better With You", "It will be good. With you, it will be better.", "heart"),),
    "image": (Beat("An Empty Chair", "Picture one chair still free. It is yours.", "chair"),),
    "contrast": (),
    "steps": (
        Beat("Say Yes", "First, <save the date>. Then <tell us you’re coming>. Finally, <be there>.", "calendar chat door", "steps"),
    ),
    "invite": (Beat("Pass It On", "Know somebody who should come too? Pass it on.", "share"),),
    "closing": (Beat("See You There", "We hope to see you there.", "users", button="Be There"),),
}
"""Around an invitation."""

COMPARED: Slots = {
    "opening": TYPES[VideoType.EXPLAINER]["opening"],
    "audience": TYPES[VideoType.EXPLAINER]["audience"],
    "question": (
        Beat("Which One First?", "Which one comes to your mind first, {left} or {right}? Ask yourself why.", "question"),
        Beat("Have You Tried Both?", "Have you tried both, {left} and {right}?", "hand question"),
    ),
    "list": (
        Beat("What Matters to You?", "Compare what matters to you: <the cost>, <the effort>, and <the joy>.", "coins clock smiley"),
        Beat("Three Tests", "Put both to three tests: <today>, <in a year>, and <in ten years>.", "calendar clock hourglass"),
    ),
    "contrast": TYPES[VideoType.EXPLAINER]["contrast"],
    "bridge": (Beat("No Single Answer", "There may be no single answer. There is the one that suits you.", "scales"),),
    "image": (Beat("One Week Each", "Picture a week with {left}. Now picture the same week with {right}.", "calendar eye"),),
    "steps": (
        Beat(
            "Find Your Answer", "First, <write down what you need>. Then <compare both>. Finally, <decide>.", "pencil scales check", "steps"
        ),
    ),
    "invite": (Beat("Ask Around", "Ask somebody who chose {left}. Then ask somebody who chose {right}.", "users chat"),),
    "closing": (Beat("Your Choice", "{left} or {right}? The choice is yours.", "scales", button="Make Your Choice"),),
}
"""Around two sides."""

WONDERED: Slots = {
    "opening": (Beat("{title}", "{question}", "question lightbulb"),),
    "audience": (Beat("For {Audience}", "This one is for {audience}.", "users"),),
    "question": (
        Beat("What Would You Guess?", "What would you guess?", "lightbulb question"),
        Beat("Make a Guess First", "Make a guess before anybody tells you. It may be a wild one.", "lightbulb question"),
        Beat("Ask Like a Child", "Ask it the way a child would. And after every answer, ask why once more.", "baby question"),
    ),
    "list": (
        Beat(
            "Look for Clues",
            "Look for clues in three places: <where it begins>, <where it changes>, and <where it ends>.",
            "magnifying arrows flag",
        ),
        Beat(
            "Who Might Know?",
            "Three people might know: <one who studied it>, <one who works with it>, and <one who saw it>.",
            "book wrench eye",
        ),
    ),
    "contrast": (
        Beat(
            "Heard or Measured?",
            "There is <what people say>, and there is <what somebody measured>. Keep the two apart.",
            "chat ruler",
            "contrast",
        ),
        Beat("Cause or Company?", "Two things may come together. Is one <the cause>, or just <good company>?", "link users", "contrast"),
    ),
    "bridge": (
        Beat("One Thing Leads to Another", "An answer is rarely one thing. It is a chain, and every link has a reason.", "link path"),
    ),
    "image": (Beat("What If It Were Not So?", "Now imagine it were not so. What else would be different?", "lightbulb globe"),),
    "steps": (
        Beat(
            "How to Find Out",
            "First, <write down your guess>. Then <find out what is known>. Finally, <compare the two>.",
            "pencil book check",
            "steps",
        ),
    ),
    "invite": (Beat("Ask Somebody", "Ask somebody older, and somebody younger. Do they say the same?", "users chat"),),
    "closing": (
        Beat("Over to You", "Find out {about}, and tell the next person who asks.", "megaphone", button="Find Out More"),
        Beat("Now Find Out", "Find out {about}.", "magnifying", button="Find Out More"),
        Beat("Pass It On", "And when you know {about}, tell somebody who does not.", "megaphone", button="Pass It On"),
    ),
}
"""Around a question that only knowledge can answer: how to come by the answer, and never a made-up one."""
