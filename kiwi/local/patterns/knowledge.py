"""What there is to ask of what we know: technology, science, nature, learning, culture, processes."""

from kiwi.local.patterns.beats import Beat, Slots

FIELDS: dict[str, Slots] = {
    "technology": {
        "question": (
            Beat("What Would You Hand Over?", "Which task would you hand over first?", "task question"),
            Beat("Your Monday Morning", "Think of the screen you stare at on Monday. Which part would you skip?", "monitor calendar"),
            Beat("One Click Too Many", "Where in your day is there one click too many?", "cursor mouse"),
        ),
        "list": (
            Beat(
                "Three Parts to Meet",
                "To understand {topic}, meet three parts: <what goes in>, <the rules> and <what comes out>.",
                "cpu circuit gear",
            ),
            Beat(
                "Ask Before You Plug In", "Before you plug it in, ask about <your data>, <your time> and <your choice>.", "plug shield lock"
            ),
            Beat(
                "Look Around Your Desk",
                "Look around: <a form to fill>, <a file to find>, <a message to answer>. Where would {topic} fit?",
                "folder file desktop",
            ),
        ),
        "contrast": (
            Beat(
                "Who Does What?",
                "<The routine> can go to a machine. <The judgement> stays with you. Draw that line early.",
                "robot user",
                "contrast",
            ),
            Beat(
                "Tool or Toy?", "Is it <a tool> or <a toy>? Ask what you would miss if {topic} [was|were] gone.", "wrench game", "contrast"
            ),
        ),
        "steps": (
            Beat(
                "Start Small",
                "First, <pick one small task>. Then <try it for a week>. Finally, <keep what helps>.",
                "rocket check",
                "steps",
            ),
            Beat(
                "Test It Yourself",
                "First, <ask it something easy>. Then <ask something you know>. Finally, <compare the answers>.",
                "test magnifying",
                "steps",
            ),
        ),
        "image": (
            Beat("Draw the Box", "Draw a box and write {topic} on it. Which arrows lead in, and which lead out?", "box arrow"),
            Beat("Behind the Screen", "Behind every screen somebody made a choice. With {topic}, whose choice was it?", "screen users"),
        ),
        "closing": (
            Beat("Start With One Task", "{topic}: start with one small task.", "rocket", button="Start Small"),
            Beat("Your Move", "{topic} [is|are] waiting for a good question. Ask yours.", "chat", button="Ask Your Question"),
        ),
    },
    "science": {
        "question": (
            Beat("Before the Answer", "Before you look it up, make a guess. What would you expect {topic} to do?", "lightbulb question"),
            Beat("The Child’s Question", "A child would ask it straight: where does it come from, and where does it go?", "baby question"),
            Beat("Something Changes", "Something changes here. Can you say what, and when?", "eye arrows"),
        ),
        "list": (
            Beat(
                "Three Questions",
                "Three questions open it up: <what goes in>, <what happens inside>, and <what comes out>.",
                "atom gear arrow",
            ),
            Beat("Follow the Path", "Follow the path from <the source>, through <the change>, to <the effect>.", "path lightning"),
            Beat("What to Watch", "With {topic}, watch three things: <the energy>, <the matter>, and <the time>.", "atom clock"),
        ),
        "contrast": (
            Beat(
                "Seen and Unseen",
                "Part of it is <in plain sight>. The rest is <hidden from view>. Good explanations join the two.",
                "eye eyeglasses",
                "contrast",
            ),
            Beat("Changes or Stays?", "Sort it into two piles: <what changes> and <what stays the same>.", "swap equals", "contrast"),
        ),
        "steps": (
            Beat(
                "Explain It Back",
                "First, <draw it>. Then <name every part>. Finally, <explain it out loud>.",
                "pencil tag megaphone",
                "steps",
            ),
            Beat(
                "Think Like a Scientist",
                "First, <look closely>. Then <make a guess>. Finally, <test the guess>.",
                "magnifying flask",
                "steps",
            ),
        ),
        "image": (
            Beat("Zoom In", "Now zoom in on {topic}. What is the smallest part you can name?", "magnifying microscope"),
            Beat("Zoom Out", "Now zoom out. What would be missing around you without {topic}?", "globe planet"),
        ),
        "closing": (
            Beat("Look Again", "Next time you meet {topic}, look again. What do you notice first?", "eye", button="Look Again"),
            Beat(
                "Now You Explain It",
                "Now explain {about} to somebody else, in your own words.",
                "megaphone",
                button="Explain It to a Friend",
            ),
        ),
    },
    "nature": {
        "question": (
            Beat("When Did You Last Look?", "When did you last stop and watch, with nothing in your hands?", "binoculars eye"),
            Beat("Listen First", "Close your eyes for a moment. What [does|do] {topic} sound like to you?", "ear leaf"),
        ),
        "list": (
            Beat("What Lives Need", "Ask what {topic} [needs|need]: <food>, <shelter>, and <room to grow>.", "leaf house tree"),
            Beat("Four Seasons", "Picture {topic} in <spring>, in <summer>, in <autumn> and in <winter>.", "flower sun leaf snowflake"),
            Beat("Where to Look", "Look for signs <on the ground>, <in the air> and <near the water>.", "footprints bird drop"),
        ),
        "contrast": (
            Beat(
                "Near and Far",
                "<Near you>, there is something to see. <Far away>, there is something to protect. Which comes first?",
                "house globe",
                "contrast",
            ),
            Beat("Take or Leave", "Decide what to <take home>, and what to <leave in peace>.", "hand leaf", "contrast"),
        ),
        "steps": (
            Beat(
                "Go Outside",
                "First, <step outside>. Then <stand still>. Finally, <write down what you see>.",
                "door tree notebook",
                "steps",
            ),
            Beat(
                "One Small Habit",
                "First, <choose one habit>. Then <keep it for a month>. Finally, <pass it on>.",
                "plant calendar share",
                "steps",
            ),
        ),
        "image": (
            Beat("Draw It From Memory", "Try to draw {topic} from memory. The gaps show you where to look.", "pencil"),
            Beat("One Quiet Minute", "Give {topic} one quiet minute. It costs nothing but attention.", "timer leaf"),
        ),
        "closing": (
            Beat("Go and See", "{topic}: go and see for yourself.", "binoculars", button="Go and See"),
            Beat("Leave Room", "Leave a little room for {topic} in your week.", "tree", button="Make Room"),
        ),
    },
    "learning": {
        "question": (
            Beat("What Do You Know Already?", "What do you know about {topic} already? Say it out loud, however little.", "brain chat"),
            Beat("The Gap", "Where does it stop making sense? That is the place to start.", "question map"),
        ),
        "list": (
            Beat("Who, When, Why", "Start with <who was there>, <when it happened>, and <why it mattered>.", "users calendar lightbulb"),
            Beat("Where to Start", "To get to know {topic}, start with <a person>, <a place>, or <an object>.", "user map key"),
            Beat(
                "Ask Like a Detective",
                "Ask like a detective: <who says so>, <how do they know>, and <what is missing>?",
                "detective magnifying",
            ),
        ),
        "contrast": (
            Beat("Then and Now", "Hold two pictures side by side: <back then> and <today>. What moved?", "hourglass clock", "contrast"),
            Beat("Read It or Do It?", "You can <read about it>, or <try it yourself>. Do one of each.", "book hand", "contrast"),
        ),
        "steps": (
            Beat(
                "Make It Stick",
                "First, <read one page>. Then <close the book>. Finally, <say it in your words>.",
                "book lock chat",
                "steps",
            ),
            Beat(
                "From Notes to Knowing",
                "First, <collect your questions>. Then <find one good source>. Finally, <teach a friend>.",
                "list book users",
                "steps",
            ),
        ),
        "image": (
            Beat("Draw a Timeline", "Draw a line across a page. Where on it would you put {topic}?", "line clock"),
            Beat("Stand in the Room", "Imagine you are in the room. What do you hear about {topic}?", "door ear"),
        ),
        "closing": (
            Beat("Stay Curious", "{topic}: which question will you take home?", "question", button="Ask the Next Question"),
            Beat("Pass It On", "Now teach somebody one thing about {topic}.", "chalkboard", button="Pass It On"),
        ),
    },
    "culture": {
        "question": (
            Beat("The First Time", "Do you remember the first time {topic} caught you?", "heart star"),
            Beat("Player or Fan?", "Would you rather watch, or take part?", "ticket eye"),
        ),
        "list": (
            Beat("What to Look For", "Pay attention to <the rhythm>, <the detail>, and <the silence in between>.", "metronome magnifying"),
            Beat(
                "The People Around It",
                "{topic} [has|have] <those who make it>, <those who watch>, and <those who wait outside>.",
                "hand eye door",
            ),
            Beat("Three Ways to Begin", "Begin with <a name>, <a date>, or <a favourite>.", "tag calendar star"),
        ),
        "contrast": (
            Beat("Alone or Together?", "<Alone>, with the door closed? Or <together>, with the lights up?", "user users", "contrast"),
            Beat("Rules and Play", "Learn <the rules> first. Then find out where <the play> begins.", "book game", "contrast"),
        ),
        "steps": (
            Beat(
                "Train Your Eye and Ear",
                "First, <pick one piece>. Then <stay with it>. Finally, <say what you felt>.",
                "star clock heart",
                "steps",
            ),
            Beat(
                "Try It Yourself",
                "First, <copy somebody you admire>. Then <change one thing>. Finally, <make it your own>.",
                "copy pencil star",
                "steps",
            ),
        ),
        "image": (
            Beat(
                "Turn Up the Lights",
                "Picture the moment before it starts. What [does|do] {topic} look like from the front row?",
                "ticket lamp",
            ),
            Beat("Backstage", "Now go backstage. Who made this moment of {topic} possible?", "door users"),
        ),
        "closing": (
            Beat("Take Your Seat", "{topic}: take your seat, or take your turn.", "ticket", button="Take Your Turn"),
            Beat("Press Play", "Give {topic} an evening, and see what stays.", "play", button="Press Play"),
        ),
    },
    "process": {
        "question": (
            Beat("Who Starts It?", "Where does it start, and who gives the first push?", "flag hand"),
            Beat("The Order of Things", "What has to happen first, before anything else can?", "list"),
        ),
        "list": (
            Beat("Three Moments", "Follow three moments: <the start>, <the turning point>, and <the result>.", "flag swap check"),
            Beat("Who, What, Why", "At every stage, ask <who acts>, <what changes>, and <why>.", "user swap question"),
        ),
        "contrast": (
            Beat("By Itself or by Hand?", "Some of it happens <by itself>. Some of it needs <a helping hand>.", "gear hand", "contrast"),
            Beat("Rule or Exception?", "Learn <the usual way> first. Then look for <the exception>.", "path question", "contrast"),
        ),
        "steps": (
            Beat(
                "Put It in Order",
                "First, <list the stages>. Then <put them in order>. Finally, <find the slowest one>.",
                "list path clock",
                "steps",
            ),
            Beat(
                "Walk It Through",
                "First, <start at the end>. Then <walk it backwards>. Finally, <tell it forwards>.",
                "flag path chat",
                "steps",
            ),
        ),
        "image": (
            Beat("Boxes and Arrows", "Draw it as a row of boxes. Which arrow are you unsure about?", "box arrow"),
            Beat("Take One Away", "Take one stage away. Does it still work?", "puzzle question"),
        ),
        "closing": (
            Beat("Could You Explain It?", "Could you explain {about}? Try it on a friend.", "chat", button="Explain It to a Friend"),
            Beat("From Start to Finish", "Now tell it from start to finish: {about}.", "flag", button="Tell It in Order"),
        ),
    },
}
