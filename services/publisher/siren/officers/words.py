"""A digest in words that two people can compare over the telephone."""

_LIST = """
abborre affisch akvarium ananas ankare apelsin arkiv armband aska backe badkar bagare balkong
bambu banan betong biograf björn blomma boll bord borste brev bricka bro brunn byxa bänk bäver båt
cement choklad cirkel citron cykel dagg delfin diamant dimma docka droppe duva dörr ekorre elefant
enbär etikett fabrik fackla fasan fikon fiol fjäril flagga fluga fontän fotboll frimärke frukost
fyr fågel fåtölj fönster gaffel gata gitarr glasögon globus gnista gran grotta gryning grädde gräs
guld gurka hage hallon hammare handske hatt hink hjul hjälm honung humla hund hus hylla hängmatta
häst igelkott ingefära insekt jacka jordgubbe juni järn kaffe kajak kaktus kamel kanot kapten
karta kedja kikare klippa klocka klöver knapp kompass korg krokus kråka kudde kvarn kyrka källare
körsbär lampa lavendel lax lejon lemur lera lilja linjal ljus lok lupp lärka magnet majs makrill
mandel matta medalj melon mjölk morot mossa mur mygga måne nejlika nougat nyckel nypon näbb nät
oboe ocean oktober olja ollon onsdag orgel ost paddel paket palm panna papegoja paraply park
pelikan pensel peppar piano pil pingvin plommon potatis puma pyramid pärla päron rabarber radio
regnbåge ribba ridå ring robot rosett rymd räv rödbeta salt sandal segel siden sjö skata sked
skola skorsten skruv slott smör snigel socker sommar spade spik spindel stjärna stol strand svamp
svan syren säl tak tallrik tand tavla telefon terrass tiger timjan tistel tjäder tomat traktor
trappa trumma tryffel tröja tulpan tunnel tvål tält uggla ugn utter vagn valnöt valross verkstad
vete vinter vulkan vykort väska yoghurt zebra älg äpple ärta ättika åker åsna öken örn
"""

WORDS = tuple(_LIST.split())
"""One for each value of a byte: short, plain, and none that sounds like another."""


def words(digest: str, count: int = 4) -> str:
    """Say the beginning of a digest in words, the same for everybody who has the same content."""
    return " ".join(WORDS[value] for value in bytes.fromhex(digest)[:count])
