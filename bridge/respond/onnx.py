"""Model files under onnxruntime: the only file that imports it.

Everything is bound once; a step changes numbers in place and runs, so nothing is allocated. One
thread, no spinning: the other cores are the DAW's, and spinning would burn ours in the pauses.
"""

from __future__ import annotations

import contextlib
import ctypes
import io
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from bridge.core.errors import ModelError
from bridge.respond.device import CPU, ON_HOST, Device, DeviceError, check_offered

Array = NDArray[np.generic]
Arrays = Mapping[str, Array]
SUFFIX = "ExecutionProvider"


def offered() -> list[str]:
    """Return the providers this onnxruntime was built with; whether they work is not known."""
    return [name.removesuffix(SUFFIX) for name in ort.get_available_providers()]


class Graph:
    """A loaded model file, and bindings of arrays to its inputs and outputs."""

    def __init__(self, path: Path, family: str, fingerprint: str, device: Device = CPU) -> None:
        """Open a file; raises ModelError where it is no model of that family and kind of notes.

        Raises DeviceError where it cannot be computed on the device.
        """
        data = _read(path)
        self.device, self.captured, lost = device, device.captures, ""
        try:
            self.session = _open(path, data, device, captures=device.captures)
        except (DeviceError, ModelError) as error:
            if not device.captures:
                raise
            self.session = _open(path, data, device, captures=False)
            self.captured, lost = False, f" (without CUDA graph: {error})"
        self.provider = self.session.get_providers()[0].removesuffix(SUFFIX) + lost
        self.meta: Mapping[str, str] = self.session.get_modelmeta().custom_metadata_map
        for key, ours in (("family", family), ("fingerprint", fingerprint)):
            if self.meta.get(key) != ours:
                found = repr(self.meta[key]) if key in self.meta else "none"
                raise ModelError(f"model {path}: {key} must be {ours!r}, the file has {found}")
        self._there: dict[int, _There] = {}  # by address of the array on the host

    @property
    def shapes(self) -> dict[str, list[int | str]]:
        """The shapes of the inputs by name; axes of any length have names."""
        return {node.name: node.shape for node in self.session.get_inputs()}

    @property
    def real(self) -> type[np.float32 | np.float16]:
        """What the graph keeps its past in."""
        kinds = {n.type for n in self.session.get_inputs() if n.name.startswith("past_")}
        return np.float16 if "tensor(float16)" in kinds else np.float32

    def bind(self, inputs: Arrays, outputs: Arrays, *, repeated: bool = False) -> Binding:
        """Return a binding; one array may be input and output where the graph allows it.

        `repeated` is the binding that is run at every note: a CUDA graph is made of it.
        """
        if not self.device.memory:
            return Binding(self.session, inputs, outputs)
        given = {name: array for name, array in inputs.items() if name not in ON_HOST}
        carried = {id(array) for array in outputs.values()} & {id(a) for a in given.values()}
        there = {name: self._place(array) for name, array in {**given, **outputs}.items()}
        sent = [place for name, place in there.items() if name in given]
        fetched = [place for name, place in there.items() if name in outputs]
        binding = RemoteBinding(
            self.session,
            [place for place in sent if id(place.host) not in carried],
            [place for place in fetched if id(place.host) not in carried],
            repeated=repeated and self.captured,
        )
        binding.bind(there, {n: a for n, a in inputs.items() if n in ON_HOST}, set(given))
        return binding

    def _place(self, array: Array) -> _There:
        """Return where an array lives on the device; one for all bindings."""
        if id(array) not in self._there:
            self._there[id(array)] = _There(array, self.device.memory)
        return self._there[id(array)]

    def pull(self, array: Array) -> None:
        """Make an array that is input and output what it is on the device."""
        if id(array) in self._there:
            self._there[id(array)].fetch()

    def push(self, array: Array) -> None:
        """Make it on the device what it is here; needed after it was changed here."""
        if id(array) in self._there:
            self._there[id(array)].send()


class Binding:
    """Arrays that a graph reads and writes in place; `run` is all there is to do."""

    def __init__(self, session: ort.InferenceSession, inputs: Arrays, outputs: Arrays) -> None:
        self._session = session
        self._kept = (dict(inputs), dict(outputs))  # a binding holds addresses, not arrays
        self._binding = session.io_binding()
        for names, bind in zip(
            self._kept, (self._binding.bind_input, self._binding.bind_output), strict=True
        ):
            for name, array in names.items():
                bind(name, "cpu", 0, array.dtype.type, array.shape, array.ctypes.data)

    def run(self) -> None:
        """Run the graph on what the arrays hold now."""
        self._session.run_with_iobinding(self._binding)


class _There:
    """An array's twin in a device's memory; it never moves, as a CUDA graph requires."""

    def __init__(self, host: Array, memory: str) -> None:
        self.host = host
        self.value = ort.OrtValue.ortvalue_from_numpy(host, memory, 0)
        self._sent = host.copy()

    def send(self) -> None:
        """Copy from the host."""
        self.value.update_inplace(self.host)
        self._sent[...] = self.host

    def send_changed(self) -> None:
        """Copy from the host if anything there is new."""
        if not np.array_equal(self._sent, self.host):
            self.send()

    def fetch(self) -> None:
        """Copy to the host."""
        self.host[...] = self.value.numpy()


class RemoteBinding(Binding):
    """Arrays with twins on a device: what changed is sent, what is drawn is fetched.

    What is both input and output (keys, values) stays there.
    """

    def __init__(
        self,
        session: ort.InferenceSession,
        sent: list[_There],
        fetched: list[_There],
        *,
        repeated: bool,
    ) -> None:
        super().__init__(session, {}, {})
        self._sent, self._fetched = sent, fetched
        self._options = ort.RunOptions()
        self._options.add_run_config_entry("gpu_graph_id", "1" if repeated else "-1")

    def bind(self, there: Mapping[str, _There], here: Arrays, inputs: set[str]) -> None:
        """Bind the ends of the graph, `inputs` by name, to twins and to arrays on the host."""
        for name, place in there.items():
            if name in inputs:
                self._binding.bind_ortvalue_input(name, place.value)
            else:
                self._binding.bind_ortvalue_output(name, place.value)
        self._kept[0].update(here)
        for name, array in here.items():
            self._binding.bind_input(
                name, "cpu", 0, array.dtype.type, array.shape, array.ctypes.data
            )

    def run(self) -> None:
        """Send what is new, run, fetch."""
        for place in self._sent:
            place.send_changed()
        self._session.run_with_iobinding(self._binding, self._options)
        for place in self._fetched:
            place.fetch()


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ModelError(f"model {path}: cannot be read ({error.strerror})") from None


def _open(path: Path, data: bytes, device: Device, *, captures: bool) -> ort.InferenceSession:
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.execution_mode = ort.ExecutionMode.ORT_SEQUENTIAL
    options.log_severity_level = 4
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    wanted = device.provider + SUFFIX
    providers: list[object] = [f"CPU{SUFFIX}"]
    if device.provider != CPU.provider:
        check_offered(device, offered())
        options.enable_mem_pattern = device.provider != "Dml"  # DirectML has none
        captured = {"enable_cuda_graph": "1"} if captures else {}
        providers.insert(0, (wanted, {**device.options, **captured}))
        _preload()
    try:
        session = ort.InferenceSession(data, options, providers=providers)
    except Exception as error:  # noqa: BLE001 - a different class for each way to be broken
        reason = str(error).splitlines()[0][:160]
        raise ModelError(f"model {path}: not a model that can be run ({reason})") from None
    if session.get_providers()[0] != wanted:  # it was left out without an error
        raise DeviceError(_why_not(device.provider))
    return session


def _preload() -> None:
    """Load NVIDIA's libraries from their Python packages, if they came that way.

    What fails is told once, by us: onnxruntime writes a screenful.
    """
    ort.set_default_logger_severity(4)
    if hasattr(ort, "preload_dlls"):
        with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(OSError):
            ort.preload_dlls()


def _why_not(provider: str) -> str:
    """Say why a provider that onnxruntime offers did not come up."""
    name = f"onnxruntime_providers_{provider.lower()}"
    folder = Path(ort.__file__).parent / "capi"
    for file in (f"lib{name}.so", f"{name}.dll", f"lib{name}.dylib"):
        if (folder / file).exists():
            try:
                ctypes.CDLL(str(folder / file))
            except OSError as error:
                return str(error)
    return "it found no device it can use"
