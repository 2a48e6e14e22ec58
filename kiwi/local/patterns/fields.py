"""Which field of life a topic belongs to, and what there is to ask, list and compare in it."""

from kiwi.local.patterns import daily, knowledge, work
from kiwi.local.patterns.beats import Slots

CUES: dict[str, str] = {
    "shop": r"sale|discount|black friday|shop|store|boutique|market|"
    r"half price|clearance|barber|salon|hairdresser",
    "people": r"birthday|anniversar\w*|wedding|grand(?:mother|father|ma|pa|parent)|mother|father|mum|mom|dad|famil(?:y|ies)|"
    r"friendship|friend|memor(?:y|ies)|childhood|retirement|graduation|love|"
    r"marriage|baby|babies|sister|brother|parenting|kindness|gratitude|goodbye",
    "technology": r"ai|artificial intelligence|technolog\w*|software|app|robot|robotics|comput\w*|internet|blockchain|crypto\w*|"
    r"cloud computing|cyber\w*|data|digital|smart ?phone|machine learning|quantum|"
    r"coding|programming|python|javascript|website|5g|virtual reality|vr|drone|chip|algorithm|automation|chatbot|"
    r"password|online|encryption|server|tech",
    "science": r"solar|energy|electric\w*|batter(?:y|ies)|wind|gravity|light|black hole|planet|star|space|universe|moon|mars|"
    r"atom|dna|gene|genetic\w*|vaccin\w*|chemistry|physics|biology|"
    r"photosynthesis|water cycle|evaporat\w*|condensation|rain|cloud|"
    r"volcano|earthquake|weather|climate|sky|rainbow|magnet\w*|heat pump|nuclear|tide|evolution|brain|"
    r"cell|immune|engine|rocket|satellite|gps|sound|lightning|thunder|tornado",
    "nature": r"animal|dog|cat|bird|bee|whale|dolphin|wol(?:f|ves)|horse|fish|insect|butterfl(?:y|ies)|forest|ocean|sea|river|"
    r"mountain|tree|plant|garden|gardening|flower|recycl\w*|"
    r"environment\w*|sustainab\w*|pollution|plastic|wildlife|conservation|coral|penguin|elephant|pet|pupp(?:y|ies)|"
    r"kitten|owl|turtle|shark|compost\w*",
    "food": r"coffee|latte|espresso|milk|oat|tea|bread|bak(?:e|ery|ing)|cook|cooking|recipe|pizza|pasta|restaurant|caf[eé]|"
    r"croissant|cake|cookie|chocolate|food|meal|breakfast|lunch|dinner|soup|wine|beer|"
    r"cheese|fruit|vegetable|smoothie|sushi|kitchen|ice cream|pancake|pumpkin|egg|rice|curry|taco|burger|juice|honey|"
    r"spice|sourdough|donut|bbq|menu|gluten|porridge",
    "health": r"health|healthy|sleep|fitness|gym|yoga|meditat\w*|exercise|workout|running|stress|anxiety|mental|nutrition|diet|"
    r"vitamin|water|hydration|posture|teeth|dentist|doctor|medicine|breathing|"
    r"mindfulness|wellness|walking|stretch\w*|heart|skin|hand ?washing|brush\w*",
    "business": r"business|start-?up|marketing|pricing|entrepreneur\w*|brand|e-?commerce|freelanc\w*|leadership|negotiat\w*|"
    r"remote work|working from home|productivity|time management|meeting|"
    r"job interview|teamwork|hiring|management|office|career|customer service|sales pitch",
    "money": r"money|budget\w*|saving|savings|invest\w*|stock|tax|taxes|loan|mortgage|insurance|bank|inflation|retirement plan|"
    r"credit|debt|econom\w*|compound interest|accounting|pension|finance|financial",
    "learning": r"learn\w*|study|studying|school|college|university|education|language|reading|book|math|maths|history|exam|"
    r"public speaking|teaching|library|writing|vocabulary|grammar|essay|homework|"
    r"philosophy|democracy|roman|ancient|war|revolution|pyramid|empire|century",
    "culture": r"music|jazz|guitar|piano|song|art|arts|painting|photograph\w*|film|cinema|theatre|theater|dance|dancing|poetry|"
    r"museum|festival|concert|band|fashion|design|architecture|football|soccer|"
    r"bike|cycling|basketball|tennis|chess|game|gaming|olympic\w*|marathon|surfing|skating|climbing|martial art|opera|hip hop|podcast",
    "place": r"travel\w*|trip|holiday|vacation|city|cities|town|village|hotel|beach|island|paris|rome|tokyo|london|japan|italy|"
    r"france|iceland|greece|spain|portugal|norway|norwegian|camping|hiking|road trip|train|"
    r"tour|park|house|home|apartment|neighbou?rhood|lake|desert|cruise|airport|hostel|weekend",
    "making": r"how to|build\w*|fix\w*|repair\w*|knit\w*|sew\w*|craft|woodwork\w*|pottery|origami|paint|draw|drawing|diy|tie|"
    r"sharpen\w*|assembl\w*|install\w*|making|candle|soap|lego",
    "community": r"charity|volunteer\w*|donat\w*|fundrais\w*|event|party|picnic|conference|meet-?up|open day|community|neighbou?r|"
    r"election|vot(?:e|ing)|church|club|team|workshop|webinar|grand opening|"
    r"reopening|fair|food bank|shelter",
}
"""Words that place a topic in a field; the field with most of them wins, earlier fields first."""

FIELDS: dict[str, Slots] = {**daily.FIELDS, **knowledge.FIELDS, **work.FIELDS}
