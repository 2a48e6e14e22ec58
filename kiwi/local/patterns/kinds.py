"""Openings, frames and closings for each type of film."""

from kiwi.film import VideoType
from kiwi.local.patterns.beats import Beat, Slots

TYPES: dict[VideoType, Slots] = {
    VideoType.PROMOTIONAL: {
        "opening": (
            Beat("{title}", "You’re invited: {event}.", "envelope"),
            Beat("{title}", "Meet {topic}.", "star"),
            Beat("{title}", "Say hello to {topic}.", "hand"),
            Beat("{title}", "Here [comes|come] {topic}.", "sparkle"),
        ),
        "audience": (
            Beat("For {Audience}", "This is for {audience}.", "users"),
            Beat("For {Audience}", "Made with {audience} in mind.", "heart"),
        ),
        "bridge": (
            Beat("See for Yourself", "You don’t have to take our word for it. See for yourself.", "eye"),
            Beat("A Fair Question", "Is it for you? Fair question. Bring a real day, not a perfect one.", "question"),
        ),
        "invite": (
            Beat("You’re Invited", "Bring your questions to {topic}. Bring your doubts, too.", "chat"),
            Beat("Come a Little Closer", "Come a little closer, and make up your own mind.", "magnifying"),
        ),
    },
    VideoType.EXPLAINER: {
        "opening": (
            Beat("{title}", "{question}", "question"),
            Beat("{title}", "Let’s look at {topic}.", "eye"),
            Beat("{title}", "A closer look at {topic}.", "magnifying"),
            Beat("{title}", "{topic}: where do we begin?", "compass"),
        ),
        "audience": (
            Beat("For {Audience}", "{topic}, for {audience}: plain words, one idea at a time.", "users"),
            Beat("For {Audience}", "We’ll keep it clear for {audience}.", "chat"),
        ),
        "contrast": (Beat("Side by Side", "On one side, <{left}>. On the other, <{right}>.", "scales", "contrast"),),
        "bridge": (
            Beat("One Idea at a Time", "Take {topic} one idea at a time. If you get lost, go back one step.", "path"),
            Beat("In Your Own Words", "Could you put {topic} into one sentence? Try it now, and try it again at the end.", "pencil"),
        ),
        "invite": (
            Beat("The Best Question", "Which question about {topic} is still open for you? Write it down.", "question"),
            Beat("Say It Simply", "If you can say it simply, you have understood {topic}.", "chat"),
        ),
    },
    VideoType.TUTORIAL: {
        "opening": (
            Beat("{title}", "Let’s {act}.", "hand"),
            Beat("{title}", "Ready to {act}?", "hand"),
            Beat("{title}", "{topic}, step by step.", "list"),
            Beat("{title}", "Let’s get started with {topic}.", "play"),
        ),
        "audience": (
            Beat("For {Audience}", "{Audience}, this one is for you.", "users"),
            Beat("For {Audience}", "At a pace for {audience}, with time to repeat.", "clock"),
        ),
        "bridge": (
            Beat("Take Your Time", "Take your time. Nobody is counting.", "clock"),
            Beat("Pause When You Like", "Pause this film whenever your hands are busy.", "pause"),
        ),
        "invite": (
            Beat("Check Your Work", "Look at the result. Would you be happy to show it?", "check"),
            Beat("Who Will You Show?", "Who will you show it to first?", "users"),
        ),
    },
    VideoType.STORY: {
        "opening": (
            Beat("{title}", "This is a story about {topic}.", "book"),
            Beat("{title}", "Let me tell you about {topic}.", "chat"),
            Beat("{title}", "{topic}. Where does the story begin?", "book"),
        ),
        "audience": (
            Beat("For {Audience}", "This one is for {audience}.", "heart"),
            Beat("For {Audience}", "Told for {audience}.", "heart"),
        ),
        "bridge": (
            Beat("Where It Begins", "Perhaps it begins with a door, and the first step through it.", "door"),
            Beat("Turn the Page", "Turn the page slowly. The best part may be between the lines.", "book"),
        ),
        "invite": (
            Beat("Your Chapter", "Every listener adds a line. Which one is yours?", "pencil"),
            Beat("What Stays", "When the story of {topic} is told, what would you like to stay?", "heart"),
        ),
    },
    VideoType.NEWS: {
        "opening": (
            Beat("{title}", "In focus: {topic}.", "newspaper"),
            Beat("{title}", "Our topic today: {topic}.", "broadcast"),
            Beat("{title}", "The headline: {topic}.", "newspaper"),
        ),
        "audience": (
            Beat("For {Audience}", "Here is what {audience} may want to ask.", "users"),
            Beat("For {Audience}", "A short briefing for {audience}.", "users"),
        ),
        "bridge": (
            Beat("The Five Questions", "A good report answers <who>, <what>, <when>, <where> and <why>.", "newspaper question"),
            Beat("Read Past the Headline", "With {topic}, read past the headline. Who is speaking, and for whom?", "newspaper"),
        ),
        "invite": (
            Beat("What to Follow", "Keep an eye on {topic}, and check the date on whatever you read.", "calendar"),
            Beat("Talk About It", "Talk about {topic} with somebody who sees it differently.", "chat"),
        ),
        "question": (
            Beat("Who Will Notice First?", "Who will notice {topic} first?", "eye users"),
            Beat("What Is New?", "What is new about {topic}, and who decided it?", "question gavel"),
        ),
        "list": (
            Beat(
                "Three Things to Find Out",
                "Find out three things about {topic}: <the date>, <the cost>, <the people it touches>.",
                "calendar coins users",
            ),
            Beat("Look for the Source", "For the facts, look for <a name>, <a place>, and <a document>.", "user map file"),
        ),
        "contrast": (
            Beat("Hear Both Sides", "Hear <those in favour>. Then hear <those with doubts>.", "check question", "contrast"),
            Beat("Yesterday and Tomorrow", "Compare <the day before> with <the day after>.", "calendar sun", "contrast"),
        ),
        "steps": (
            Beat(
                "Check It Yourself",
                "First, <read the announcement>. Then <check who wrote it>. Finally, <ask who is affected>.",
                "newspaper user users",
                "steps",
            ),
        ),
        "image": (Beat("The First Morning", "Picture the first morning after. What has changed around you?", "sun eye"),),
        "closing": (
            Beat("Stay Informed", "Stay informed about {topic}.", "newspaper", button="Stay Informed"),
            Beat("What Happens Next?", "{topic}: what happens next?", "calendar question", button="Follow the Story"),
        ),
    },
    VideoType.QUOTE: {
        "opening": (
            Beat("{title}", "In the words of {name}.", "quotes"),
            Beat("{title}", "A few words on {topic}.", "quotes"),
            Beat("{title}", "A thought about {topic}.", "lightbulb"),
            Beat("{title}", "Take a breath, and think of {topic}.", "wind"),
        ),
        "audience": (
            Beat("For {Audience}", "Words for {audience}.", "heart"),
            Beat("For {Audience}", "A thought to give to {audience}.", "gift"),
        ),
        "bridge": (
            Beat("Make Room", "Today, I make room for {topic}.", "door"),
            Beat("Say It Slowly", "Say the word slowly, as if for the first time: {topic}.", "chat"),
        ),
        "invite": (
            Beat("Carry It With You", "Carry {topic} with you, quietly, into the next hour.", "backpack"),
            Beat("Write Your Line", "If you wrote one line about {topic}, how would it start?", "pencil"),
        ),
    },
}

QUOTED: Slots = {
    "opening": (Beat("{title}", "In the words of {name}.", "quotes"), Beat("{title}", "A few words to keep.", "quotes")),
    "audience": TYPES[VideoType.QUOTE]["audience"],
    "question": (Beat("Which Word Stays?", "Which word stays with you?", "star"), Beat("Once More", "Read it once more, slowly.", "book")),
    "bridge": (Beat("Say It Out Loud", "Say it out loud, and listen to your own voice.", "microphone ear"),),
    "image": (
        Beat("A Note to Keep", "Write it on a note, and put it where you’ll see it.", "note pencil"),
        Beat("Where Were You?", "Where would you have liked to hear these words?", "map ear"),
    ),
    "contrast": (Beat("Head and Heart", "Hear it first with <your head>. Then hear it with <your heart>.", "brain heart", "contrast"),),
    "list": (Beat("Three Readings", "Keep it for <a good day>, <a bad day>, and <the day in between>.", "sun cloud calendar"),),
    "invite": (Beat("Who Needs to Hear It?", "Who do you know who could use these words today?", "users chat"),),
    "closing": (Beat("Pass It On", "Keep these words, and pass them on.", "share", button="Pass It On"),),
}
"""Around somebody's words that the client has chosen."""

ORDER: dict[VideoType, tuple[str, ...]] = {
    VideoType.PROMOTIONAL: ("opening", "question", "audience", "list", "bridge", "contrast", "image", "steps", "invite", "closing"),
    VideoType.EXPLAINER: ("opening", "audience", "question", "list", "bridge", "image", "contrast", "steps", "invite", "closing"),
    VideoType.TUTORIAL: ("opening", "audience", "list", "question", "bridge", "steps", "contrast", "image", "invite", "closing"),
    VideoType.STORY: ("opening", "audience", "question", "bridge", "list", "image", "contrast", "steps", "invite", "closing"),
    VideoType.NEWS: ("opening", "audience", "bridge", "question", "list", "contrast", "image", "steps", "invite", "closing"),
    VideoType.QUOTE: ("opening", "audience", "bridge", "question", "image", "contrast", "list", "steps", "invite", "closing"),
}
"""The order of a film's places."""

PRIORITY: dict[VideoType, tuple[str, ...]] = {
    VideoType.PROMOTIONAL: ("audience", "list", "question", "contrast", "steps", "image", "invite", "bridge"),
    VideoType.EXPLAINER: ("audience", "list", "contrast", "steps", "question", "image", "bridge", "invite"),
    VideoType.TUTORIAL: ("audience", "list", "steps", "contrast", "image", "question", "invite", "bridge"),
    VideoType.STORY: ("audience", "list", "question", "contrast", "image", "bridge", "invite", "steps"),
    VideoType.NEWS: ("audience", "bridge", "contrast", "list", "question", "steps", "invite", "image"),
    VideoType.QUOTE: ("audience", "bridge", "question", "contrast", "image", "invite", "list", "steps"),
}
"""Which places a short film fills first."""

BRIEFLY: dict[VideoType, tuple[Beat, ...]] = {
    VideoType.EXPLAINER: (Beat("Look Closely", "Look closely.", "magnifying eye"), Beat("Take a Guess", "Take a guess.", "lightbulb")),
    VideoType.TUTORIAL: (Beat("Ready?", "Are you ready?", "hand check"),),
}
"""For films of a few seconds."""
