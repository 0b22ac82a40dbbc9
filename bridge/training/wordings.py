"""What musicians call what can be asked for, in English and Russian.

A wording is one line: a word, or a few that mean it together. `~` stands before an ending that may
follow the stem: `джаз~~овый~овая` is three forms, `джаз`, `джазовый` and `джазовая`. Each line is
one synonym with its inflections, which is what is held out when the reader of prompts is measured.
A word in a phrase that is one of FILLERS means nothing by itself.
"""

from __future__ import annotations

from collections.abc import Mapping

_ADJ = "~ый~ая~ое~ые~ого~ой~ом~ую~ым~ых~о"  # hard Russian adjectives
_SKI = "~ий~ая~ое~ие~ого~ой~ом~ую~им~их~и"  # those in -ск, -к
_NOUN = "~~а~у~ом~е~ы~ов"  # hard masculine nouns


def _lines(text: str) -> tuple[str, ...]:
    text = text.replace("$A", _ADJ).replace("$S", _SKI).replace("$N", _NOUN)
    return tuple(line.strip() for line in text.replace("\n", ";").split(";") if line.strip())


#: By (wish or "voice", choice).
WORDINGS: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("style", "pop"): _lines(
        """pop~~s~py; poppish; popular; chart~~s; k-pop; ballad pop; radio hit~~s; boyband; mainstream
        поп; поп~-музыка~са~совый~совая~совое~совую; популярн$A; эстрад~а~ы~у; эстрадн$A; попсов$A"""
    ),
    ("style", "rock"): _lines(
        """rock~~s~y~ing; rocker; metal~~lic; heavy metal; punk~~y~ish; grunge~~y; hard rock; blues~~y
        riff~~s~y; indie; rock and roll; rocknroll; country; thrash; garage
        рок~~а~у~ом~е; роков$A; метал~~л~а~ический; тяжел$A; панк~~а~овый; гранж; блюз$N; блюзов$A
        рок-н-ролл~~а; кантри; хард-рок"""
    ),
    ("style", "light"): _lines(
        """light music; easy listening; lounge~~y; elevator music; muzak; background music; salon
        game music; cosy; cozy; chiptune
        легкая музыка; лаунж; фонов$A; эстрадно-легкая; салонн$A; игров$A; уютн$A"""
    ),
    ("style", "jazz"): _lines(
        """jazz~~y~ish~ier; swing~~ing~y; bebop; bop; big band; dixieland; real book; fusion; cool jazz
        standard~~s; ragtime; smooth jazz; jam session
        джаз~~а~у~ом~е; джазов$A; свинг~~а~ом~овый~овая~ующий; бибоп~~а; диксиленд; биг-бэнд; регтайм
        фьюжн; джазмен~~ы"""
    ),
    ("style", "funk"): _lines(
        """funk~~y~ier; soul~~ful; hip hop; hiphop; r&b; rnb; groove~~y~s; disco; gospel; motown
        new orleans; rap; breakbeat; dance~~y; boogie; house
        фанк~~а~у~ом~овый~овая~овое~и; соул~~а~овый~ьный; хип-хоп~~а; хипхоп; диско; госпел; грув~~а~овый
        рэп~~а; танцевальн$A; рнб; хаус"""
    ),
    ("style", "latin"): _lines(
        """latin~~o~a; salsa; bossa nova; bossa; samba; rumba; cuban; afrocuban; afro-cuban; reggae
        afrobeat; tango; mambo; calypso; brazilian; cha cha; merengue
        латин~а~о~ский; латиноамериканск$S; сальса; сальсы; босса-нова; босса; самба; самбы; румба
        кубинск$S; регги; танго; мамбо; бразильск$S; афро"""
    ),
    ("style", "song"): _lines(
        """art song~~s; lied~~er; romance~~s; schubert~~ian; schumann; parlour song; song cycle; kunstlied
        романс~~а~ы~ов~ом; романсов$A; шуберт~~а; шуман~~а; песенн$A; вокальный цикл"""
    ),
    ("style", "classical"): _lines(
        """classical~~ly; classic~~s; mozart~~ian; haydn; beethoven; string quartet; quartet~~s; sonata
        chamber; chamber music; baroque; chopin; sonatina; minuet; etude; viennese
        классическ$S; классик~а~у~и; моцарт~~а~овский; гайдн~~а; бетховен~~а; камерн$A; квартет~~а~ом~ы
        соната; сонаты; барокко; барочн$A; шопен~~а; менуэт; этюд"""
    ),
    ("style", "orchestral"): _lines(
        """orchestra~~l~lly~s~ted; symphon~y~ic~ies; film score; cinematic; soundtrack; film music; epic
        philharmonic; overture; mahler
        оркестр~~а~ом~овый~овая~овое~овую; симфоничес$S; симфони~я~ю~и; кинематографичн$A; эпическ$S
        саундтрек~~а; киномузыка; увертюра; филармони~я~ческий"""
    ),
    ("style", "chorale"): _lines(
        """chorale~~s; hymn~~s~al; bach~~ian; four part harmony; four-part; church music; psalm; sacred
        хорал~~а~ы~ом~ьный~ьная; гимн~~а~ы; бах~~а~овский; церковн$A; псалом; духовн$A; четырехголосн$A"""
    ),
    ("density", "sparse"): _lines(
        """sparse~~ly~r; few notes; minimal~~ist~ism; empty; spacious; bare; very few notes; space~~y
        hardly any notes; scarce; pointillist; leave room
        редк$S; редко; разрежен$A; мало нот; минималистичн$A; минимализм; пусто~~й~е; скуп$A; очень мало нот
        немного нот; прозрачн$A"""
    ),
    ("density", "light"): _lines(
        """light; light texture; airy; thin~~ner texture; fewer notes; uncluttered; lightly
        less notes; easygoing texture; a little sparse
        поменьше нот; легкая фактура; воздушн$A; меньше нот; ненавязчив$A; тонкая фактура; нечаст$A"""
    ),
    ("density", "medium"): _lines(
        """medium density; medium; average density; balanced; normal density; a fair amount of notes
        middling; ordinary number of notes
        средняя плотность; средней плотности; сбалансирован$A; умеренная плотность; обычная плотность; средне"""
    ),
    ("density", "busy"): _lines(
        """busy; busi~er~ly; many notes; lots of notes; active; lively texture; more notes; bustling; full
        intricate; florid; virtuos~o~ic
        много нот; насыщен$A; активн$A; больше нот; побольше нот; густо~~й~е; деятельн$A; виртуозн$A; суетлив$A"""
    ),
    ("density", "dense"): _lines(
        """dense~~ly~r; thick~~er; packed; crowded; wall of sound; very many notes; massive; saturated
        as many notes as possible; crammed; shredding; maximal
        плотн$A; очень много нот; стена звука; перегружен$A; битком; массивн$A; толст$A; максимально"""
    ),
    ("register", "deep"): _lines(
        """deep~~est~ly; very low; sub; lowest notes; rumbling; abyssal; subterranean; lowest
        глубок$S; очень низк$S; самые низкие ноты; утробн$A; бездонн$A; самый низкий; глубоко"""
    ),
    ("register", "low"): _lines(
        """low~~er~ish; low register; low notes; low pitch~~ed; down low; left hand
        низк$S; низкий регистр; низкие ноты; низко; левая рука; пониже; внизу; ниже"""
    ),
    ("register", "middle"): _lines(
        """middle; middle register; mid register; mid range; midrange; tenor; central; alto
        средний регистр; в среднем регистре; посередине; срединн$A; тенор~~а~овый; середина; альтов$A"""
    ),
    ("register", "high"): _lines(
        """high~~er~ish; high register; high notes; high pitch~~ed; up high; treble; soprano; right hand
        высок$S; высокий регистр; высокие ноты; высоко; сопрано; правая рука; повыше; выше; вверху"""
    ),
    ("register", "top"): _lines(
        """top~~most; very high; highest notes; highest; sky-high; piercing; squeaky; stratospheric
        очень высок$S; самые высокие ноты; самый высокий; верхний регистр; верхнем регистре; пронзительн$A
        заоблачн$A; писклив$A; верхушка"""
    ),
    ("tonality", "major"): _lines(
        """major~~ key~ish; happy; happi~er~ly; cheerful~~ly; joyful~~ly; sunny; bright~~er~ly; merry
        ionian; upbeat mood; optimistic; jolly; glad
        мажор~~а~ом~е~ный~ная~ное~ную; весел$A; радостн$A; солнечн$A; светл$A; жизнерадостн$A
        оптимистичн$A; счастлив$A; бодр$A"""
    ),
    ("tonality", "minor"): _lines(
        """minor~~ key~ish; sad~~der~ly~ness; melanchol~y~ic; dark~~er; gloomy; mournful; sorrowful
        aeolian; tragic; wistful; somber; depressing; blue mood
        минор~~а~ом~е~ный~ная~ное~ную; грустн$A; печальн$A; меланхоличн$A; мрачн$A; темн$A; тосклив$A
        траурн$A; трагичн$A; унылый; скорбн$A"""
    ),
    ("pace", "slow"): _lines(
        """slow~~ly~er~ish; ballad~~s; adagio; largo; lento; slow tempo; low tempo; calm tempo; lullaby
        unhurried; sluggish; downtempo; leisurely; dragging
        медлен$A; медленнее; баллад~а~у~ы; адажио; ларго; медленный темп; низкий темп; неспешн$A; неторопливо
        колыбельн~ая~ую; тягуч$S; заторможен$A"""
    ),
    ("pace", "moderate"): _lines(
        """moderate~~ly; moderato; andante; medium tempo; mid-tempo; midtempo; walking pace; middle tempo
        medium pace; allegretto; walking tempo
        умерен$A; модерато; анданте; средний темп; в среднем темпе; шагом; умеренный темп; спокойный темп"""
    ),
    ("pace", "fast"): _lines(
        """fast~~er~ish~ly; quick~~ly~er; allegro; up tempo; uptempo; high tempo; fast tempo; speedy; brisk~~ly
        swift~~ly; rush~~ing; energetic tempo; hurried
        быстр$A; быстрее; побыстрее; аллегро; скор$A; высокий темп; быстрый темп; подвижн$A; шустр$A
        живой темп; резв$A; торопливо"""
    ),
    ("pace", "rapid"): _lines(
        """rapid~~ly; presto; very fast; very quick; breakneck; frantic~~ally; furious~~ly; prestissimo
        lightning; insanely fast; blazing; hyper~~speed; super fast
        очень быстр$A; стремительн$A; престо; бешен$A; молниеносн$A; ураганн$A; скоростн$A; престиссимо
        неистов$A; супер быстро"""
    ),
    ("voice", "piano"): _lines(
        """piano~~s; pianist~~ic; keys; keyboard~~s; grand piano; rhodes; epiano; harpsichord; steinway
        clavinet; pianoforte
        пиано; фортепиан~о~ный~ная~ное; рояль~~ный; роял~я~ем~е; клавиш~и~ные~ами~ах; пианин~о~а; клавесин~~а~ом
        клавир"""
    ),
    ("voice", "mallets"): _lines(
        """mallet~~s; vibraphone~~s; vibes; marimba~~s; xylophone; glockenspiel; celesta; music box
        tubular bells; bells; kalimba; steel drum~~s
        вибрафон~~а~ом~е; маримб~а~ы~ой; ксилофон~~а~ом; колокольчик~~и~ов~ами; челест~а~ы~ой; калимб~а~ы
        металлофон~~а"""
    ),
    ("voice", "organ"): _lines(
        """organ~~s~ist; hammond; church organ; accordion~~s; harmonica; bandoneon; harmonium
        орган~~а~ом~е~ный~ная; аккордеон~~а~ом; баян~~а~ом; гармоник~а~и~ой; хаммонд; гармонь; фисгармония"""
    ),
    ("voice", "guitar"): _lines(
        """guitar~~s~ist; electric guitar; acoustic guitar; strumming; banjo; ukulele; sitar; mandolin
        telecaster; stratocaster; harp guitar
        гитар~а~ы~у~ой~е~ный~ная; электрогитар~а~ы~у~ой; банджо; укулеле; ситар~~а; мандолин~а~ы~у; балалайк~а~у~ой"""
    ),
    ("voice", "bass"): _lines(
        """bass~~es~ist~line; bass guitar; double bass; upright bass; contrabass; slap bass; fretless
        walking bass
        бас~~а~у~ом~ы~ист; басов$A; бас-гитар~а~ы~у~ой; контрабас~~а~ом; слэп"""
    ),
    ("voice", "strings"): _lines(
        """strings; string section; violin~~s~ist; viola~~s; cello~~s; fiddle~~s; string orchestra; harp
        violoncello; pizzicato
        струнн~ые~ых~ыми; скрипк~а~и~у~ой; скрипичн$A; альт~~а~ом; виолончел~ь~и~ью; смычков~ые~ых~ыми
        арф~а~ы~у~ой; пиццикато"""
    ),
    ("voice", "ensemble"): _lines(
        """choir~~s; chorus; voices; vocal~~s~ist; singing; sing~er~ers; a cappella; aahs; choral voices
        string ensemble; ensemble
        хор~~а~ом~овой~овая; вокал~~а~ом~ьный; голос~~а~ом~ов~ами; певц~ы~ов; ансамбл~ь~я~ем; пение; певчие"""
    ),
    ("voice", "brass"): _lines(
        """brass~~y; trumpet~~s~er; trombone~~s; french horn~~s; horn~~s; tuba; horn section; cornet
        flugelhorn; fanfare
        медн~ые~ых~ыми; труб~а~ы~у~ой; тромбон~~а~ы~ом; валторн~а~ы~у~ой; туб~а~ы; корнет~~а; фанфар~а~ы; флюгельгорн"""
    ),
    ("voice", "reed"): _lines(
        """reed~~s; sax~~es~y; saxophone~~s~ist; clarinet~~s; oboe~~s; bassoon~~s; english horn; bagpipe~~s
        woodwind~~s; duduk
        саксофон~~а~ом~ы; сакс~~а~ом; кларнет~~а~ом~ы; гобо~й~я~ем; фагот~~а~ом; тростев$A; дудук~~а; волынк~а~и~у"""
    ),
    ("voice", "pipe"): _lines(
        """pipe~~s; flute~~s; flautist; recorder; piccolo; pan flute; whistle; ocarina; shakuhachi
        флейт~а~ы~у~ой; свирел~ь~и~ью; пикколо; блокфлейт~а~ы~у; окарин~а~ы; дудочк~а~у~ой; сопилка; свист~~ом"""
    ),
    ("voice", "lead"): _lines(
        """lead~~s; synth lead; synth~~s; synthesizer~~s; square wave; saw lead; moog; sawtooth; solo synth
        лид~~а~ом; синтезатор~~а~ом~ы~ный; синт~~а~ом; соло-синт; муг; пила; сольный синтезатор"""
    ),
    ("voice", "pad"): _lines(
        """pad~~s; synth pad; ambient pad; ambient; atmospher~e~ic; drone~~s; soundscape~~s; warm pad; ethereal
        пэд~~а~ы~ом; подложк~а~у~ой~и; эмбиент~~а~ный; атмосферн$A; дрон~~а~ы; подклад~~а~ом"""
    ),
    ("voice", "drums"): _lines(
        """drum~~s~mer~ming~kit; drum kit; percussion~~ist; beat~~s; kick and snare; hi hat; hihat; congas
        cymbals; breaks; bongos; tom toms
        ударн~ые~ых~ыми; ударная установка; барабан~~ы~ов~ами~а~ный; перкусси~я~и~ю~ей; бит~~ы~а~ом; тарелк~и~ами
        бонго; конги; хэт~~ы; драм~ы~с; установка"""
    ),
}

#: Words that ask for nothing and need no answer.
FILLERS = _lines(
    """a; an; the; and; or; in; with; of; on; at; for; to; me; my; your; some; something; please; play~~ing~ed
    make~~s; give~~s; want~~s; would; like~~s; i; it; is; be; you; can; could; let; lets; us; have; need~~s
    sound~~s~ing; music; musical; rhythm~~s; piece~~s; song~~s; tune~~s; melod~y~ies~ic; phrase~~s; answer~~s~ing; solo~~s
    style~~s; stylish; kind; sort; type; mood; feel~~ing; vibe~~s; bit; little; very; really; quite; rather; so
    too; much; just; pretty; key~~; tempo~~s; pace; note~~s; register~~s; pitch~~es; texture; density; part
    instrument~~s~al; band; track; line~~s; that; this; as; by; from; then; now; but; all; only; also
    session; section; range; hand; mode; scale; bpm; speed; electric; acoustic; church
    и; или; в; во; на; с; со; для; по; из; у; к; но; а; мне; мой; мою; моя; нам; ты; вы; я; это; эт~от~а~у; что
    что-нибудь; что-то; нибудь; пожалуйста; сыграй~~те; сыграть; играй~~те; играть; поиграй; давай~~те; дай~~те
    хочу; хотел~~а; хотелось; бы; пусть; будет; нужн~о~а~ы~ен; надо; можно; сделай~~те; ответ~~ь~ить~ьте; звучи~т~
    музык~а~у~и~ой~е; ритм~~а~ом~ы; пьес~а~у~ы; песн~я~ю~и~е; мелоди~я~ю~и~ей; фраз~а~у~ы; соло; стил~ь~е~я~ем; вид~~е; род~~е
    жанр~~е~а; настроени~е~ем~я; немного; чуть; очень; довольно; так~ой~ая~ое~ую; как; слишком; вполне; просто
    темп~~е~а~ом; тональност~ь~и~ью; лад~~у~а~е; нот~~ы~а~ами; регистр~~е~а; фактур~а~ой~у; плотност~ь~и~ью
    инструмент~~ы~а~ов; партия; партию; групп~а~ы~у; рук~а~и; чтобы; было; тоже; еще; там; тут; потом; сейчас; звук~~а"""
)

#: Words that musicians use and that no wish can fulfil: they are to be said back.
UNKNOWN = _lines(
    """angry; angrily; purple; green; water~~y; robot~~ic; spicy; mysterious; banana; sleepy; funny; weird; drunk
    galactic; underwater; nostalgic; hungry; romantic; evil; magical; cold; hot; warm; vintage; modern; ancient
    japanese; arabic; celtic; indian; russian; american; medieval; christmas; summer; winter; rainy; forest; ocean
    love; dream~~y; night; moon; star~~s; city; desert; fire; ice; distorted; clean; reverb; echo; delay; louder
    quiet~~er; soft~~er; loud; staccato; legato; chromatic; dissonant; atonal; polyrhythm~~ic; syncopated; triplet~~s
    exciting; boring; beautiful; ugly; perfect; crazy; wild; tender; gentle; brutal; aggressive; sexy
    hello; world; computer; coffee; dog; cat; table; window; yesterday; tomorrow; friend~~s; walk~~s
    злой; злая; злобн$A; сердит$A; пурпурн$A; зелен$A; вод~а~ы~яной; робот~~ы; остр$A; загадочн$A; банан~~ы; сонн$A
    смешн$A; странн$A; пьян$A; космическ$S; подводн$A; ностальгическ$S; голодн$A; романтичн$A; магическ$S; холодн$A
    горяч~ий~ая~ее; тепл$A; старинн$A; современн$A; японск$S; арабск$S; кельтск$S; индийск$S; русск$S; английск$S
    летн~ий~яя; зимн~ий~яя; лес~~а~ной; море; мор~я~ской; любов~ь~ный; мечт~а~ы; ночь; ночн$A; лун~а~ный; звезд~а~ы
    город~~а~ской; пустын~я~ный; огонь; лед; чист$A; эхо; громк$S; громче; тише; тих$S; нежн$A; жесток$S; агрессивн$A
    красив$A; уродлив$A; безумн$A; дик$S; скучн$A; интересн$A; привет; мир~~а; компьютер~~а; кофе; собак~а~и; кошк~а~и
    стол~~а; окно; вчера; завтра; друг~~а; друзья; злодейск$S; хроматическ$S; диссонанс~~ы; синкоп~а~ы; стаккато; легато"""
)


def forms(wording: str) -> list[str]:
    """Return the forms of a wording: `jazz~~y` is jazz and jazzy."""
    before, *endings = wording.split("~")
    if not endings:
        return [wording]
    head, _, stem = before.rpartition(" ")
    # What follows a space in the last ending belongs to all of them: a phrase's last words.
    *most, last = endings
    last, space, tail = last.partition(" ")
    lead = f"{head} " if head else ""
    return [f"{lead}{stem}{ending}{space}{tail}" for ending in (*most, last)]
