"""Chapters for long films: each asks about one side of a topic, and no sentence of one stands in another."""

from kiwi.film import VideoType
from kiwi.local.patterns.beats import Beat

CHAPTERS: dict[str, tuple[Beat, ...]] = {
    "beginning": (
        Beat("The Beginning", "Let’s go back to the beginning. Who might have wondered about {topic} first?", "clock flag"),
        Beat("The Time Before", "Imagine the time before {topic}. What did people do instead?", "hourglass"),
        Beat(
            "The First Try",
            "Every first try has <an idea>, <a doubt>, and <a deadline>. Which one weighed most?",
            "lightbulb scales calendar",
        ),
        Beat("An Old Photograph", "If there were an old photograph of {topic}, who would be standing at the edge of it?", "image users"),
        Beat(
            "What Was Kept",
            "Some things are <kept>, others are <left behind>. Look for both in the past of {topic}.",
            "box trash",
            "contrast",
        ),
        Beat("A Line to the Present", "Draw a line from that first day to this one. Mark the places where it bends.", "line pencil"),
    ),
    "people": (
        Beat("The People", "Now the people. Whose hands [does|do] {topic} pass through before you meet [it|them]?", "users hand"),
        Beat("Three Roles", "Somebody <has the idea>, somebody <does the work>, somebody <pays the bill>.", "lightbulb wrench receipt"),
        Beat("The Quiet One", "There is often somebody quiet in the background. With {topic}, who is that?", "user"),
        Beat("An Interview", "If you could interview one person about {topic}, who would it be?", "microphone user"),
        Beat("Your First Question", "What would your first question be, before you switch on the recorder?", "question record"),
        Beat(
            "Two Voices",
            "Listen to <somebody in favour> and <somebody against>. Repeat what each one said, fairly.",
            "ear chat",
            "contrast",
        ),
    ),
    "place": (
        Beat("The Place", "Where are we? Put {topic} on a map and zoom in as far as you can.", "map map-pin"),
        Beat("Sounds of a Place", "What do you hear there at six in the morning?", "ear sun"),
        Beat(
            "Indoors and Outdoors",
            "Some of it happens <indoors>, some <outdoors>. Which half do you know better?",
            "house tree",
            "contrast",
        ),
        Beat("Getting There From Here", "Start at your own front door. How far is it to {topic}?", "door path"),
        Beat("The Sign on the Wall", "If you hung up a sign there, what would it say in five words?", "signpost"),
        Beat("A Different Country", "Would a visitor from far away recognise {topic} at once?", "globe suitcase"),
    ),
    "parts": (
        Beat("Taking It Apart", "Let’s take {topic} apart, carefully, on a big table.", "puzzle table"),
        Beat(
            "Name the Parts",
            "First, <lay out the parts>. Then <name them one by one>. Finally, <ask which one could go>.",
            "puzzle tag trash",
            "steps",
        ),
        Beat("The Part in the Middle", "Which part would you put in the middle, with all the others around it?", "target circle"),
        Beat("The Hidden Part", "And which part of {topic} would you have forgotten?", "eye-slash"),
        Beat("Put It Back Together", "Now put everything back together, in another order if you like. Does it still hold?", "puzzle check"),
    ),
    "words": (
        Beat("The Words We Use", "Words matter. Which three words always turn up near {topic}?", "chat quotes"),
        Beat("Say It to a Child", "Explain {topic} to a child of six, without a single long word.", "baby chat"),
        Beat("Say It to an Expert", "Then explain it to an expert, without leaving out what you don’t know.", "graduation-cap"),
        Beat("The Missing Word", "Is there a word you keep avoiding? Write that one down too.", "pencil eraser"),
        Beat("A Dictionary Entry", "Write the dictionary entry yourself: {topic}, a colon, and then one honest line.", "book pencil"),
    ),
    "cost": (
        Beat(
            "The Money Question", "Let’s talk about cost. What do you give for {topic}: <money>, <time>, or <attention>?", "coins clock eye"
        ),
        Beat("Who Pays?", "Who pays, who gains, and is it the same person?", "wallet user"),
        Beat("Worth or Price", "<The price> is a number. <The worth> is a feeling. Say both out loud.", "tag heart", "contrast"),
        Beat("If It Were Free", "If {topic} cost nothing at all, what would you do differently?", "gift"),
        Beat("If It Were Rare", "And if there were only one left, who should have it?", "diamond"),
    ),
    "day": (
        Beat("A Day With It", "Spend an ordinary day with {topic}. Where does [it|they] first come in?", "sun calendar"),
        Beat("Morning", "In the morning, everything has to go quickly. What helps, and what only looks busy?", "alarm coffee"),
        Beat("Afternoon", "After lunch the hands on the clock slow down. Good time for a second look at {topic}.", "clock"),
        Beat("Evening", "In the evening, ask what you would tell somebody at dinner.", "moon fork"),
        Beat("The Day in Three Lines", "Sum up the day in three lines: <what worked>, <what didn’t>, <what’s next>.", "check x arrow"),
    ),
    "doubts": (
        Beat("The Doubts", "Now the doubts. What is the best argument against {topic}?", "scales question"),
        Beat("Take It Seriously", "Take that argument seriously for a whole minute before you answer.", "timer"),
        Beat("What Would Change Your Mind?", "What would you have to see to change your mind?", "eye swap"),
        Beat(
            "Sure and Unsure", "Make two columns: <I’m sure> and <I’m not sure>. Fill the second one first.", "check question", "contrast"
        ),
        Beat("A Friendly Critic", "Show your columns on {topic} to a friendly critic, and only listen.", "user ear"),
    ),
    "senses": (
        Beat("The Senses", "Use your senses. If you could touch {topic}, would it be rough or smooth?", "hand"),
        Beat("Colours", "Which colour belongs to it: the first one you thought of, or the second?", "palette"),
        Beat("Near Your Ear", "Give {topic} a sound: <a hum>, <a click>, or <a bell>.", "music bell"),
        Beat("In Slow Motion", "Play it in slow motion in your head. What do you notice that you missed before?", "film play"),
        Beat("With Your Eyes Shut", "Now shut your eyes, and describe {topic} to somebody who has never met [it|them].", "eye-closed chat"),
    ),
    "picture": (
        Beat("The Big Picture", "Step back. From the top of a hill, what would {topic} be part of?", "mountains"),
        Beat("Neighbours", "Which other topics live next door to {topic}?", "house users"),
        Beat("One Step Bigger", "Make it ten times bigger in your mind. What breaks first?", "arrows-out"),
        Beat("One Step Smaller", "Now make it fit into a pocket. What do you have to leave out?", "arrows-in"),
        Beat(
            "Zoom and Hold",
            "Hold both pictures, <the large one> and <the small one>, for the length of a breath.",
            "globe magnifying",
            "contrast",
        ),
    ),
    "mistakes": (
        Beat("Mistakes Welcome", "Let’s welcome a few mistakes. What did you once believe about {topic}?", "x smiley"),
        Beat("Where the Mistake Came From", "Where did that belief come from: <a book>, <a friend>, or <a film>?", "book user film"),
        Beat("Check One Thing", "Pick one thing you believe about {topic} today, and check it before the week is out.", "check calendar"),
        Beat("Two Sources", "Use two sources that don’t know each other. Do they agree?", "books swap"),
        Beat("Say It Again, Better", "Then say your sentence again, a little more carefully than last time.", "chat pencil"),
    ),
    "trying": (
        Beat("Try It", "Enough talk. What is the smallest thing you can try with {topic} in ten minutes?", "timer hand"),
        Beat(
            "Clear the Table",
            "First, <clear a space>. Then <set a timer>. Finally, <start before you feel ready>.",
            "table timer play",
            "steps",
        ),
        Beat("Write Down What Happened", "Write down what happened, not what should have happened.", "notebook pencil"),
        Beat("Change One Thing", "Try again, and change only one thing. Which one did you choose?", "swap"),
        Beat("Show Somebody", "Show somebody what you did with {topic}, even if it is not finished.", "users image"),
    ),
    "calendar": (
        Beat("The Calendar", "Look at the calendar. Which month belongs to {topic}, and why that one?", "calendar"),
        Beat("Last Year", "What was different a year ago?", "clock hourglass"),
        Beat("Next Week", "What could be different a week from now, if you gave {topic} one hour?", "calendar clock"),
        Beat("Soon and Someday", "Sort your ideas into <soon> and <someday>. Keep the first pile small.", "calendar cloud", "contrast"),
        Beat("Set a Date", "Choose a date. Write it where you will see it.", "calendar pencil"),
    ),
    "object": (
        Beat("An Object", "Choose one object that could stand for {topic} in a glass case.", "cube"),
        Beat("The Label Beside It", "Write the label beside it: <what it is>, <who used it>, <what for>.", "tag user wrench"),
        Beat("The Visitor", "A visitor stops in front of the case. What do they ask the guard?", "user question"),
        Beat("The Empty Case", "The case next to it is empty. What about {topic} should go in there?", "box question"),
        Beat("Closing Time", "It’s closing time. Which room do you walk through once more?", "door clock"),
    ),
    "letter": (
        Beat("A Letter", "Write a letter about {topic} to somebody you miss.", "envelope heart"),
        Beat("How It Starts", "It starts with the weather. Letters do. Then it gets to the point.", "cloud pencil"),
        Beat("The Sentence You Cross Out", "There is one sentence you cross out twice, and write a third time.", "eraser"),
        Beat("The Postscript", "In the postscript, add what you really wanted to say about {topic}.", "pencil"),
        Beat("Send It or Keep It", "Will you <send the letter>, or <keep it in a drawer>?", "envelope archive", "contrast"),
    ),
    "rules": (
        Beat("Rules", "What are the rules of {topic}, written or unwritten?", "list book"),
        Beat("Who Made Them?", "Who made those rules, and when were they last asked about?", "gavel clock"),
        Beat("Bend or Break", "Which rule would you <bend>, and which would you <never break>?", "path shield", "contrast"),
        Beat("A New Rule", "Invent one new rule for {topic}. It must fit on a sticky note.", "note"),
        Beat("Test the Rule", "Live with your new rule for a day before you tell anyone.", "calendar check"),
    ),
    "whatif": (
        Beat("What If?", "Let’s play a game. What if {topic} disappeared tonight?", "moon question"),
        Beat("The Morning After", "Who would notice by breakfast, and who by the end of the month?", "sun calendar"),
        Beat("The Replacement", "What would people build, borrow or invent in place of {topic}?", "wrench lightbulb"),
        Beat("The Return", "And when {topic} came back, what would you want to be different?", "arrow-left star"),
        Beat("Back to Today", "Back to today. Nothing has disappeared, and you have seen a little more.", "sun eye"),
    ),
    "teaching": (
        Beat("Teach It", "The best test is teaching. Plan a lesson on {topic} that lasts five minutes.", "chalkboard timer"),
        Beat("The Lesson Plan", "First, <ask a question>. Then <show one example>. Finally, <let them try>.", "question eye hand", "steps"),
        Beat("The Hardest Question", "Which question would you be afraid of? Prepare that answer first.", "question shield"),
        Beat("The Front Row", "Picture the front row. Who is smiling, and who has stopped listening?", "users"),
        Beat("After the Lesson", "After the lesson, ask what they will remember of {topic} tomorrow.", "brain calendar"),
    ),
    "notebook": (
        Beat("Collect", "Open an empty notebook and write {topic} on the cover.", "notebook"),
        Beat("Page One", "Page one is for questions only. Leave the answers for later.", "question"),
        Beat("Page Two", "Page two is for names, places and dates that belong to {topic}.", "list calendar"),
        Beat("Page Three", "Page three is for drawings, and nobody has to see them.", "pencil palette"),
        Beat("The Last Page", "Keep the last page free. You will know when to write on it.", "book"),
    ),
    "back": (
        Beat("Looking Back", "Before we finish, look back. Where did {topic} surprise you?", "eye star"),
        Beat("Three to Keep", "Choose three to keep: <a question>, <a picture>, <a person>.", "question image user"),
        Beat("One to Let Go", "And one thing to let go: perhaps an old opinion.", "leaf wind"),
        Beat("The Next Hour", "What will you do about {topic} in the next hour?", "clock"),
        Beat("A Word of Thanks", "Somebody taught you something on the way. Say thank you.", "heart chat"),
    ),
}

FIRST: dict[VideoType, tuple[str, ...]] = {
    VideoType.PROMOTIONAL: ("day", "people", "senses", "place", "calendar", "trying", "cost", "whatif", "picture", "words"),
    VideoType.EXPLAINER: ("parts", "words", "picture", "teaching", "mistakes", "whatif", "beginning", "trying", "doubts", "notebook"),
    VideoType.TUTORIAL: ("trying", "parts", "mistakes", "rules", "teaching", "calendar", "notebook", "words", "senses", "day"),
    VideoType.STORY: ("beginning", "place", "people", "senses", "object", "day", "letter", "whatif", "notebook", "words"),
    VideoType.NEWS: ("people", "doubts", "cost", "words", "beginning", "place", "rules", "calendar", "picture", "whatif"),
    VideoType.QUOTE: ("words", "letter", "senses", "day", "notebook", "object", "people", "beginning", "picture", "place"),
}
"""The chapters that suit a type best; the others follow them, ``back`` is always last."""


def chapters_for(video_type: VideoType) -> list[tuple[Beat, ...]]:
    """Order all chapters for a type of film."""
    first = FIRST[video_type]
    rest = [name for name in CHAPTERS if name not in first and name != "back"]
    return [CHAPTERS[name] for name in (*first, *rest, "back")]
