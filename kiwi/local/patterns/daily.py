"""What there is to ask of daily life: shops, people, food, health, places, community."""

from kiwi.local.patterns.beats import Beat, Slots

FIELDS: dict[str, Slots] = {
    "shop": {
        "question": (
            Beat("What’s on Your List?", "What’s on your list?", "list bag"),
            Beat("Just Looking?", "Just looking? You’re welcome to.", "eye storefront"),
        ),
        "list": (
            Beat("Bring Three Things", "Bring <a list>, <a friend>, and <an empty bag>.", "list users bag"),
            Beat("For Whom?", "Something <for you>, something <for home>, something <for somebody special>.", "user house gift"),
        ),
        "contrast": (
            Beat("First or Last?", "Will you come <first thing>, or <last minute>?", "alarm hourglass", "contrast"),
            Beat("Need or Want?", "Some of it you <need>. Some of it you simply <want>. Both count.", "check heart", "contrast"),
        ),
        "steps": (
            Beat("Make It Easy", "First, <set a reminder>. Then <make a list>. Finally, <come on by>.", "bell list storefront", "steps"),
            Beat(
                "Look, Try, Choose", "First, <look around>. Then <try it on>. Finally, <choose your favourite>.", "eye shirt star", "steps"
            ),
        ),
        "image": (
            Beat("Picture the Window", "Picture the window. What makes you stop?", "storefront window"),
            Beat("The Bag by the Door", "Picture the bag by your door tonight. What is in it?", "bag door"),
        ),
        "closing": (
            Beat("Come On In", "{topic}. Come on in.", "storefront", button="Come On In"),
            Beat("See You Inside", "{topic}: we’ll see you inside.", "door", button="Step Inside"),
        ),
    },
    "people": {
        "question": (
            Beat("Who Comes to Mind?", "Who is the first person you think of?", "user heart"),
            Beat("What Comes Back First?", "What comes back first: a voice, a kitchen, or a song?", "music house"),
        ),
        "list": (
            Beat("The Small Things", "It is in the small things: <a voice>, <a laugh>, <a hand on the shoulder>.", "chat smiley hand"),
            Beat("Open the Album", "Open the album: <a face>, <a place>, <a long-forgotten afternoon>.", "user image sun"),
            Beat("Three Words to Say", "There are words we save too long: <thank you>, <I remember>, <stay a while>.", "heart brain chair"),
        ),
        "contrast": (
            Beat("Then and Today", "<Back then>, nobody thought to write it down. <Today>, we can.", "hourglass pencil", "contrast"),
            Beat("Said and Unsaid", "Some things were <said out loud>. Others were <simply understood>.", "chat heart", "contrast"),
        ),
        "steps": (
            Beat(
                "Keep It Alive",
                "First, <find one photograph>. Then <tell its story>. Finally, <ask for another>.",
                "image chat question",
                "steps",
            ),
            Beat(
                "Make the Call",
                "First, <think of a name>. Then <find the number>. Finally, <ask how they are>.",
                "user phone chat",
                "steps",
            ),
        ),
        "image": (
            Beat(
                "An Ordinary Day",
                "Think of an ordinary day, with nothing to celebrate. {topic} [belongs|belong] there too.",
                "calendar sun",
            ),
            Beat("The Light in the Room", "Remember the light in the room. Remember who sat where.", "lamp chair"),
        ),
        "closing": (
            Beat("With Love", "{topic}. Keep it close.", "heart", button="Keep It Close"),
            Beat("Tell It Again", "{topic}: tell it again, to somebody new.", "chat", button="Tell the Story"),
        ),
    },
    "food": {
        "question": (
            Beat("What Are You Hungry For?", "What are you in the mood for right now: crisp, soft, or warm?", "fork hunger"),
            Beat("The First Bite", "Do you remember your first taste of {topic}?", "heart cookie"),
        ),
        "list": (
            Beat("Come to Your Senses", "Start with your senses: <the look>, <the smell>, <the first taste>.", "eye flower cookie"),
            Beat("All You Need", "All you need is <a table>, <a little time>, and <good friends>.", "table clock users"),
            Beat("For Every Moment", "{topic} <for the early start>, <for the long lunch>, <for the slow Sunday>.", "alarm fork couch"),
        ),
        "contrast": (
            Beat(
                "Slow or Quick?", "<Slowly>, with a friend? Or <quickly>, on the way? There is a place for both.", "coffee bag", "contrast"
            ),
            Beat("Share It or Keep It?", "Will you <share it>, or <keep it all to yourself>? We won’t tell.", "share lock", "contrast"),
        ),
        "steps": (
            Beat(
                "How to Enjoy It",
                "First, <put your phone away>. Then <take a deep breath>. Finally, <take your time>.",
                "phone wind clock",
                "steps",
            ),
            Beat(
                "Make It Yours",
                "First, <choose your favourite>. Then <invite somebody>. Finally, <set the table>.",
                "star envelope fork",
                "steps",
            ),
        ),
        "image": (
            Beat("Picture the Table", "Picture the table. {topic} in the middle, and one chair still free.", "table chair"),
            Beat("Follow Your Nose", "Follow your nose. Where [does|do] {topic} take you?", "path map"),
        ),
        "closing": (
            Beat("Save a Seat", "{topic}. Who will you share it with?", "heart", button="Share the Table"),
            Beat("Dig In", "{topic}: now it’s your turn to taste.", "fork", button="Taste for Yourself"),
        ),
    },
    "health": {
        "question": (
            Beat("How Are You, Really?", "How do you feel right now? Not at work, not online. Here.", "heart pulse"),
            Beat("Listen to Your Body", "What is your body asking for today?", "person heartbeat"),
        ),
        "list": (
            Beat("Three Moments a Day", "Find a place for {topic}: <in the morning>, <at midday>, <before bed>.", "sun clock moon"),
            Beat("Notice Three Things", "Notice <your breath>, <your shoulders>, and <your pace>.", "wind person footprints"),
            Beat("What Gets in the Way?", "What gets in the way: <the screen>, <the schedule>, or <the sofa>?", "screen calendar couch"),
        ),
        "contrast": (
            Beat(
                "A Little, Often",
                "Choose <a little every day> over <a lot once a month>, and see what sticks.",
                "calendar barbell",
                "contrast",
            ),
            Beat(
                "Add or Take Away?",
                "You can <add something> to your day, or <take something away>. Which is easier?",
                "plus minus",
                "contrast",
            ),
        ),
        "steps": (
            Beat("Begin Today", "First, <pick a time>. Then <make it easy>. Finally, <write it down>.", "clock check pencil", "steps"),
            Beat("A Gentle Start", "First, <sit up straight>. Then <breathe out slowly>. Finally, <begin>.", "chair wind play", "steps"),
        ),
        "image": (
            Beat("Picture Next Month", "Picture yourself next month. What [has|have] {topic} changed in your day?", "calendar mirror"),
            Beat("Be Your Own Friend", "What would you tell a good friend about {topic}? Tell yourself the same.", "users chat"),
        ),
        "closing": (
            Beat("One Small Step", "{topic}: take one small step today.", "footprints", button="Start Today"),
            Beat("Be Kind to Yourself", "Give {topic} a little time, and give yourself some patience.", "heart", button="Take Your Time"),
        ),
    },
    "place": {
        "question": (
            Beat("Where Would You Be?", "If you had one free afternoon, where would you be?", "map sun"),
            Beat("The View From Here", "What do you want to see when you look up?", "eye window"),
        ),
        "list": (
            Beat("Pack Three Things", "For {topic}, pack three things: <curiosity>, <good shoes>, and <time>.", "backpack sneaker clock"),
            Beat("Morning, Noon and Night", "See {topic} <in the morning light>, <at noon>, and <after dark>.", "sun clock moon"),
            Beat("Ask a Local", "Ask somebody who knows it well: <where to sit>, <what to try>, and <when to come>.", "chair fork clock"),
        ),
        "contrast": (
            Beat("Plan or Wander?", "You can <follow the map>, or <follow the street>. Do a little of both.", "map path", "contrast"),
            Beat("Postcard or Memory?", "One half is <for the photo>. The other half is <for yourself>.", "camera heart", "contrast"),
        ),
        "steps": (
            Beat("Getting There", "First, <choose a day>. Then <tell a friend>. Finally, <open the door>.", "calendar chat door", "steps"),
            Beat(
                "Arrive Slowly",
                "First, <put down your bag>. Then <walk once around>. Finally, <find your corner>.",
                "bag path chair",
                "steps",
            ),
        ),
        "image": (
            Beat("Close Your Eyes", "Close your eyes and walk through {topic}. Who comes to meet you?", "door users"),
            Beat("A Small Detail", "Look for one small detail of {topic} that nobody else would notice.", "magnifying star"),
        ),
        "closing": (
            Beat("See You There", "{topic}. See you there.", "map", button="Come and See"),
            Beat("Save the Date", "Pick a day for {topic}, and write it down.", "calendar", button="Pick a Day"),
        ),
    },
    "community": {
        "question": (
            Beat("Who Will Be There?", "Who would you like to stand next to?", "users heart"),
            Beat("What Can You Bring?", "What could you bring: an hour, an idea, or a cake?", "clock lightbulb cake"),
        ),
        "list": (
            Beat(
                "Three Ways to Take Part",
                "There are three ways to take part: <come along>, <lend a hand>, <tell a neighbour>.",
                "footprints hand chat",
            ),
            Beat("Put It in the Calendar", "Note <the day>, <the time>, and <the place>.", "calendar clock map"),
        ),
        "contrast": (
            Beat("From Me to Us", "It begins with <one person>. It works with <many>.", "user users", "contrast"),
            Beat("Watch or Join?", "You can <watch from the door>, or <step inside>.", "door users", "contrast"),
        ),
        "steps": (
            Beat("Take Part", "First, <save the date>. Then <bring a friend>. Finally, <say hello>.", "calendar users chat", "steps"),
            Beat(
                "Help It Grow", "First, <tell one neighbour>. Then <ask what is needed>. Finally, <turn up>.", "chat question door", "steps"
            ),
        ),
        "image": (
            Beat("An Empty Room", "Picture the empty room before {topic}. Now fill it with people you know.", "door users"),
            Beat("The Day After", "Think of the day after {topic}. What would you like to hear people say?", "calendar chat"),
        ),
        "closing": (
            Beat("Be There", "{topic}. We hope to see you.", "users", button="Be There"),
            Beat("Count Me In", "{topic}: bring somebody along.", "hand", button="Count Me In"),
        ),
    },
}
