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
  top_k: "число вероятных (top k)", memory: "память", seed: "зерно случая",
  "response/bars": "длина ответа в тактах", horizon: "горизонт", commit: "решено", candidates: "кандидаты",
  "call/end": "конец", "call/silence": "тишина", "call/bars": "не длиннее, в тактах", "call/min": "не короче",
  quant: "начало ответа", yield: "уступать", key: "тональность", prompt: "словами", style: "стиль",
  density: "плотность", register: "регистр", tonality: "лад", pace: "характер темпа", feel: "подача",
  texture: "фактура", "range/low": "низ", "range/high": "верх", "velocity/scale": "громкость",
  "voice/player": "ваш голос", "voice/answer": "голос ответа", "channel/out": "канал ответа",
  "clock/source": "источник", "clock/link": "Ableton Link", "clock/bpm": "темп, BPM",
  "live/follow": "следовать за Live", "meter/beats": "доли", "meter/unit": "длительность",
  "late/policy": "что с ними", "late/limit": "терпимо", "latency/offset": "посылать раньше",
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
  horizon: "Насколько вперёд ответ готов",
  commit: "Что ближе этого, будет сыграно как есть, что бы вы ни крутили; не больше горизонта",
  candidates: "Сколько ответов пробовать, прежде чем начнётся лучший, если хватит времени",
  "call/end": "Что заканчивает фразу",
  "call/silence": "Тишина, которая заканчивает фразу",
  "call/bars": "Фраза заканчивается через столько тактов; 0: никогда",
  "call/min": "На фразы короче этого ответа нет",
  quant: "Где ответ может начаться",
  yield: "Что делает ответ, когда вы вступаете",
  key: "Какие ноты можно ответу: все, услышанной тональности или названной",
  prompt: "Каким должен быть ответ, вашими словами, по-русски или по-английски; задаёт пять пожеланий ниже, тональность и голос ответа; пустая строка их отпускает",
  style: "Желаемый стиль",
  density: "Сколько нот на долю желательно",
  register: "Как высоко должен лежать ответ",
  tonality: "Мажор или минор, если желательно",
  pace: "Музыка какого темпа желательна; по часам: того, что сейчас",
  feel: "Сколько вашего ритма и ваших акцентов перенимает ответ; 0: точно по сетке",
  texture: "авто: на одноголосие отвечает один голос, на аккорды свободно; голос: всегда один; свободно: как выйдет",
  "range/low": "Самая низкая нота ответа",
  "range/high": "Самая высокая нота ответа",
  "velocity/scale": "Громкость ответа",
  "voice/player": "Инструмент, на котором играете вы",
  "voice/answer": "Инструмент, который отвечает",
  "channel/out": "MIDI-канал ответа; ударные всегда на 10",
  "clock/source": "Кто задаёт темп; авто: MIDI-часы, если они идут, иначе Link, если там есть другие, иначе транспорт JACK, если у него есть темп, иначе скрипт FL Studio, иначе мы сами; DAW, которая останавливается, останавливает и нас",
  "clock/link": "Входит ли авто в сеанс Ableton Link местной сети; нужно дополнение `link`",
  "clock/bpm": "Темп наших собственных часов",
  "live/follow": "Брать темп, размер, тональность, пуск и остановку у Ableton Live, где установлен AbletonOSC",
  "meter/beats": "Сколько долей в такте",
  "meter/unit": "Какой длительности доля",
  "late/policy": "Что будет с нотой, которая опоздала больше терпимого: всё равно сыграть, сдвинуть к следующей шестнадцатой или бросить",
  "late/limit": "Нота, опоздавшая не больше этого, играется сразу",
  "latency/offset": "Посылать ноты на столько раньше",
};

const UNITS = { beats: "доли", bars: "такты", ms: "мс", "MIDI note": "нота MIDI", BPM: "BPM" };

// A choice that means something else elsewhere has its parameter before it.
const CHOICES = {
  off: "нет", on: "да", auto: "авто", free: "свободно", same: "как вы", clock: "по часам",
  "mode.call": "перекличка", "mode.infinite": "без конца",
  "call/end.any": "всё", "call/end.silence": "тишина", "call/end.bars": "такты",
  "call/end.manual": "вручную",
  beat: "доля", bar: "такт", "2bar": "2 такта", "4bar": "4 такта",
  "yield.stop": "сразу", "yield.ignore": "нет", "key.off": "все ноты", "key.auto": "услышанная",
  pop: "поп", rock: "рок", "style.light": "лёгкая музыка", jazz: "джаз", funk: "фанк", latin: "латино",
  song: "песня", classical: "классика", orchestral: "оркестр", chorale: "хорал",
  sparse: "редко", "density.light": "легко", medium: "средне", busy: "густо", dense: "очень густо",
  deep: "очень низко", low: "низко", middle: "посередине", high: "высоко", top: "очень высоко",
  slow: "медленно", moderate: "умеренно", fast: "быстро", rapid: "очень быстро",
  major: "мажор", minor: "минор", "texture.line": "голос",
  "late/policy.play": "играть", "late/policy.snap": "к сетке", "late/policy.drop": "бросить",
  midi: "MIDI", link: "Link", jack: "JACK", internal: "свои",
  piano: "пианино", mallets: "маримба", organ: "орган", guitar: "гитара", bass: "бас",
  strings: "струнные", ensemble: "ансамбль", brass: "медь", reed: "язычковые", pipe: "флейта",
  lead: "соло", pad: "пэд", drums: "ударные",
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
