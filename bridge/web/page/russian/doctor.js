// What the doctor finds, and what to do, in Russian.

const PORTS = {
  "loopback: a built-in musician plays, and needs no port":
    "loopback: играет встроенный музыкант, порты ему не нужны",
  "{one} and {other} can be opened": "{one} и {other} открываются",
  "of others {inputs} to listen to, {outputs} to play to": "чужих портов: входов {inputs}, выходов {outputs}",
  "another Antiphon has ports of these names": "порты с такими именами уже есть у другого Antiphon",
  "end it, or name its OSC port with --osc-port": "закройте его или назовите его порт OSC: --osc-port",
  "mend that, or play without MIDI: antiphon jam": "исправьте это или играйте без MIDI: antiphon jam",
  "antiphon ports lists what there is; name it with --input and --output":
    "antiphon ports покажет, что есть; назовите порт: --input и --output",
  "it hears {one} and plays {other}": "слушает {one}, играет в {other}",
  "it has no MIDI ports": "MIDI-портов у него нет",
  "look at its terminal, or wait a moment": "загляните в его терминал или подождите",
  "the MIDI system does not answer": "система MIDI не отвечает",
  "start it anew": "перезапустите её",
};

const CLOCK = {
  "a MIDI clock comes, {bpm} BPM": "идёт MIDI Clock, {bpm:number} BPM",
  "{count} clock ticks came in {seconds} s, too few or too odd for a tempo":
    "за {seconds} с пришло {count} {count:тик|тика|тиков} MIDI Clock: для темпа мало или слишком неровно",
  "let one program alone send its clock to us": "пусть MIDI Clock шлёт нам только одна программа",
  "JACK's transport rolls, {bpm} BPM": "транспорт JACK идёт, {bpm:number} BPM",
  "nothing is connected to {port} yet": "к {port} пока ничего не подключено",
  "a port of ours lasts as long as its program: start antiphon run, connect the DAW, and let doctor ask it":
    "наши порты есть, пока есть программа: запустите antiphon run, подключите DAW и осмотрите снова",
  "no MIDI clock came to {port} in {seconds} s": "за {seconds} с в {port} не пришло MIDI Clock",
  "switch on clock (Sync) for that port in the DAW and press play; until then we keep a tempo of our own":
    "включите в DAW для этого порта Clock (Sync) и нажмите Play; пока играем в своём темпе",
  "{source} conducts ({why}), {status}, {bpm} BPM": "темп задаёт {source} ({why}), {status}, {bpm:number} BPM",
  "{source} conducts (), {status}, {bpm} BPM": "темп задаёт {source}, {status}, {bpm:number} BPM",
  "press play in the DAW, or send /jam/start": "нажмите Play в DAW или пошлите /jam/start",
  "send /jam/start": "пошлите /jam/start",
  "press play in the DAW that sends us its MIDI clock": "нажмите Play в DAW, которая шлёт нам MIDI Clock",
  "send /jam/start, or press play in a program of the Link session":
    "пошлите /jam/start или нажмите Play в программе из сессии Link",
  "start JACK's transport, with a program that gives it a tempo":
    "запустите транспорт JACK и программу, которая задаёт его темп",
  "press play in FL Studio": "нажмите Play в FL Studio",
  "if the DAW shall lead, switch on clock (Sync) for our port there and press play":
    "если вести должна DAW, включите в ней для нашего порта Clock (Sync) и нажмите Play",
  "see why it no longer sends; the tempo is held": "посмотрите, почему оттуда больше ничего не идёт; темп держим прежний",
};

const LOOP = {
  "what we send does not come back": "то, что мы посылаем, к нам не возвращается",
  "what we send to {port} comes back, as one port for both ways must":
    "то, что мы посылаем в {port}, возвращается: порт один на оба направления",
  "two ports are safer: docs/daw/README.md": "надёжнее два порта: docs/daw/README.md",
  "feedback: what we send to {one} comes back to {other}": "петля: то, что мы посылаем в {one}, возвращается в {other}",
  "let the track You hear your keyboard alone, not all inputs, or it answers itself":
    "пусть дорожка You слышит только вашу клавиатуру, а не все входы, иначе Antiphon будет отвечать сам себе",
  "feedback was not tried, since that Antiphon plays": "петлю не проверяли: Antiphon играет",
  "end it and run doctor again, if it seems to answer itself":
    "если кажется, что он отвечает сам себе, закройте его и осмотрите снова",
};

const PROGRAMS = {
  "the script answers, API version {version}": "скрипт отвечает, версия API {version}",
  "the script tells its beat": "скрипт сообщает долю",
  "FL Studio's script does not answer": "скрипт FL Studio не отвечает",
  "nothing was heard of FL Studio's script": "скрипта FL Studio не слышно",
  "only for FL Studio: antiphon setup fl, then docs/daw/fl.md":
    "нужно только для FL Studio: antiphon setup fl, дальше docs/daw/fl.md",
  "AbletonOSC answers": "AbletonOSC отвечает",
  "AbletonOSC answers, Live {version}": "AbletonOSC отвечает, Live {version}",
  "AbletonOSC answers: {set}": "AbletonOSC отвечает: {set}",
  "AbletonOSC does not answer on port {port}": "AbletonOSC на порту {port} не отвечает",
  "AbletonOSC does not answer, though live/follow is on":
    "AbletonOSC не отвечает, хотя включено «следовать за Live»",
  "only for Ableton Live: install AbletonOSC, choose it as a Control Surface":
    "нужно только для Ableton Live: установите AbletonOSC и выберите его как Control Surface",
  "choose AbletonOSC as a Control Surface in Live, or turn live/follow off":
    "выберите в Live AbletonOSC как Control Surface или выключите «следовать за Live»",
  "port {port}, to which AbletonOSC answers, is taken by another program":
    "порт {port}, на который отвечает AbletonOSC, занят другой программой",
  "only for Ableton Live: end its other OSC client":
    "важно только для Ableton Live: закройте другую программу, которая говорит с ним по OSC",
  "off, as asked for": "выключен, как вы и просили",
  "port {port} is free": "порт {port} свободен",
  "port {port} is taken by a program that is no Antiphon": "порт {port} занят другой программой",
  "port {port} cannot be used ({why})": "порт {port} не открывается ({why})",
  "port {port} is taken by {program}": "порт {port} занят: {program}",
  "port {port} is taken by {program}, not by that Antiphon": "порт {port} занят, но не тем Antiphon: {program}",
  "an Antiphon with another OSC port": "другой Antiphon, с другим портом OSC",
  "another program": "другая программа",
  "{program} (process {number})": "{program} (процесс {number})",
  "run would not begin": "antiphon run не запустится",
  "the jam does without OSCQuery": "играть можно и без OSCQuery",
  "choose another with {flag}, 0 for none": "возьмите другой порт: {flag}, 0: никакого",
  "end that program, or {what}": "закройте её или {what}",
  "that Antiphon serves {address}": "тот Antiphon отвечает на {address}",
  "nobody serves port {port}: that Antiphon has another, or none":
    "на порту {port} никто не отвечает: у того Antiphon другой порт или никакого",
  "name its own with {flag}": "назовите его порт: {flag}",
  "name its own with {flag}, or begin it anew": "назовите его порт, {flag}, или перезапустите его",
  "end that program, or choose another with --osc-port": "закройте её или возьмите другой порт: --osc-port",
  "an Antiphon answers on port {port}, {state}; it was asked, not disturbed":
    "на порту {port} отвечает Antiphon, он {state}; мы его только спросили, играть не мешали",
  "ask again when its model is loaded": "спросите, когда загрузится модель",
};

const MODEL = {
  "no model is loaded yet": "модель ещё не загружена",
  "ask again in a moment": "спросите чуть позже",
  "{model} on {provider}; it has drawn no note yet": "{model} на {provider}; нот пока не сочиняла",
  "{model} on {provider}, {median} ms a note, 19 of 20 within {slowest} ms":
    "{model} на {provider}, {median:number} мс на ноту, 19 из 20 не дольше {slowest:number} мс",
  "choose a quicker one: antiphon models, then --set model=NAME":
    "возьмите модель побыстрее: antiphon models, затем --set model=ИМЯ",
  "see docs/architecture.md, or take --device cpu": "см. docs/architecture.md или возьмите --device cpu",
  "antiphon models lists those that can play": "antiphon models покажет, какие могут играть",
  "it was not loaded within 6 s": "за 6 с не загрузилась",
  "try again on a quieter machine": "попробуйте, когда компьютер меньше занят",
  "{timely} notes in time, {late} late, {snapped} snapped, {dropped} left out":
    "{timely} {timely:нота|ноты|нот} вовремя, {late} с опозданием, {snapped} сдвинуто к сетке, {dropped} пропущено",
  "end what keeps the processor busy; see timer below":
    "закройте то, что нагружает процессор; см. таймер ниже",
};

const TIMER = {
  "{count} short sleeps ended {p99} ms late at p99, {worst} ms at worst":
    "99 % из {count} коротких пауз затянулись не больше чем на {p99:number} мс, самая долгая на {worst:number} мс",
  "end what keeps the processor busy; real-time rights help":
    "закройте то, что нагружает процессор; поможет и приоритет реального времени",
  "end what keeps the processor busy: notes would come audibly late":
    "закройте то, что нагружает процессор: опоздания нот будут слышны",
  "this machine hardly wakes us": "компьютер почти не даёт нам работать",
  "end what keeps it busy": "закройте то, что его нагружает",
  "real-time rights are not asked for on this system": "в этой системе приоритет реального времени не нужен",
  "SCHED_FIFO is allowed: the player goes before others": "SCHED_FIFO разрешён: плеер идёт впереди других программ",
  "SCHED_FIFO is not allowed: a busy machine makes notes late by some milliseconds":
    "SCHED_FIFO не разрешён: на занятом компьютере ноты опоздают на несколько миллисекунд",
  "add your user to a group with 'rtprio 95' in /etc/security/limits.d, often audio or realtime, and log in again":
    "добавьте себя в группу, у которой в /etc/security/limits.d есть 'rtprio 95' (часто audio или realtime), и войдите заново",
};

const CHECK = {
  "the check itself failed: {why}": "сама проверка не удалась: {why}",
  "nothing was said": "ничего не сказано",
  "report this, with what antiphon doctor --json says":
    "сообщите нам об этом, приложив вывод antiphon doctor --json",
};

export const FINDINGS = { ...PORTS, ...CLOCK, ...LOOP, ...PROGRAMS, ...MODEL, ...TIMER, ...CHECK };
