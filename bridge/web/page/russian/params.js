// Parameters in Russian, by address: names, help, units, choices. What is not here is said in English.

const TONICS = {
  C: "до", "C#": "до-диез", D: "ре", Eb: "ми-бемоль", E: "ми", F: "фа", "F#": "фа-диез", G: "соль",
  Ab: "ля-бемоль", A: "ля", Bb: "си-бемоль", B: "си",
};
const SCALES = {
  major: "мажор", minor: "минор", "harmonic-minor": "гармонический минор", dorian: "дорийский",
  mixolydian: "миксолидийский", pentatonic: "пентатоника", "minor-pentatonic": "минорная пентатоника",
  blues: "блюз",
};

const NAMES = {
  mode: "режим", model: "модель", temperature: "температура", top_p: "доля вероятных (top p)",
  top_k: "число вероятных (top k)", memory: "память", seed: "зерно (seed)",
  "response/bars": "длина ответа в тактах", horizon: "горизонт", commit: "уже решено", candidates: "кандидаты",
  "call/end": "чем кончается", "call/silence": "тишина", "call/bars": "не длиннее, в тактах", "call/min": "не короче",
  quant: "начало ответа", yield: "уступать", key: "тональность", prompt: "словами", style: "стиль",
  density: "плотность", register: "регистр", tonality: "лад", pace: "характер темпа", feel: "грув",
  texture: "фактура", "range/low": "низ", "range/high": "верх", "velocity/scale": "громкость",
  "voice/player": "ваш инструмент", "voice/answer": "инструмент ответа", "channel/out": "канал ответа",
  "clock/source": "кто задаёт темп", "clock/link": "Ableton Link", "clock/bpm": "свой темп, BPM",
  "live/follow": "следовать за Live", "meter/beats": "доли", "meter/unit": "длительность",
  "late/policy": "что с ними делать", "late/limit": "допуск", "latency/offset": "опережение",
  "control/takeover": "подхват ручек",
};

const HELP = {
  mode: "перекличка: на каждую фразу один ответ; без конца: играть, пока не вступите вы",
  model: "Модель, которая отвечает",
  temperature: "Насколько ответ может отклоняться от привычного",
  top_p: "Выбирать из самых вероятных продолжений, на которые приходится эта доля",
  top_k: "Выбирать из стольких самых вероятных продолжений; 0: из всех",
  memory: "Насколько ответ опирается на фигуры, которые вы сыграли",
  seed: "Число даёт те же ответы после «Забыть»; −1: каждый раз новые",
  "response/bars": "Длина ответа; 0: как у фразы",
  horizon: "Насколько вперёд готов ответ",
  commit: "Что ближе этого, будет сыграно как есть, что бы вы ни крутили; не больше горизонта",
  candidates: "Сколько ответов пробовать, прежде чем начнётся лучший, если хватит времени",
  "call/end": "Что заканчивает фразу",
  "call/silence": "Тишина, которая заканчивает фразу",
  "call/bars": "Фраза заканчивается через столько тактов; 0: никогда",
  "call/min": "На фразы короче этого ответа нет",
  quant: "Где ответ может начаться",
  yield: "Что делает ответ, когда вы вступаете",
  key: "Из каких нот ответ: из любых, из услышанной тональности или из названной",
  prompt: "Каким должен быть ответ: своими словами, по-русски или по-английски; задаёт пять пожеланий ниже, тональность и инструмент ответа; пустая строка всё это снимает",
  style: "Желаемый стиль",
  density: "Насколько густым должен быть ответ: сколько нот на долю",
  register: "Как высоко должен лежать ответ",
  tonality: "Мажор или минор, если это важно",
  pace: "Музыку какого темпа напоминает ответ; как сейчас: того, в котором играем",
  feel: "Насколько ответ перенимает ваш ритм и ваши акценты; 0: точно по сетке",
  texture: "авто: на одноголосие один голос, на аккорды как выйдет; один голос: всегда; свободно: как выйдет",
  "range/low": "Самая низкая нота ответа",
  "range/high": "Самая высокая нота ответа",
  "velocity/scale": "Громкость ответа",
  "voice/player": "Инструмент, на котором играете вы",
  "voice/answer": "Инструмент, который отвечает",
  "channel/out": "MIDI-канал ответа; ударные всегда на 10",
  "clock/source": "Кто задаёт темп; авто: MIDI Clock, если он идёт, иначе Link, если там есть другие, иначе транспорт JACK, если у него есть темп, иначе скрипт FL Studio, иначе сам Antiphon; когда DAW останавливается, останавливаемся и мы",
  "clock/link": "Входить ли при «авто» в сессию Ableton Link в локальной сети; нужно дополнение `link`",
  "clock/bpm": "Темп, когда его никто больше не задаёт",
  "live/follow": "Брать темп, размер, тональность, пуск и остановку у Ableton Live; в нём нужен AbletonOSC",
  "meter/beats": "Сколько долей в такте",
  "meter/unit": "Какой длительности доля: половинная, четверть, восьмая, шестнадцатая",
  "late/policy": "Что делать с нотой, опоздавшей больше допуска: всё равно сыграть, сдвинуть к следующей шестнадцатой или пропустить",
  "late/limit": "Нота, опоздавшая не больше этого, играется сразу",
  "latency/offset": "Насколько раньше посылать ноты",
  "control/takeover": "Ручка MIDI не на своём месте ничего не меняет, пока не дойдёт до текущего значения; «нет»: значение сразу прыгает к ней",
};

const UNITS = { beats: "доли", bars: "такты", ms: "мс", "MIDI note": "нота MIDI", BPM: "BPM" };

// A choice that means something else elsewhere has its parameter before it.
const CHOICES = {
  off: "нет", on: "да", auto: "авто", free: "свободно", same: "как у вас", clock: "как сейчас",
  "mode.call": "перекличка", "mode.infinite": "без конца",
  "call/end.any": "что раньше", "call/end.silence": "тишина", "call/end.bars": "такты",
  "call/end.manual": "вручную",
  beat: "доля", bar: "такт", "2bar": "2 такта", "4bar": "4 такта",
  "yield.stop": "сразу", "yield.ignore": "нет", "key.off": "все ноты", "key.auto": "услышанная",
  pop: "поп", rock: "рок", "style.light": "лёгкая музыка", jazz: "джаз", funk: "фанк", latin: "латино",
  song: "песня", classical: "классика", orchestral: "оркестр", chorale: "хорал",
  sparse: "редко", "density.light": "негусто", medium: "средне", busy: "густо", dense: "очень густо",
  deep: "очень низко", low: "низко", middle: "посередине", high: "высоко", top: "очень высоко",
  slow: "медленно", moderate: "умеренно", fast: "быстро", rapid: "очень быстро",
  major: "мажор", minor: "минор", "texture.line": "один голос",
  "late/policy.play": "играть", "late/policy.snap": "к сетке", "late/policy.drop": "пропустить",
  midi: "MIDI", link: "Link", jack: "JACK", internal: "свой",
  piano: "пианино", mallets: "маримба", organ: "орган", guitar: "гитара", bass: "бас",
  strings: "струнные", ensemble: "ансамбль", brass: "медь", reed: "тростевые", pipe: "флейта",
  lead: "лид", pad: "пэд", drums: "ударные",
};

function* keys() {
  for (const [tonic, word] of Object.entries(TONICS)) {
    for (const [scale, name] of Object.entries(SCALES)) yield [`${tonic} ${scale}`, `${word} ${name}`];
  }
}

function under(prefix, words) {
  return Object.fromEntries(Object.entries(words).map(([key, word]) => [`${prefix}.${key}`, word]));
}

export const PARAMETERS = {
  ...under("name", NAMES), ...under("help", HELP), ...under("unit", UNITS), ...under("choice", CHOICES),
  ...under("choice", Object.fromEntries(keys())),
};

// The key that is heard, where it is read.
export const KEYS = under("reading.key/heard", Object.fromEntries(keys()));
