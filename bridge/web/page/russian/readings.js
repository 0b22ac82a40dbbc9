// Readings in Russian, by address: what they are called, what they tell, and words of theirs.

const NAMES = {
  state: "что происходит", transport: "ход песни", bar: "такт", clock: "кто задаёт темп",
  "clock/status": "как держится темп", live: "Ableton Live", fl: "скрипт FL Studio", midi: "MIDI-порты",
  "ports/chosen": "выбранные порты", "latency/measure": "чем измерить задержку",
  device: "модель", late: "как успевали ноты", latency: "время на ноту, мс", "late/count": "опоздания",
  "candidates/tried": "перебрано ответов", fallback: "тактов без модели", "prompt/understood": "как поняты слова",
  notice: "чего модель не умеет", take: "номер ответа", "take/file": "файл дубля",
  "key/heard": "услышанная тональность", chord: "аккорд", preset: "пресет", learning: "ждёт контроллера", learned: "назначено",
  "control/waits": "ручка ждёт",
};

const HELP = {
  state: "Что сейчас происходит: отдых, ваш ход, слушаю, думаю, отвечаю",
  transport: "Идёт песня или стоит, темп в BPM, доля от начала",
  bar: "Такт песни, считая с первого",
  clock: "Кто задаёт темп, как он держится и почему темп именно его",
  "clock/status": "Темп: идёт ровно, свой, пропал или стоит",
  live: "Проект Live, если о нём рассказывает AbletonOSC",
  fl: "Скрипт FL Studio, если он дал о себе знать",
  midi: "MIDI-порты: откуда слышим и куда играем",
  "ports/chosen": "Какие MIDI-порты выбраны; пусто: наш собственный",
  "latency/measure": "Команда, которая измерит задержку для этих портов; Antiphon перед этим закройте. Без MIDI пусто",
  device: "Какая модель отвечает и на чём считается",
  late: "Сколько нот сыграно вовремя, позже чем на 20 мс, сдвинуто к сетке, пропущено",
  latency: "Сколько миллисекунд модель сочиняет ноту: обычно и 19 раз из 20; за сколько до первой доли пора начинать ответ",
  "late/count": "Сколько нот опоздало больше чем на 20 мс, сколько пропущено",
  "candidates/tried": "Сколько ответов перебрали, прежде чем выбрать этот",
  fallback: "Сколько тактов занято вашей же фразой с вариациями, потому что модель не успела",
  "prompt/understood": "Что понято из ваших слов и что нет",
  notice: "Чего из желаемого модель сейчас не умеет",
  take: "Какой это ответ по счёту",
  "take/file": "Файл с последними фразой и ответом",
  "key/heard": "Тональность вашей фразы, насколько её можно расслышать",
  chord: "Аккорд из всего, что звучит: Am7, F/A; пусто после такта тишины",
  preset: "Какой пресет выбран; * если с тех пор в нём что-то изменено",
  learning: "Что будет назначено следующей ручке или клавише",
  learned: "Что назначено последним, чему и что оно делало раньше",
  "control/waits": "Ручка, которая сначала должна дойти до значения, и куда её крутить",
};

const STATUS = { locked: "идёт ровно", free: "свой", lost: "пропал", stopped: "стоит" };

const VALUES = {
  state: {
    starting: "загрузка", idle: "отдых", armed: "ваш ход", listening: "слушаю", thinking: "думаю",
    responding: "отвечаю",
  },
  transport: { playing: "идёт", stopped: "стоит" },
  clock: { midi: "MIDI Clock", link: "Ableton Link", jack: "JACK", fl: "FL Studio", internal: "сам Antiphon", ...STATUS },
  "clock/status": STATUS,
};

function under(prefix, words) {
  return Object.fromEntries(Object.entries(words).map(([key, word]) => [`${prefix}.${key}`, word]));
}

export const READINGS = {
  ...under("reading", NAMES), ...under("reading.help", HELP),
  ...Object.assign({}, ...Object.entries(VALUES).map(([address, words]) => under(`reading.${address}`, words))),
};
