"""What there is to ask, list and compare in each field of life: the specific part of a film on a bare topic."""

from kiwi.local.patterns.beats import Beat, Slots

CUES: dict[str, str] = {
    "shop": r"sale|discount|black friday|shop|store|boutique|market|new collection|clothes|clothing|shoes|gift card|half price|clearance|barber|salon|hairdresser",
    "people": r"birthday|anniversar\w*|wedding|grand(?:mother|father|ma|pa|parent)|mother|father|mum|mom|dad|famil(?:y|ies)|friendship|friend|memor(?:y|ies)|childhood|retirement|graduation|love|"
    r"marriage|baby|babies|sister|brother|parenting|kindness|gratitude|goodbye",
    "technology": r"ai|artificial intelligence|technolog\w*|software|app|robot|robotics|comput\w*|internet|blockchain|crypto\w*|cloud computing|cyber\w*|data|digital|smart ?phone|machine learning|quantum|"
    r"coding|programming|python|javascript|website|5g|virtual reality|vr|drone|chip|algorithm|automation|chatbot|password|online|encryption|server|tech",
    "science": r"solar|energy|electric\w*|batter(?:y|ies)|wind|gravity|light|black hole|planet|star|space|universe|moon|mars|atom|dna|gene|genetic\w*|vaccin\w*|chemistry|physics|biology|"
    r"photosynthesis|volcano|earthquake|weather|climate|sky|rainbow|magnet\w*|heat pump|nuclear|tide|evolution|brain|cell|immune|engine|rocket|satellite|gps|sound|lightning|thunder|tornado",
    "nature": r"animal|dog|cat|bird|bee|whale|dolphin|wol(?:f|ves)|horse|fish|insect|butterfl(?:y|ies)|forest|ocean|sea|river|mountain|tree|plant|garden|gardening|flower|recycl\w*|"
    r"environment\w*|sustainab\w*|pollution|plastic|wildlife|conservation|coral|penguin|elephant|pet|pupp(?:y|ies)|kitten|owl|turtle|shark|compost\w*",
    "food": r"coffee|latte|espresso|milk|oat|tea|bread|bak(?:e|ery|ing)|cook|cooking|recipe|pizza|pasta|restaurant|caf[eé]|croissant|cake|cookie|chocolate|food|meal|breakfast|lunch|dinner|soup|wine|beer|"
    r"cheese|fruit|vegetable|smoothie|sushi|kitchen|ice cream|pancake|pumpkin|egg|rice|curry|taco|burger|juice|honey|spice|sourdough|donut|bbq|menu|gluten|porridge",
    "health": r"health|healthy|sleep|fitness|gym|yoga|meditat\w*|exercise|workout|running|stress|anxiety|mental|nutrition|diet|vitamin|water|hydration|posture|teeth|dentist|doctor|medicine|breathing|"
    r"mindfulness|wellness|walking|stretch\w*|heart|skin|hand ?washing|brush\w*",
    "business": r"business|start-?up|marketing|pricing|entrepreneur\w*|brand|e-?commerce|freelanc\w*|leadership|negotiat\w*|remote work|working from home|productivity|time management|meeting|"
    r"job interview|teamwork|hiring|management|project|office|career|customer service|sales pitch",
    "money": r"money|budget\w*|saving|savings|invest\w*|stock|tax|taxes|loan|mortgage|insurance|bank|inflation|retirement plan|credit|debt|econom\w*|compound interest|accounting|pension|finance|financial",
    "learning": r"learn\w*|study|studying|school|college|university|education|language|reading|book|math|maths|history|exam|public speaking|teaching|library|writing|vocabulary|grammar|essay|homework|"
    r"philosophy|democracy|roman|ancient|war|revolution|pyramid|empire|century",
    "culture": r"music|jazz|guitar|piano|song|art|arts|painting|photograph\w*|film|cinema|theatre|theater|dance|dancing|poetry|museum|festival|concert|band|fashion|design|architecture|football|soccer|"
    r"basketball|tennis|chess|game|gaming|olympic\w*|marathon|surfing|skating|climbing|martial art|opera|hip hop|podcast",
    "place": r"travel\w*|trip|holiday|vacation|city|cities|town|village|hotel|beach|island|paris|rome|tokyo|london|japan|italy|france|iceland|greece|spain|portugal|norway|norwegian|camping|hiking|road trip|train|"
    r"bike|cycling|bicycle|tour|park|house|home|apartment|neighbou?rhood|lake|desert|cruise|airport|hostel|weekend",
    "making": r"how to|build\w*|fix\w*|repair\w*|knit\w*|sew\w*|craft|woodwork\w*|pottery|origami|paint|draw|drawing|diy|tie|sharpen\w*|assembl\w*|install\w*|making|candle|soap|lego",
    "community": r"charity|volunteer\w*|donat\w*|fundrais\w*|event|party|picnic|conference|meet-?up|open day|community|neighbou?r|election|vot(?:e|ing)|church|club|team|workshop|webinar|grand opening|"
    r"reopening|fair|food bank|shelter",
}
"""Words that place a topic in a field; the field with most of them wins, earlier fields first."""

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
    "technology": {
        "question": (
            Beat("What Would You Hand Over?", "Which task would you hand over first?", "task question"),
            Beat("Your Monday Morning", "Think of the screen you stare at on Monday. Which part would you skip?", "monitor calendar"),
            Beat("One Click Too Many", "Where in your day is there one click too many?", "cursor mouse"),
        ),
        "list": (
            Beat(
                "Look Around Your Desk",
                "Look around: <a form to fill>, <a file to find>, <a message to answer>. Where would {topic} fit?",
                "folder file desktop",
            ),
            Beat(
                "Ask Before You Plug In", "Before you plug it in, ask about <your data>, <your time> and <your choice>.", "plug shield lock"
            ),
            Beat(
                "Three Parts to Meet",
                "To understand {topic}, meet three parts: <what goes in>, <the rules> and <what comes out>.",
                "cpu circuit gear",
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
    "food": {
        "question": (
            Beat("What Are You Hungry For?", "What are you in the mood for right now: crisp, soft, or warm?", "fork hunger"),
            Beat("The First Bite", "Do you remember your first taste of {topic}?", "heart cookie"),
        ),
        "list": (
            Beat("Come to Your Senses", "Start with your senses: <the look>, <the smell>, <the first taste>.", "eye flower cookie"),
            Beat("Good Company", "All you need is <a table>, <a little time>, and <good company>.", "table clock users"),
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
    "learning": {
        "question": (
            Beat("What Do You Know Already?", "What do you know about {topic} already? Say it out loud, however little.", "brain chat"),
            Beat("The Gap", "Where does it stop making sense? That is the place to start.", "question map"),
        ),
        "list": (
            Beat("Who, When, Why", "Start with <who was there>, <when it happened>, and <why it mattered>.", "users calendar lightbulb"),
            Beat("Three Ways In", "There are three ways into {topic}: <a person>, <a place>, or <an object>.", "user map key"),
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
            Beat(
                "Three Rounds", "First, <watch it once>. Then <do it slowly>. Finally, <do it without looking>.", "eye hand check", "steps"
            ),
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
            Beat("Read or Try?", "You can <read about {topic}>, or <try it>. You choose.", "book hand", "contrast"),
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
}
