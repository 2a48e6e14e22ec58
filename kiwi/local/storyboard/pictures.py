"""What a camera films for words that name nothing one could point it at, and what a stock site finds for them."""

TABLE = """
users team community crowd audience group public: a small group of people talking and laughing together: people talking
user person customer client viewer guest owner: a person going about their day with a quiet smile: person smiling
friend somebody neighbour: two friends walking side by side: friends walking
tag price discount sale deal offer seal: hands choosing from the shelves of a small shop: shopping store
coins money cost budget savings saving profit piggy-bank wallet payment percent: coins falling into a glass jar: coins jar
map-pin address location place signpost: people walking along the street of a small town: town street
map compass direction: hands unfolding a paper map on a car's bonnet, seen from afar: travel road
lightbulb idea thought brain mind: a lamp being switched on above a wooden desk: light bulb
question chat quotes conversation answer: two people deep in conversation in a café: people conversation
lightning energy power electricity plug current: power lines over open country at dusk: power lines
chart growth progress increase plus plant: a seedling breaking through dark soil: seedling growing
business company work job career meeting employee: people at work around a large table in a bright room: office team
robot ai technology automation intelligence machine: a robot arm moving with great precision: robot arm
data software code internet computer cpu circuit desktop cursor mouse screen monitor: blinking lights in a server room: server room
shield safety security protection privacy trust lock key: a hand turning the key in an old door: door lock
globe world planet country: the turning earth seen from space: earth space
clock time hour minute second timer hourglass alarm pause schedule metronome: sand running through an hourglass: hourglass sand
calendar date day week month year monday friday saturday sunday: morning light wandering across a kitchen: morning kitchen
phone call telephone app mobile: hands holding a phone, its screen turned away: person phone
heart love care kindness heartbeat: two people holding hands on a walk: holding hands
gift present bonus free: hands untying the ribbon of a present: gift ribbon
opening entrance: a door opening into bright daylight: door opening
storefront shop store market boutique: a small shop in the morning, its door open to the street: shop street
truck delivery shipping transport cube archive box: a delivery van driving through a quiet street: delivery van
student school class lesson learning education course chalkboard backpack notebook: students reading on a flight of steps: students reading
story history memory knowledge record frame film: a hand leafing through old photographs: old photographs
books book: a hand taking an old book from a wooden shelf: books library
news report announcement newspaper broadcast megaphone: commuters waiting on a platform in the morning: commuters station
list task pencil note file folder paper: a hand writing in a paper notebook, seen from the side: writing notebook
wrench tool repair service maintenance toolbox gear fix: hands mending a machine with a wrench: hands tools
hand craft quality skill: skilled hands at work on a wooden table: craft hands
check star success achievement goal winner target flag diamond trophy: friends reaching the top of a hill, arms in the air: hilltop friends
health fitness wellness pulse barbell training: a person stretching in a park in the morning: stretching park
future tomorrow innovation rocket sparkle: the sun rising over the roofs of a city: city sunrise
change swap repeat arrows arrow arrow-left arrows-in arrows-out x minus equals: leaves turning in the wind: leaves wind
nature environment climate leaf tree: sunlight falling through the leaves of a forest: forest sunlight
freedom peace calm quiet: a bird gliding over open water: bird sea
eye eyeglasses binoculars magnifying detective eye-slash eye-closed look: the face of a person looking closely at something: curious face
ear listening bell smiley laughter joy: a person laughing, head turned to the light: person laughing
path footprints step journey way: feet walking along a path through tall grass: walking path
atom flask microscope test science research experiment: coloured liquid swirling in a glass flask: science laboratory
scales calculator ruler balance decision choice: stones being balanced one on top of another: balanced stones
puzzle game play problem: hands fitting pieces of a wooden puzzle: puzzle hands
envelope share copy message letter: a hand dropping a letter into a letterbox: letter mailbox
image palette: a brush drawing paint across a canvas: painting brush
music song concert radio microphone: hands playing an acoustic guitar: guitar playing
house home family: a family at breakfast in a bright kitchen: family breakfast
baby child children: a child running across a meadow: child meadow
ticket gavel receipt line circle trash eraser suitcase sneaker shirt turtle rabbit: a busy square seen from above: city square
solar sunlight sun summer: the low sun over a wide field: sun field
water drop rain: drops of water falling into a still pond: water drops
hunger fork food meal: steam rising from a plate on a table: food plate
"""


def _filmed() -> dict[str, tuple[str, str]]:
    rows = (line.split(": ") for line in TABLE.strip().splitlines())
    return {word: (what, search) for words, what, search in rows for word in words.split()}


FILMED: dict[str, tuple[str, str]] = _filmed()
"""A word to what a camera films for it and what stock sites are asked for."""
UNSEEN = frozenset(
    (
        "thing lot kind bit something everything nothing anything anybody everybody one part number end side example reason fact case "
        "sort type level point value benefit advantage solution need chance option difference effect impact result detail feature method "
        "system topic subject video scene step guess pile favour doubt routine source sum try mistake round taste voice name minute "
        "moment beginning start life use help matter matters size amount rest half pair row word open picture practise bottom top middle "
        "front back today tomorrow yesterday now night rule trick secret tip hint style mood tone sense feeling hope dream wish"
    ).split()
)
ABSTRACT_ENDINGS = ("tion", "sion", "ness", "ment", "ity", "ance", "ence", "ship", "ism", "hood", "acy", "dom", "ing", "ure")
SEEN_ALL_THE_SAME = frozenset(
    (
        "building ocean station painting ring spring string clothing pudding crossing garment apartment monument pavement university "
        "kitty furniture picture sculpture nature ambulance king wing dressing cleaning swimming running cycling climbing cooking "
        "gardening painting wedding sailing surfing dancing fishing camping skiing reading lightning pipeline engine city community "
        "facility pottery fence pasture"
    ).split()
)


def can_be_seen(noun: str) -> bool:
    """Whether a noun probably names something that stands in front of a camera."""
    return noun not in UNSEEN and (noun in SEEN_ALL_THE_SAME or not noun.endswith(ABSTRACT_ENDINGS))
