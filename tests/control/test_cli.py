import os
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from bridge import __version__
from bridge.app import cli, models, places
from bridge.app.bench import run as bench_run
from bridge.app.bench.table import groups
from bridge.app.cli import settings_from
from bridge.app.files import compose
from bridge.app.files.order import Order
from bridge.core.errors import MusicError, SettingError
from bridge.core.params import PARAMS, Settings, Value
from bridge.core.wishes import WISH_NAMES

ROOT = Path(__file__).resolve().parents[2]


def antiphon(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bridge", *arguments],
        cwd=ROOT, capture_output=True, text=True, timeout=20, check=False,
        env={**os.environ, "COLUMNS": "100", "NO_COLOR": "1", **environment},
    )  # fmt: skip


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    """Type a command in this process; return exit code, output and complaints."""

    def typed(*arguments: str) -> tuple[object, str, str]:
        monkeypatch.setattr(sys, "argv", ["antiphon", *arguments])
        with pytest.raises(SystemExit) as end:
            cli.main()
        out, err = capsys.readouterr()
        return end.value.code or 0, out, err

    return typed


def test_version(typed: Any) -> None:
    assert typed("--version") == (0, f"antiphon {__version__}\n", "")


def test_help_names_every_command() -> None:
    shown = antiphon("--help")
    assert shown.returncode == 0
    for command in (
        "run",
        "jam",
        "ports",
        "models",
        "continue",
        "score",
        "evaluate",
        "bench",
        "docs",
        "templates",
        "setup",
        "doctor",
        "live",
    ):
        assert f" {command} " in shown.stdout


@pytest.mark.parametrize(
    "command",
    ["run", "jam", "ports", "models", "continue", "score", "evaluate", "bench", "docs", "doctor"],
)
def test_every_command_has_help(typed: Any, command: str) -> None:
    code, out, _ = typed(command, "--help")
    assert code == 0
    assert f"Usage: antiphon {command} [OPTIONS]" in out


@pytest.mark.parametrize("command", ["run", "jam", "continue"])
def test_help_names_all_that_can_be_asked_for(typed: Any, command: str) -> None:
    _, out, _ = typed(command, "--help")
    shown = set(re.findall(r"[\w-]+", out))
    for name in (*WISH_NAMES, "voice_answer"):
        assert set(PARAMS[name].knob.choices) - {"same"} <= shown


def test_help_of_run_names_every_parameter(typed: Any) -> None:
    _, out, _ = typed("run", "--help")
    words = out.replace("\n", " ").replace(",", " ").replace(".", " ").split()
    assert set(PARAMS) <= set(words)


def test_control_loads_no_model_and_no_midi_driver() -> None:
    code = (
        "import sys; import bridge.app.cli, bridge.app.hub.process;"
        "print(*[m for m in ('numpy', 'onnxruntime', 'rtmidi', 'torch', 'symusic')"
        " if m in sys.modules])"
    )
    shown = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert shown.stdout.strip() == ""


def test_settings_from_the_command_line() -> None:
    assert settings_from([]) == Settings()
    pairs = ["temperature=1.5", "call/silence=8", "key=F# minor", "top_k = 3"]
    assert settings_from(pairs) == Settings(
        temperature=1.5, call_silence=8.0, key="F# minor", top_k=3
    )


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--set", "temprature=1"), "did you mean temperature?"),
        (("--set", "temperature=hot"), "temperature must be a number in 0.05..2, not 'hot'"),
        (("--set", "quant=3bar"), "quant cannot be '3bar'; it may be beat, bar, 2bar, 4bar"),
        (("--set", "temperature=99"), "temperature must be in 0.05..2, not 99"),
        (("--set", "range/low=60", "--set", "range/high=50"), "range/low must not be above"),
        (("--set", "temperature"), "NAME=VALUE"),
    ],
)
@pytest.mark.parametrize("command", ["run", "jam"])
def test_bad_settings_end_with_one_line(
    typed: Any, command: str, arguments: tuple[str, ...], words: str
) -> None:
    code, _, err = typed(command, *arguments)
    assert code == 2
    assert err.startswith("antiphon: ")
    assert err.count("\n") == 1
    assert words in err


def test_a_bad_flag_ends_with_two() -> None:
    shown = antiphon("run", "--osc-port", "99999")
    assert shown.returncode == 2
    assert "Traceback" not in shown.stderr


def test_a_taken_osc_port_ends_with_three(house: Any) -> None:
    shown = antiphon("run", "--web-port", "0", "--osc-port", str(house.port))
    assert shown.returncode == 3
    assert shown.stderr == (
        f"antiphon: OSC port {house.port} is taken; choose another with --osc-port, 0 for none\n"
    )


def test_continue_passes_everything_on(typed: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[Any] = []
    monkeypatch.setattr(compose, "compose", lambda *args: calls.append(args))
    code, _, _ = typed(
        "continue", "a.mid", "b.mid", "--bars", "4", "--out", "new", "--model", "swing", "--seed",
        "7", "--temperature", "1.2", "--top-p", "0.8", "--with-seed", "--json", "--models", "m",
        "--prompt", "sad", "--style", "jazz", "--feel", "0.5", "--voices", "bass",
        "--key", "D minor", "--device", "coreml",
    )  # fmt: skip
    assert code == 0
    given: dict[str, Value] = {
        "temperature": 1.2, "top_p": 0.8, "memory": 1.0, "feel": 0.5, "style": "jazz",
        "density": "free", "register": "free", "tonality": "free", "pace": "clock",
        "key": "D minor",
    }  # fmt: skip
    order = Order(
        bars=4, model="swing", number=7, given=given, prompt="sad", voices="bass", with_seed=True,
        as_json=True, device="coreml",
    )  # fmt: skip
    assert calls == [([Path("a.mid"), Path("b.mid")], Path("new"), order, Path("m"))]


def test_a_broken_seed_ends_with_five_or_four(tmp_path: Path) -> None:
    (tmp_path / "seed.mid").write_bytes(b"no music")
    shown = antiphon("continue", str(tmp_path / "seed.mid"), "--out", str(tmp_path / "out.mid"))
    assert shown.returncode in (4, 5)  # there may be no model in this checkout
    assert shown.stderr.startswith("antiphon: ")
    assert shown.stderr.count("\n") == 1


def test_models_passes_everything_on(typed: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[Any] = []
    monkeypatch.setattr(models, "show", lambda *args: shown.append(args))
    monkeypatch.setenv("ANTIPHON_MODELS", "elsewhere")
    typed("models")
    typed("models", "--json", "--models", "here")
    assert shown == [(Path("elsewhere"), False), (Path("here"), True)]


def test_bench_passes_everything_on(typed: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    measured: list[bench_run.Order] = []

    def measure(order: bench_run.Order) -> bool:
        measured.append(order)
        return False

    monkeypatch.setattr(bench_run, "bench", measure)
    monkeypatch.setenv("ANTIPHON_MODELS", "elsewhere")
    code, _, _ = typed(
        "bench", "timing", "--json", "out.json", "--page", "out.md", "--seconds", "3",
        "--against", "old.json", "--from", "new.json", "--strict",
    )  # fmt: skip
    assert code == 1
    assert typed("bench")[0] == 0
    assert measured == [
        bench_run.Order(
            what="timing", seconds=3.0, models=Path("elsewhere"), out=Path("out.json"),
            page=Path("out.md"), against=Path("old.json"), source=Path("new.json"),
        ),
        bench_run.Order(what="all", seconds=10.0, models=Path("elsewhere")),
    ]  # fmt: skip


def test_an_unknown_benchmark_is_refused(typed: Any) -> None:
    code, _, err = typed("bench", "everything")
    names = ", ".join(groups())
    assert (code, err) == (
        2,
        f"antiphon: bench cannot measure 'everything'; it may be {names}\n",
    )


def test_ports_are_listed(typed: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    module = ModuleType("bridge.app.player.ports")
    listed = {"system": ["jack"], "input": ["Keys:out"], "output": ["Synth:in", "DAW:in"]}
    module.ports = lambda _: listed  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "bridge.app.player.ports", module)
    _, out, _ = typed("ports")
    assert out.splitlines() == [
        "system  jack", "input   Keys:out", "output  Synth:in", "output  DAW:in",
    ]  # fmt: skip


def test_docs_are_checked(typed: Any) -> None:
    assert typed("docs", "--check") == (0, "", "")


def test_the_manual_module_does_the_same() -> None:
    command = [sys.executable, "-m", "bridge.control.manual", "--check"]
    assert subprocess.run(command, cwd=ROOT, check=False).returncode == 0


def test_where_models_lie(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert places.models_folder({}) == ROOT / "models" / "onnx"
    assert places.models_folder({"ANTIPHON_MODELS": "x"}) == Path("x")
    monkeypatch.setattr(places, "files", lambda _: tmp_path / "bridge")
    assert places.models_folder({}) == tmp_path / "models" / "onnx"


def test_models_have_a_file_and_a_card(tmp_path: Path) -> None:
    for name in ("b.onnx", "b.json", "a.onnx", "a.json", "bare.onnx", "card.json"):
        (tmp_path / name).touch()
    assert places.model_names(tmp_path) == ("a", "b")
    assert places.model_names(tmp_path / "nowhere") == ()


def test_takes_need_a_folder_that_can_be_made(tmp_path: Path) -> None:
    places.check_writable(tmp_path / "a" / "b")
    (tmp_path / "file").touch()
    for folder in (tmp_path / "file", tmp_path / "file" / "takes"):
        with pytest.raises(MusicError, match="cannot be written"):
            places.check_writable(folder)


def test_a_wrong_setting_is_a_setting_error() -> None:
    with pytest.raises(SettingError):
        settings_from(["=1"])


def test_templates_are_written_and_found_stale(typed: Any, tmp_path: Path) -> None:
    out = str(tmp_path / "made")
    assert typed("templates", "--out", out) == (0, "", "")
    assert typed("templates", "--check", "--out", out) == (0, "", "")
    (tmp_path / "made" / "reaper" / "Antiphon.RPP").write_text("")
    code, _, complaint = typed("templates", "--check", "--out", out)
    assert code == 2
    assert "reaper/Antiphon.RPP" in complaint


def test_setup_without_a_terminal_tells_and_writes_nothing(tmp_path: Path) -> None:
    folders = {"HOME": str(tmp_path), "XDG_CONFIG_HOME": "", "XDG_STATE_HOME": ""}
    (tmp_path / "other").mkdir()
    flags = ("setup", "reaper", "--folder", str(tmp_path / "other"))
    told = antiphon(*flags, **folders)
    assert told.returncode == 2
    assert "Antiphon.RPP" in told.stdout
    assert told.stderr == "antiphon: nothing was written; --yes does not ask\n"
    assert antiphon(*flags, "--yes", **folders).returncode == 0
    assert (tmp_path / "other" / "OSC" / "Antiphon.ReaperOSC").exists()
    assert antiphon("setup", "reaper", "--undo", "--yes", **folders).returncode == 0
    assert list((tmp_path / "other").iterdir()) == []
