// What Antiphon tells while it plays, in Russian: errors, notices, who sets the tempo and why.
//
// What the operating system or a library says of an error is not here, but for what is frequent.

import { FINDINGS } from "./doctor.js";
import { PARAMETERS } from "./params.js";
import { WORDS } from "../words.js";

const PARAMETER = {
  "{address} cannot be {value}; it may be {choices}": "{address}: значения {value} нет; есть {choices}",
  "{address} must be in {low}..{high}, not {value}":
    "{address}: от {low:number} до {high:number}, а не {value:number}",
  "{address} must be a number in {low}..{high}, not {value}":
    "{address}: число от {low:number} до {high:number}, а не {value}",
  "{address} must be {kind}, not {value}": "{address}: здесь нужно {kind}; пришло: {value}",
  "{address} takes {limit} characters at most, not {count}":
    "{address}: не больше {limit} {limit:знака|знаков|знаков}, а не {count}",
  "{address} takes text, not {value}": "{address}: здесь нужен текст; пришло: {value}",
  "{address} takes one number, not {value}": "{address}: здесь нужно одно число; пришло: {value}",
  "{address} takes no arguments, not {value}": "{address}: значение здесь не нужно; пришло: {value}",
  "{address} takes {what}, not {value}": "{address}: здесь нужно {what}; пришло: {value}",
  "{address} has no knob: it is set by words or long numbers":
    "{address}: на ручку не назначить, здесь слова или длинные числа",
  "unknown parameter {name}": "нет параметра {name}",
  "unknown address {name}": "нет адреса {name}",
  "did you mean {name}?": "может быть, {name}?",
  "docs/parameters.md has them all": "все они в docs/parameters.md",
  "a port must be in 1..65535, not {value}": "порт: от 1 до 65535, а не {value}",
  "the rate must be in {low}..{high} Hz, not {value}": "частота: от {low} до {high} Гц, а не {value}",
  "meter: beats in a bar must be in 1..32, not {value}": "размер: долей в такте от 1 до 32, а не {value}",
  "meter: unit must be 1, 2, 4, 8, 16 or 32, not {value}":
    "размер: доля бывает 1, 2, 4, 8, 16 или 32, а не {value}",
  "clock/source cannot be link: aalink is not installed (pip install 'antiphon[link]')":
    "чтобы играть по Link, установите aalink: pip install 'antiphon[link]'",
  "live/follow: port {port}, to which AbletonOSC answers, is taken ({why})":
    "не получается следовать за Live: порт {port}, на который отвечает AbletonOSC, занят ({why})",
  "there is nothing to {way}": "{way} нечего",
  "/panel/key takes a note or a controller, not {values}": "/panel/key: нота или контроллер, а не {values}",
  "a panel is told everything without asking": "панель и так узнаёт обо всём",
  "not a list of an address and its arguments: {text}": "это не список из адреса и значений: {text}",
};

const FILES = {
  "a preset cannot be called {name}; a name has letters, digits, spaces and some signs, {limit} characters at most":
    "пресет нельзя назвать {name}: в названии бывают буквы, цифры, пробелы и некоторые знаки, всего не больше {limit}",
  "there is no preset {name} in {folder}; there are: none": "пресета {name} нет: в {folder} пока пусто",
  "there is no preset {name} in {folder}; there are: {names}": "пресета {name} нет в {folder}; есть: {names}",
  "preset {name} cannot be read: {why}": "не удалось прочитать пресет «{name}»: {why}",
  "preset {name}: skipped {keys}, which no preset keeps":
    "пресет «{name}»: пропущено {keys}, такого в пресетах нет",
  "preset {name}: {why}": "пресет «{name}»: {why}",
  "{path} cannot be read ({why}); remove it to forget setups":
    "не удалось прочитать {path} ({why}); удалите его, чтобы забыть, что куда установлено",
  "{path} cannot be read: {why}": "не удалось прочитать {path}: {why}",
  "{path} cannot be written: {why}": "не удалось записать {path}: {why}",
  "{path} cannot be written; choose a folder with --takes":
    "в {path} ничего не записать; другую папку задаёт --takes",
  "{path} cannot be deleted: {why}": "не удалось удалить {path}: {why}",
  "{path} cannot be renamed: {why}": "не удалось переименовать {path}: {why}",
  "{name} is no list": "{name} должно быть списком",
  "{list}, number {n}": "{list}, номер {n}",
  "{row} needs address, channel and cc or note": "{row}: нужны address, channel и cc или note",
  "{row} needs a number in 0..127 and a channel in 1..16":
    "{row}: нужны номер от 0 до 127 и канал от 1 до 16",
  "{row} needs a cc: a key cannot turn {address}": "{row}: нужен cc, клавиша для {address} не годится",
  "it is now called {name}": "теперь он называется {name}",
  "{file}: skipped {names}, which nothing is called": "{file}: пропущено {names}, такого нет",
  "nothing was learned for {address}": "{address}: ничего не назначено",
  "no map of a controller in use has {address}": "в раскладке контроллера нет {address}",
  "{why}; controllers show nothing": "{why}; контроллеры ничего не показывают",
  "{why}; controllers show nothing until the next start":
    "{why}; контроллеры ничего не покажут до следующего запуска",
  "controller cannot be {name}; it may be {names}": "контроллера {name} нет; есть: {names}",
  "{address}: CC {number}, channel {channel}": "{address}: CC {number}, канал {channel}",
  "was {address}": "раньше: {address}",
  "{address}: turn CC {number}, channel {channel} up to where the value is":
    "{address}: доведите CC {number}, канал {channel}, вверх до значения",
  "{address}: turn CC {number}, channel {channel} down to where the value is":
    "{address}: доведите CC {number}, канал {channel}, вниз до значения",
  "a key cannot turn {address}: move a knob or a fader":
    "{address}: клавишей не повернуть, возьмите ручку или фейдер",
  "{address}: note {number}, channel {channel}": "{address}: нота {number}, канал {channel}",
  "FL Studio's script cannot be looked at: {why}": "не удалось прочитать скрипт FL Studio: {why}",
  "the log {path} cannot be written: {why}": "не удалось записать журнал {path}: {why}",
  "No such file or directory": "нет такого файла или папки",
  "Permission denied": "нет доступа",
  "No space left on device": "нет места на диске",
  "Read-only file system": "диск только для чтения",
  "Is a directory": "это папка",
  "Not a directory": "это не папка",
  "Address already in use": "занято",
  "[Errno {number}] {what}": "{what}",
};

const MODELS = {
  "the model {name} knows no paces": "модель {name} не знает темпов",
  "the model {name} neither hears nor plays drums: it answers with a tuned instrument; another model plays them":
    "модель {name} не слышит и не играет ударных и ответит обычным инструментом; на ударных играет другая модель",
  "model cannot be {name}; it may be {names}": "модели {name} нет; есть: {names}",
  "no models in {folder}": "в {folder} нет моделей",
  "model {name}: not in {folder}; there are: none": "модели {name} нет: в {folder} пусто",
  "model {name}: not in {folder}; there are: {names}": "модели {name} нет в {folder}; есть: {names}",
  "model {name}: family {family} is not one of {families}":
    "модель {name}: семейство {family} незнакомо, есть {families}",
  "model {name}: made for notes of kind {kind}, this version has {ours}":
    "модель {name} обучена на нотах вида {kind}, а в этой версии {ours}",
  "model {name}: {file} is not the file its card describes (sha256)":
    "модель {name}: {file} не тот файл, что описан в карточке (sha256)",
  "model {path}: {key} must be {ours}, the file has {theirs}": "модель {path}: {key} в файле {theirs}, а нужно {ours}",
  "model {path}: cannot be read ({why})": "не удалось прочитать модель {path} ({why})",
  "model {path}: not a model that can be run ({why})": "модель {path} не запускается ({why})",
  "model {name}: {why}": "модель {name}: {why}",
  "model card {path}: missing; every model needs its card": "нет карточки модели {path}, а без неё модель не загрузить",
  "model card {path}: {where}: {why}": "карточка модели {path}, {where}: {why}",
  "prompt reader {path}: missing; `make prompt` makes it":
    "нет файла {path}, и слова понимать некому; его делает `make prompt`",
  "prompt reader {path}": "чтец слов {path}",
  "manners of styles {path}": "манеры стилей {path}",
  "{file}: cannot be read ({why})": "не удалось прочитать: {file} ({why})",
  "{file}: made for {subject} of kind {theirs}, this version has {ours}; `{command}` makes it anew":
    "{file}: сделано для {subject} вида {theirs}, а в этой версии {ours}; заново это делает `{command}`",
  "device must be one of {names}, not {name}": "считать на {name} нельзя; можно: {names}",
  "this onnxruntime was built without {provider}": "этот onnxruntime собран без {provider}",
  "a model of the family {family} is faster on the CPU": "модели семейства {family} работают быстрее на процессоре",
  "recurrent models are computed on the CPU only": "рекуррентные модели считаются только на процессоре",
  "there is no {file}": "нет файла {file}",
  "tools/export_onnx.py --fp16 makes it of a checkpoint": "его делает tools/export_onnx.py --fp16 из чекпойнта",
  "{file} is not the file its card describes (sha256)": "{file} не тот файл, что описан в карточке (sha256)",
  "it found no device it can use": "подходящего устройства не нашлось",
  "{provider} (quicker than {other}: {ours} ms, not {theirs})":
    "{provider} (быстрее, чем {other}: {ours:number} мс, а не {theirs:number})",
  "{provider} (wanted {wanted}: {why})": "{provider} (просили {wanted}: {why})",
  "{provider} (without CUDA graph: {why})": "{provider} (без CUDA graph: {why})",
};

const PORTS = {
  "MIDI {end} {name} is gone": "{end} {name} пропал",
  "MIDI {end} {name} does not take messages": "{end} {name} не принимает сообщений",
  "MIDI {end} {name} cannot be opened; another program may hold it":
    "не удалось открыть {end} {name}; возможно, его держит другая программа",
  "MIDI {end} {name}, chosen the last time, cannot be opened": "{end} {name}, выбранный в прошлый раз, не открывается",
  "{which} is used again": "снова работает {which}",
  "our own port is used": "работает наш собственный порт",
  "our own port": "наш собственный порт",
  "no player is there to tell which MIDI ports there are": "плеера сейчас нет, и сказать, какие есть MIDI-порты, некому",
  "there is no port to choose: the musician inside plays (loopback)":
    "выбирать порт не из чего: играет встроенный музыкант (loopback)",
  "the player did not begin within {seconds} s": "плеер не запустился за {seconds} с",
  "MIDI {end}: {why}": "{end}: {why}",
  "no MIDI {end} called {name}; there are: none at all": "{end} {name} не найден, других тоже нет",
  "no MIDI {end} called {name}; there are: {names}": "{end} {name} не найден; есть: {names}",
  "{name} may mean several MIDI {end}s: {names}; write more of it":
    "{end} {name}: подходит несколько ({names}); напишите имя полнее",
  "MIDI system must be auto, {names}, or loopback to play without one; not {name}":
    "MIDI бывает auto, {names} или loopback (играть без MIDI), а не {name}",
  "Windows has no virtual MIDI ports: with loopMIDI, make two that are called {one} and {other}, or name others; {why}":
    "в Windows нет виртуальных MIDI-портов: заведите в loopMIDI два с именами {one} и {other} или назовите свои; {why}",
  "the ALSA sequencer does not answer; load it with: modprobe snd-seq":
    "секвенсор ALSA не отвечает; его загружает modprobe snd-seq",
  "CoreMIDI does not answer": "CoreMIDI не отвечает",
  "no JACK server runs; start one, or set JACK_DEFAULT_SERVER to its name":
    "сервер JACK не запущен; запустите его или назовите в JACK_DEFAULT_SERVER",
  "the Windows MIDI service does not answer": "служба MIDI в Windows не отвечает",
  "python-rtmidi on this machine cannot use {system}": "python-rtmidi здесь не умеет работать с {system}",
  "python-rtmidi cannot be loaded: {why}": "python-rtmidi не загружается: {why}",
  "jack-exact needs a JACK server and the Python package JACK-Client":
    "для jack-exact нужны сервер JACK и пакет JACK-Client для Python",
  "JACK does not run its cycles, or they are too long to learn its clock from":
    "циклы JACK не идут или слишком длинны, чтобы узнать по ним его время",
  "JACK's library cannot be loaded: {why}": "библиотека JACK не загружается: {why}",
  "the JACK server is gone": "сервер JACK пропал",
  "JACK is gone, or our process on it": "пропал JACK или наш процесс в нём",
  "the process on JACK did not start": "наш процесс в JACK не запустился",
  "the process on JACK did not answer within {seconds} s": "наш процесс в JACK не ответил за {seconds} с",
  "the process on JACK does not take messages": "наш процесс в JACK не принимает сообщений",
};

const WEB = {
  "OSCQuery is off: {why}": "OSCQuery выключен: {why}",
  "OSC over TCP is off: port {port} is another program's":
    "OSC по TCP выключен: порт {port} занят другой программой",
  "OSC from {host} is not obeyed; --allow {same} lets it in": "OSC с {host} не принимаем; разрешит --allow {same}",
  "OSC that was not obeyed, from addresses not allowed: {count} times":
    "OSC с неразрешённых адресов: отказано {count} {count:раз|раза|раз}",
  "OSC port {port} is taken ({why})": "порт OSC {port} занят ({why})",
  "{door} port {number} {why}; choose another with {flag}, 0 for none":
    "порт {door} {number} {why}; другой порт: {flag}, 0: никакого",
  "is taken": "занят",
  "cannot be used ({why})": "не открывается ({why})",
  "other programs cannot find us by themselves: {why}": "другие программы сами нас не найдут: {why}",
};

const PROCESSES = {
  "the {who} was restarted: {why}": "{who} перезапущен: {why}",
  "the {who} ended {count} times within {seconds} seconds; the last time: {why}":
    "{who} упал {count} {count:раз|раза|раз} за {seconds} с; в последний раз: {why}",
  "it gave no sign of life": "не подавал признаков жизни",
  "it sent a line that is no message: {why}": "прислал непонятную строку: {why}",
  "it was ended by {signal}": "его завершил {signal}",
  "exit code {code}": "код выхода {code}",
  "not understood: {why}": "не понято: {why}",
  "the player's configuration cannot be read: {why}": "не удалось прочитать настройки плеера: {why}",
};

const CLOCK = {
  "no other clock yet": "больше пока некому",
  "asked for": "так выбрано",
  "as before": "как раньше",
  "started by hand": "пуск вручную",
  "no other clock plays": "другие не играют",
  "MIDI clock played last, and has stopped": "последним шёл MIDI Clock, и он остановлен",
  "MIDI clock played last, and is not heard now": "последним шёл MIDI Clock, сейчас его не слышно",
  "Link session joined, and all others left it": "вошли в сессию Link, но все ушли",
  "Link session joined, and nothing is heard of it now": "вошли в сессию Link, сейчас о ней ничего не слышно",
  "JACK transport rolled last, and has stopped": "последним шёл транспорт JACK, и он остановлен",
  "JACK transport rolled last, and tells no place now": "последним шёл транспорт JACK, сейчас места он не сообщает",
  "FL Studio's script told its beat last, and FL has stopped":
    "последним долю сообщал скрипт FL Studio, и FL остановлена",
  "FL Studio's script told its beat last, and is not heard now":
    "последним долю сообщал скрипт FL Studio, сейчас его не слышно",
  "/jam/start starts no song while clock/source is {wanted}: {how}":
    "/jam/start не запустит песню, пока clock/source: {wanted}; {how}",
  "clock/source is jack, but no JACK transport can be heard: that takes a JACK server, the Python package JACK-Client and --api jack or jack-exact":
    "clock/source: jack, но транспорта JACK не слышно: нужны сервер JACK, пакет JACK-Client для Python и --api jack или jack-exact",
  "MIDI clock started": "пошёл MIDI Clock",
  "MIDI clock plays": "идёт MIDI Clock",
  "two MIDI clocks come in, and cannot be told apart: switch one of them off":
    "идут сразу два MIDI Clock, и их не различить: выключите один",
  "{why}, and a second one at {bpm} BPM is not followed": "{why}, второй, {bpm:number} BPM, не ведёт",
  "a Link session is there": "есть сессия Link",
  "Link session joined, {peers}": "вошли в сессию Link, {peers}",
  "1 peer": "там ещё один",
  "{count} peers": "там ещё {count}",
  "all others left the Link session": "из сессии Link все ушли",
  "Link was switched off": "Link выключен",
  "JACK transport rolls, with a tempo": "транспорт JACK идёт, и у него есть темп",
  "FL Studio's script tells its beat, and no MIDI clock comes":
    "долю сообщает скрипт FL Studio, а MIDI Clock не идёт",
  "FL Studio's script is there": "скрипт FL Studio на связи",
  "FL Studio's script is there, API version {version}": "скрипт FL Studio на связи, версия API {version}",
};

const LIVE = {
  "{set}, playing, beat {beat}": "{set}, идёт, доля {beat}",
  "{set}, stopped": "{set}, стоит",
};

const NOTHING = {
  none: "ничего", "none at all": "ничего", nothing: "ничего", text: "текст", "a number": "число",
  "no arguments": "без значений",
};

const NAMES = Object.fromEntries(
  Object.entries({ ...PARAMETERS, ...WORDS.ru })
    .map(([key, name]) => [key.match(/^(?:name|action)\.(.+)$/)?.[1], name])
    .filter(([address]) => address),
);

export const TOLD = {
  lines: {
    ...PARAMETER, ...FILES, ...MODELS, ...PORTS, ...WEB, ...PROCESSES, ...CLOCK, ...LIVE, ...NOTHING, ...FINDINGS,
  },
  words: {
    end: { input: "MIDI-вход", output: "MIDI-выход" },
    who: { player: "плеер", engine: "движок" },
    way: { undo: "отменять", redo: "возвращать" },
    subject: { wishes: "пожеланий", tables: "таблиц" },
    door: { web: "панели", query: "OSCQuery" },
    source: { midi: "MIDI Clock", link: "Ableton Link", jack: "JACK", fl: "FL Studio", internal: "сам Antiphon" },
    status: { locked: "идёт ровно", free: "свой темп", lost: "пропал", stopped: "стоит" },
    state: {
      starting: "загружается", idle: "отдыхает", armed: "ждёт фразы", listening: "слушает",
      thinking: "думает", responding: "отвечает",
    },
  },
  names: NAMES,
};
