"""Which icons stand for the common topics of films: word to icon names, best first."""

TOPIC_TABLE = """
technology tech digital innovation: cpu circuitry robot
ai intelligence ml neural: brain robot sparkle head-circuit
robot robotics automation automate: robot gear robot
assistant copilot chatbot: robot headset chat-circle-dots
computer computing pc: desktop laptop cpu
software app program programming: app-window code device-mobile
developer code coding coder: code terminal-window brackets-curly
data dataset: database chart-bar hard-drives
internet web online website: globe browser cursor-click
cloud server hosting: cloud hard-drives cloud-check
phone smartphone mobile: device-mobile phone
call telephone: phone phone-call
network connection connectivity connect link: network share-network link
chip processor hardware electronics: cpu circuitry memory
science research scientist: flask microscope atom
chemistry experiment lab laboratory: flask test-tube atom
physics quantum: atom
space universe astronomy galaxy: planet rocket-launch shooting-star
rocket launch startup mission: rocket-launch rocket
engineer engineering mechanic: gear wrench compass-tool
machine machinery engine industry industrial: gear factory engine
factory manufacturing production: factory gear
tool repair fix maintenance: wrench hammer toolbox
construction builder building build: hard-hat crane-tower hammer
architecture architect design: blueprint compass-tool ruler
money cash finance financial: money coins wallet
saving save budget: piggy-bank coins wallet
bank banking loan: bank piggy-bank
invest investment investor stock: chart-line-up trend-up coins
profit revenue income earning salary: coins hand-coins chart-line-up
cost price pricing fee bill expense: tag receipt coins
pay payment transaction checkout: credit-card contactless-payment wallet
tax accounting accountant: calculator receipt
discount sale bargain offer deal coupon: seal-percent tag percent
free: gift confetti
economy economic: chart-line-up coins scales
business company enterprise corporate office: briefcase buildings building-office
job career work employment employee worker: briefcase identification-badge
boss manager leader leadership: user-circle-gear crown-simple flag-banner
marketing advertising promotion brand: megaphone target
announce announcement news press: megaphone newspaper broadcast
newspaper journalist article story: newspaper book-open article
growth grow increase rise improve improvement progress: trend-up chart-line-up plant
decline decrease drop fall loss reduce reduction: trend-down chart-line-down
result statistic analytics analysis report number: chart-bar chart-pie chart-line-up
success achievement win winner: trophy medal confetti
goal target aim objective purpose focus: target crosshair flag-checkered
strategy plan planning: strategy map-trifold list-checks
idea creativity creative inspiration insight: lightbulb lightbulb-filament magic-wand
think thinking thought mind: brain lightbulb
question problem why: question chat-circle-dots
answer solution solve: lightbulb puzzle-piece key
challenge obstacle difficulty: mountains puzzle-piece barricade
puzzle: puzzle-piece
change transformation transform: swap magic-wand butterfly
future tomorrow forward: rocket-launch shooting-star binoculars
past history memory nostalgia remember: hourglass clock-counter-clockwise book-bookmark
museum heritage ancient antique: bank scroll castle-turret
time hour minute schedule: clock timer hourglass
deadline countdown wait: hourglass clock-countdown timer
day date week month year calendar event appointment: calendar calendar-check calendar-dots
morning dawn sunrise wake: sun-horizon alarm coffee
evening sunset dusk: sun-horizon moon-stars
night sleep bedtime dream: moon-stars bed moon
daily routine habit: calendar-check repeat list-checks
speed fast quick quickly rapid instant: lightning speedometer gauge
slow patience: hourglass hourglass-medium
power powerful strong strength energy: lightning barbell hand-fist
electricity electric electrical volt: lightning plug plugs-connected
battery charge charging: battery-charging battery-full charging-station
solar photovoltaic: solar-panel solar-roof sun
sun sunlight sunshine sunny light: sun sun-dim sun-horizon
panel: solar-panel
wind windy turbine: wind windmill
renewable sustainable sustainability green ecology eco: leaf recycle plant
environment planet earth climate: globe-hemisphere-west planet leaf
recycle recycling waste garbage trash: recycle trash
pollution carbon emission smoke: factory cloud-fog
nuclear: nuclear-plant atom
oil gas fuel petrol: gas-pump gas-can drop
fire heat hot burn: fire flame thermometer-hot
cold ice freeze winter snow: snowflake thermometer-cold
water rain liquid wet: drop cloud-rain waves
ocean sea wave beach coast: waves sailboat island
river lake: waves bridge
weather forecast storm: cloud-sun cloud-lightning umbrella
nature natural: leaf tree plant
forest wood tree: tree tree-evergreen
plant seed garden gardening gardener grow-food: plant potted-plant shovel
flower bloom spring blossom: flower-tulip flower flower-lotus
mountain hill hike hiking outdoor outdoors trail: mountains person-simple-hike tent
camp camping adventure: tent campfire compass
animal pet wildlife hedgehog fox bear wolf lion tiger deer squirrel mouse elephant monkey panda badger otter: paw-print dog cat
rabbit hare bunny: rabbit paw-print
owl swan duck goose sparrow raven eagle penguin: bird feather
dragon unicorn fairy wizard witch: magic-wand sparkle castle-turret
knight princess prince: crown shield castle-turret
pirate captain sailor lighthouse: sailboat anchor compass
dog puppy: dog paw-print bone
cat kitten: cat paw-print
horse riding: horse
bird: bird feather
fish fishing seafood: fish shrimp
bee insect butterfly honey: butterfly jar
farm farmer farming agriculture harvest crop wheat: tractor grains barn
tiramisu pudding gelato sorbet mousse: ice-cream cookie cake
pasta spaghetti lasagne gnocchi risotto truffle: bowl-food fork-knife
pancake waffle oat porridge: fork-knife bowl-food cookie
table: fork-knife picnic-table desk
banana: orange fork-knife
lava magma: fire flame mountains
ash: mountains fire
bubble: circles-three drop
food meal eat eating dish: fork-knife bowl-food hamburger
restaurant dining dinner lunch menu: fork-knife call-bell bowl-steam
cook cooking kitchen recipe chef: cooking-pot chef-hat oven
bakery bread baker bake baking loaf sourdough dough flour: bread grains oven
cake pastry dessert sweet croissant pie: cake cookie ice-cream
breakfast: egg coffee bread
vegetable veggie vegan vegetarian salad organic: carrot leaf avocado
fruit: orange cherries orange-slice
pizza: pizza
coffee cafe espresso: coffee coffee-bean
tea: tea-bag coffee
drink beverage beer pub: beer-stein pint-glass wine
wine vineyard: wine champagne
health healthy wellness wellbeing: heartbeat heart first-aid-kit
medicine medical drug vaccine: pill first-aid-kit syringe
doctor nurse physician: stethoscope first-aid-kit
hospital clinic patient: hospital stethoscope ambulance
heart: heart heartbeat
body muscle fitness gym exercise workout training sport: barbell person-simple-run
yoga meditation mindfulness calm relax relaxation: flower-lotus person-simple-tai-chi
stress anxiety worry: smiley-nervous wind
happy happiness joy smile fun: smiley confetti balloon
sad sadness grief: smiley-sad cloud-rain
tooth dentist dental: tooth
eye vision sight see: eye eyeglasses
virus disease infection illness germ: virus face-mask
hygiene wash clean cleaning: hand-soap spray-bottle broom
baby child childhood kid toddler: baby baby-carriage balloon
family parent mother father mom dad: users-three house baby
grandmother grandfather grandma grandpa elder senior: users heart house
love romance wedding marriage valentine: heart hand-heart flower-tulip
friend friendship: handshake smiley users
people person human crowd public audience: users-three user users-four
team teamwork group collaboration staff together: users-three handshake hands-clapping
community neighbour neighbor neighborhood society local: users-four hands-clapping house-line
help support care caring volunteer charity donate donation: hand-heart lifebuoy hand-coins
trust honest promise partnership partner agreement: handshake seal-check
thank thanks gratitude: hands-praying heart
customer client service: headset user-circle smiley
chat conversation discussion talk message dialogue: chats-circle chat-circle-dots chat-centered-text
voice speech speak speaker: microphone waveform user-sound
listen hear hearing sound audio podcast: headphones ear microphone-stage
language translation translate: translate chats-circle
email mail letter: envelope paper-plane-tilt
share social: share-network users
video film movie cinema: film-slate video-camera film-reel
photo photography picture camera: camera image aperture
music song melody concert: music-notes guitar vinyl-record
piano: piano-keys music-notes
dance party celebration celebrate festival: confetti disco-ball balloon
birthday anniversary: cake gift balloon
gift present christmas: gift tree-evergreen
art artist painting paint: palette paint-brush
draw drawing sketch: pencil palette
write writing writer author: pen-nib pencil-line note-pencil
book read reading library literature novel: book-open books
theatre theater drama: mask-happy ticket
game gaming play gamer: game-controller joystick puzzle-piece
football soccer: soccer-ball
basketball: basketball
tennis: tennis-ball racquet
swim swimming pool: swimming-pool person-simple-swim
run running marathon race runner: person-simple-run sneaker flag-checkered
bike cycling bicycle cyclist: bicycle person-simple-bike
walk walking step pedestrian: person-simple-walk footprints
school education class classroom: graduation-cap chalkboard-teacher student
student pupil university college degree: student graduation-cap
teacher teaching teach lesson tutor: chalkboard-teacher lectern
learn learning study knowledge skill course: book-open graduation-cap books
exam test quiz: exam list-checks
math mathematics: math-operations calculator
travel trip journey tourism tourist vacation holiday: airplane-tilt suitcase-rolling map-trifold
flight airplane plane airport fly: airplane airplane-takeoff
car drive driving driver vehicle automobile: car steering-wheel
truck delivery deliver shipping logistics transport: truck package shipping-container
bus: bus
train railway rail station: train train-simple
ship boat sailing port harbour: boat sailboat anchor
road street highway traffic: road-horizon traffic-signal path
map place location where address visit: map-pin map-trifold signpost
direction guide guidance compass: compass signpost
hotel room stay accommodation: bed key
city town urban: city buildings
country nation flag government politics: flag bank
vote election democracy: stamp check-circle users-three
law legal justice lawyer court: scales gavel
world global international worldwide: globe-hemisphere-east globe
home house housing apartment: house house-line
door open opening welcome: door-open storefront hand-waving
furniture interior decor: couch armchair lamp
shop store retail market boutique: storefront shopping-bag basket
shopping buy purchase order: shopping-cart shopping-bag basket
product parcel box goods: package gift
clothes clothing fashion wear outfit: t-shirt dress coat-hanger
shoe sneaker: sneaker boot
jewelry jewellery luxury premium diamond: diamond crown-simple
beauty cosmetic skincare hair: sparkle flower-lotus hair-dryer
safety safe protection protect: shield-check hard-hat lifebuoy
security secure privacy private: lock-key shield-check fingerprint
password login access key: key lock-key
danger risk warning alert caution: warning siren
fraud scam hacker crime thief: detective mask-sad warning
police emergency: siren police-car ambulance
fraud-protection: shield-check
war conflict battle army: sword shield medal-military
peace: peace bird
freedom free-time liberty: bird feather
check confirm approve verified complete done ready: check-circle seal-check
quality best excellence excellent guarantee: medal seal-check star
rule policy regulation standard: scales clipboard-text
contract document form paper file: file-text signature clipboard-text
list task todo checklist: list-checks clipboard-text
step process workflow: path steps list-numbers
start begin beginning: flag-pennant play-circle rocket-launch
finish end: flag-checkered
search find discover discovery explore: magnifying-glass binoculars compass
measure measurement size: ruler gauge
compare comparison balance choice decision choose: scales signpost arrows-split
easy simple simply: magic-wand check-circle feather
hard hard-work difficult effort: barbell mountains
tiny: dot magnifying-glass
big large huge: arrows-out mountains
new modern fresh: sparkle leaf
traditional craft handmade artisan: hand-heart scissors yarn
precision accuracy accurate exact: crosshair target
flexible flexibility: spiral path
view overview: binoculars eye
signal antenna broadcast radio: cell-tower radio broadcast
tv television: television monitor-play
drone: drone
satellite: planet broadcast
print printer printing: printer cube
virtual vr metaverse reality: virtual-reality goggles
blockchain crypto bitcoin: currency-btc link coins
cell atom molecule electron particle photon: atom circles-three
dna gene genetic biology evolution: dna microscope
nutrition diet vitamin protein: avocado carrot egg
sugar salt spice: cookie pepper
cheese milk dairy: cheese jar
egg chicken: egg
meat burger: hamburger
rice noodle asian japanese: bowl-food onigiri
culture tradition: mask-happy scroll globe-stand
religion faith church prayer: hands-praying church
legend castle king queen royal: crown castle-turret
magic wonder surprise: magic-wand sparkle
hope: sun-horizon bird shooting-star
courage brave hero: shield-star medal crown-simple
memory-card storage disk: hard-drive database
join subscribe member membership: user-plus identification-card
contact reach: phone envelope address-book
book-now booking reservation reserve: calendar-check ticket
download install: download cloud-arrow-down
click tap press-button: cursor-click hand-tap
quiet silence silent: speaker-slash moon
noise loud: speaker-high megaphone
neck back posture: person-simple-tai-chi person
desk chair ergonomic: desk office-chair
temperature: thermometer thermometer-simple
insurance: umbrella shield-check
retirement: armchair piggy-bank
mortgage rent property estate: house key
air breath breathe oxygen: wind leaf
glass cup: pint-glass coffee
roof: house-simple solar-roof
grid: plugs-connected lightning
photosynthesis chlorophyll: leaf sun plant
stretch stretching: person-arms-spread person-simple-tai-chi
screen display: monitor desktop device-mobile
plastic bottle: recycle jar trash
whale dolphin turtle: fish waves
inflation crisis recession: trend-up chart-line-up warning
interest: percent coins
antibody immunity immune: shield-plus virus
phishing spam: fish envelope detective
encryption encrypt: lock-key key
astronaut: rocket-launch planet
mars moon-base: planet
telescope: binoculars planet
dinosaur fossil: bone footprints
volcano earthquake disaster: mountains warning siren
luggage baggage: suitcase-rolling suitcase
passport visa: identification-card stamp airplane
poem poetry poet: feather pen-nib scroll
chess: strategy checkerboard crown
referee judge: gavel scales
clay pottery ceramic: jar hand-heart
candle: flame fire
perfume scent: flower drop spray-bottle
plumber plumbing: pipe-wrench pipe drop
electrician: plugs-connected lightning lightbulb
butcher: knife hamburger
bank-holiday: calendar
apple: orange
spoon fork: fork-knife
opinion feedback review rating: star chat-circle-dots thumbs-up
like recommend: thumbs-up
tip trick hint: lightbulb
mistake error wrong fail failure: x-circle warning-circle
bug: bug-beetle
myth legendary: scroll
truth fact: seal-check book-open
bottle: wine jar
sand desert: cactus island
street-art mural: spray-bottle paint-brush
theft: detective
subscription: identification-card repeat
robotaxi: taxi
immigration border: identification-card globe
wool knit knitting sewing textile fabric: yarn needle scissors
photograph portrait: image camera
screen-time: device-mobile clock
distraction notification reminder: bell bell-ringing
habitat nest: bird tree
soil ground compost: plant shovel
root: plant
pressure: gauge
inverter converter: plugs-connected lightning
"""


def _read(table: str) -> dict[str, tuple[str, ...]]:
    topics: dict[str, tuple[str, ...]] = {}
    for line in table.strip().splitlines():
        words, _, icons = line.partition(":")
        for word in words.split():
            topics.setdefault(word, tuple(dict.fromkeys(icons.split())))
    return topics


TOPICS = _read(TOPIC_TABLE)
"""Lower-case word to the names of icons that stand for it, best first."""
