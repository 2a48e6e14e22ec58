"""What there is to ask of work: business, money, making things, an offer; and of a topic that fits no field."""

from kiwi.local.patterns.beats import Beat, Slots

FIELDS: dict[str, Slots] = {
    "business": {
        "question": (
            Beat("What Is It Worth to You?", "What would a good week look like? Be specific.", "target calendar"),
            Beat("The Number on Your Mind", "Which number do you check first, and which one do you avoid?", "chart eye"),
        ),
        "list": (
            Beat(
                "Count Three Things",
                "With {topic}, count three things: <what comes in>, <what goes out>, <what stays>.",
                "coins wallet piggy-bank",
            ),
            Beat("Ask the Right People", "Talk to <a customer>, <a colleague>, and <a critic>. Then decide.", "user users chat"),
            Beat("On One Page", "Put it on one page: <the goal>, <the cost>, <the next step>.", "target receipt arrow"),
        ),
        "contrast": (
            Beat(
                "Urgent or Important?", "Sort your list in two: <urgent> on one side, <important> on the other.", "alarm star", "contrast"
            ),
            Beat("Now and Later", "Weigh <what it costs now> against <what it changes later>.", "scales clock", "contrast"),
        ),
        "steps": (
            Beat(
                "Take Stock",
                "First, <write down where you are>. Then <decide where to go>. Finally, <set a date>.",
                "map flag calendar",
                "steps",
            ),
            Beat(
                "Keep It Simple",
                "First, <choose one goal>. Then <tell somebody>. Finally, <check every Friday>.",
                "target chat calendar",
                "steps",
            ),
        ),
        "image": (
            Beat(
                "The Empty Chair",
                "Put an empty chair at the table for the person who pays. What would they say about {topic}?",
                "chair user",
            ),
            Beat("A Year From Now", "Write yourself a note about {topic}, to be opened in a year.", "envelope calendar"),
        ),
        "closing": (
            Beat("Make a Plan", "{topic}: make one decision this week.", "check", button="Make Your Plan"),
            Beat("Start the List", "Take a sheet of paper, write {topic} at the top, and begin.", "pencil", button="Write It Down"),
        ),
    },
    "money": {
        "question": (
            Beat("Where Does It Go?", "Do you know where your last ten went?", "coins question"),
            Beat("A Little Extra", "What would you do with a little more each month?", "piggy-bank calendar"),
        ),
        "list": (
            Beat(
                "Three Jars",
                "Picture three jars: <one to spend>, <one to keep>, <one to give>. Which one is {topic} about?",
                "coins piggy-bank gift",
            ),
            Beat(
                "Three Numbers", "For {topic}, write down three numbers: <the amount>, <the time>, and <the rate>.", "coins clock percent"
            ),
        ),
        "contrast": (
            Beat(
                "This Month or Next Year?",
                "Some of it is for <this month>. Some of it is for <ten years from now>.",
                "calendar hourglass",
                "contrast",
            ),
            Beat("Risk and Sleep", "Weigh <what you could win> against <how well you sleep>.", "scales moon", "contrast"),
        ),
        "steps": (
            Beat(
                "Do the Sum",
                "First, <write down the numbers>. Then <do the sum>. Finally, <change one number>.",
                "pencil calculator swap",
                "steps",
            ),
            Beat(
                "Ask Before You Sign",
                "First, <read it twice>. Then <ask what it costs>. Finally, <sleep on it>.",
                "book coins moon",
                "steps",
            ),
        ),
        "image": (
            Beat("On a Napkin", "Could you explain {topic} on a paper napkin? Draw the first line.", "pencil note"),
            Beat("In Ten Years", "Picture the same sum ten years on. What would you tell yourself about {topic}?", "hourglass user"),
        ),
        "closing": (
            Beat("Do the Sum Tonight", "{topic}: do the sum tonight, with your own numbers.", "calculator", button="Do the Sum"),
            Beat("Ask One Question", "Ask one good question about {topic} before your next decision.", "question", button="Ask First"),
        ),
    },
    "making": {
        "question": (
            Beat("What Do You Want to Make?", "What do you want to hold in your hands at the end?", "hand star"),
            Beat("What Stops You?", "What has stopped you so far: tools, time, or nerves?", "wrench clock"),
        ),
        "list": (
            Beat(
                "Set Up First",
                "Before you start, set up three things: <a clear table>, <good light>, and <everything within reach>.",
                "table lamp hand",
            ),
            Beat("Check Your Tools", "Lay them out: <what you need>, <what you might need>, and <a cloth>.", "toolbox wrench"),
            Beat("Three Kinds of Care", "Take care with <the measure>, <the order>, and <the last touch>.", "ruler list hand"),
        ),
        "contrast": (
            Beat("Slow First, Fast Later", "<Slow and right> comes first. <Fast and smooth> comes later.", "turtle rabbit", "contrast"),
            Beat("Mistake or Lesson?", "<A mistake> shows you where you are. <A second try> shows you where to go.", "x check", "contrast"),
        ),
        "steps": (
            Beat("Three Rounds", "First, <see it once>. Then <do it slowly>. Finally, <do it without looking>.", "eye hand check", "steps"),
            Beat(
                "From Plan to Done",
                "First, <read it through>. Then <try one part>. Finally, <put it together>.",
                "book puzzle check",
                "steps",
            ),
        ),
        "image": (
            Beat("Watch Your Hands", "Watch your hands. Where do they hesitate? Practise that part alone.", "hand repeat"),
            Beat("Stop Halfway", "Stop halfway and look at what you have. What would you change now?", "pause eye"),
        ),
        "closing": (
            Beat("Your Turn", "Now put this down and give {topic} a try.", "hand", button="Give It a Try"),
            Beat("Do It Again", "{topic}: once for practice, once for yourself, once for a friend.", "repeat", button="Practise Again"),
        ),
    },
    "offer": {
        "question": (
            Beat("What Do You Need?", "What would you want {topic} to do for you?", "question user"),
            Beat("Tell Us Honestly", "What have you been putting off?", "clock list"),
        ),
        "list": (
            Beat("Come as You Are", "Come with <a question>, <a problem>, or <an open mind>.", "question puzzle lightbulb"),
            Beat("Ask Us Anything", "Ask about <the how>, <the when>, or <the why>.", "chat clock question"),
        ),
        "contrast": (
            Beat("Read or Try?", "You can <read about {topic}>, or <try [it|them]>. You choose.", "book hand", "contrast"),
            Beat("Today or Someday?", "Is it a job for <today>, or for <someday>?", "calendar cloud", "contrast"),
        ),
        "steps": (
            Beat(
                "How It Starts",
                "First, <take a look>. Then <ask what you need to know>. Finally, <make up your mind>.",
                "eye question check",
                "steps",
            ),
            Beat(
                "Three Easy Steps",
                "First, <say hello>. Then <tell us what you need>. Finally, <see if it fits>.",
                "hand chat puzzle",
                "steps",
            ),
        ),
        "image": (
            Beat("Picture Next Week", "Picture next week with {topic} in it. What is different?", "calendar image"),
            Beat("Think of Somebody", "Who do you know that {topic} would suit?", "users heart"),
        ),
        "closing": (
            Beat("Find Out for Yourself", "{topic}. Find out for yourself.", "magnifying", button="Find Out More"),
            Beat("Say Hello", "{topic}: come and say hello.", "hand", button="Say Hello"),
        ),
    },
    "general": {
        "question": (
            Beat("What Comes to Mind?", "What comes to mind first when you hear {topic}?", "lightbulb question"),
            Beat("Where Have You Met It?", "Where did you last come across {topic}?", "map question"),
        ),
        "list": (
            Beat("Three Sides", "Look at {topic} from three sides: <from near>, <from far>, and <from within>.", "eye globe heart"),
            Beat("Ask Three People", "Ask <a beginner>, <an expert>, and <a sceptic> about {topic}.", "user users question"),
        ),
        "contrast": (
            Beat("With and Without", "Imagine a day <with {topic}>, and a day <without {topic}>.", "sun cloud", "contrast"),
            Beat("First Look, Second Look", "Compare <your first impression> with <your second look>.", "eye magnifying", "contrast"),
        ),
        "steps": (
            Beat("Three Steps", "First, <look>. Then <ask>. Finally, <decide>.", "eye question check", "steps"),
            Beat(
                "Get to Know It",
                "First, <find an example>. Then <take it apart>. Finally, <put it in words>.",
                "magnifying puzzle chat",
                "steps",
            ),
        ),
        "image": (
            Beat("In One Picture", "If you had one picture for {topic}, what would be in it?", "image frame"),
            Beat("In One Word", "If you had one word for {topic}, which would it be?", "chat"),
        ),
        "closing": (
            Beat("Over to You", "{topic}: what will you do with it?", "star", button="Over to You"),
            Beat("Take a Closer Look", "{topic}. Take a closer look.", "eye", button="Take a Closer Look"),
        ),
    },
    "story": {
        "question": (
            Beat("The First to See It", "Who sees {topic} first?", "eye"),
            Beat("Before the First Word", "What happened the evening before?", "moon"),
        ),
        "list": (
            Beat(
                "Who Is in It?", "There is <somebody who waits>, <somebody who walks>, and <a door between them>.", "clock footprints door"
            ),
            Beat("What You Need to Know", "Remember three things: <a sound>, <a colour>, <a name>.", "ear palette tag"),
        ),
        "contrast": (
            Beat("Know and Hope", "<What we know> is little. <What we hope> is a lot.", "question heart", "contrast"),
            Beat("Stay or Go?", "There is a moment to <stay>, and a moment to <go>.", "house footprints", "contrast"),
        ),
        "steps": (
            Beat(
                "Three Moments",
                "First, <a sound>. Then <a step on the stairs>. Finally, <a light in the window>.",
                "ear footprints lamp",
                "steps",
            ),
            Beat(
                "How It Goes", "First, <nobody notices>. Then <somebody stops>. Finally, <everybody looks up>.", "eye hand users", "steps"
            ),
        ),
        "image": (
            Beat("The Hour It Happens", "Imagine {topic} at the hour when the streetlights come on.", "lamp moon"),
            Beat("A Picture to Keep", "Stop here for a moment, and look at {topic} once more.", "pause image"),
        ),
        "closing": (
            Beat("Your Ending", "{topic}. How would you end it?", "pencil", button="Tell the Ending"),
            Beat("To Be Continued", "{topic}: the rest is yours to tell.", "book", button="Go On Telling"),
        ),
    },
}
