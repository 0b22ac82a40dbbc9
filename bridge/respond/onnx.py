"""Model files under onnxruntime: the only file that imports it.

Everything is bound once; a step changes numbers in place and runs, so nothing is allocated. One
thread, no spinning: the other cores are the DAW's, and spinning would burn ours in the pauses.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from bridge.core.errors import ModelError

Array = NDArray[np.generic]


class Graph:
    """A loaded model file, and bindings of arrays to its inputs and outputs."""

    def __init__(self, path: Path, family: str, fingerprint: str, threads: int = 1) -> None:
        """Open a file; raises ModelError where it is no model of that family and kind of notes."""
        self.session = _open(path, threads)
        self.provider: str = self.session.get_providers()[0].removesuffix("ExecutionProvider")
        self.meta: Mapping[str, str] = self.session.get_modelmeta().custom_metadata_map
        for key, ours in (("family", family), ("fingerprint", fingerprint)):
            if self.meta.get(key) != ours:
                found = repr(self.meta[key]) if key in self.meta else "none"
                raise ModelError(f"model {path}: {key} must be {ours!r}, the file has {found}")

    @property
    def shapes(self) -> dict[str, list[int | str]]:
        """The shapes of the inputs by name; axes of any length have names."""
        return {node.name: node.shape for node in self.session.get_inputs()}

    def bind(self, inputs: Mapping[str, Array], outputs: Mapping[str, Array]) -> Binding:
        """Return a binding; one array may be input and output where the graph allows it."""
        return Binding(self.session, inputs, outputs)


class Binding:
    """Arrays that a graph reads and writes in place; `run` is all there is to do."""

    def __init__(
        self,
        session: ort.InferenceSession,
        inputs: Mapping[str, Array],
        outputs: Mapping[str, Array],
    ) -> None:
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


def _open(path: Path, threads: int) -> ort.InferenceSession:
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.execution_mode = ort.ExecutionMode.ORT_SEQUENTIAL
    options.log_severity_level = 4
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ModelError(f"model {path}: cannot be read ({error.strerror})") from None
    try:
        return ort.InferenceSession(data, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # noqa: BLE001 - a different class for each way to be broken
        reason = str(error).splitlines()[0][:160]
        raise ModelError(f"model {path}: not a model that can be run ({reason})") from None
