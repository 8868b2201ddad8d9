"""How Numba compiles here: uninterrupted, and kept on disk.

Kernels are kept under a key of the sources, the versions, the processor and what environment variables ask of Numba, so
that an edited rule is never answered with yesterday's machine code, nor anything with code made for looking at faults.
"""

import gc
import hashlib
import os
import platform
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import llvmlite.binding
import numba
import numpy as np
from numba.core.caching import CompileResultCacheImpl, FunctionCache
from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import Compiler, Flags
from numba.core.event import Listener, register
from numba.core.runtime import rtsys
from numba.core.serialize import dumps


def cache_folder() -> Path:
    """Folder for kernels compiled from these sources, on this processor, with these versions.

    Every source of the model and the engines counts: Numba itself notices only a change in a kernel's own file. Under
    the user's cache folder, or the system's temporary one where that cannot be written.
    """
    key = hashlib.sha256()
    package = Path(__file__).parents[1]
    for source in sorted(path for floor in ("model", "engines") for path in (package / floor).rglob("*.py")):
        key.update(source.read_bytes())
    versions = sys.version, np.__version__, numba.__version__, llvmlite.__version__, platform.machine(), _processor()
    asked = [str(getattr(numba.config, name)) for name in ("OPT", "BOUNDSCHECK", "CPU_NAME", "CPU_FEATURES")]
    key.update(repr((versions, asked)).encode())
    name = key.hexdigest()[:16]
    home: str | Path | None = os.environ.get("XDG_CACHE_HOME")
    with suppress(RuntimeError):  # nobody knows a home
        home = home or Path.home() / ".cache"
    own = [Path(home) / "sim"] if home else []
    for base in (*own, Path(tempfile.gettempdir()) / f"sim-{os.getuid() if hasattr(os, 'getuid') else 'user'}"):
        try:
            base.mkdir(mode=0o700, parents=True, exist_ok=True)
            (base / name).mkdir(exist_ok=True)
        except OSError:
            continue
        if os.access(base / name, os.W_OK) and (base in own or _private(base)):
            return base / name
    return Path(tempfile.mkdtemp(prefix="sim-"))


def _private(folder: Path) -> bool:
    """Whether nobody else may write there: what is loaded from it is run, and anybody can make folders beside it."""
    state = folder.stat()
    return not hasattr(os, "getuid") or (state.st_uid == os.getuid() and not state.st_mode & 0o022)


def _processor() -> str:
    """Name and features of the processor the compiler targets."""
    binding = llvmlite.binding
    return f"{binding.get_host_cpu_name()} {binding.get_host_cpu_features().flatten()}"


class _Uninterrupted(Listener):
    """Suspends garbage collection during compilation: it takes a seventh of the time and finds little."""

    def __init__(self) -> None:
        self._nested, self._collecting = 0, False

    def on_start(self, _event: Any) -> None:
        if self._nested == 0:
            self._collecting = gc.isenabled()
            gc.disable()
        self._nested += 1

    def on_end(self, _event: Any) -> None:
        self._nested -= 1
        if self._nested == 0 and self._collecting:
            gc.enable()


class Settings(Flags):
    """How a function is compiled, quick to compare, which Numba does at every call that it meets in a function.

    Numba's own comparison reads all that can be set, and took a sixth of the compilation.
    """

    __slots__ = ()

    def __eq__(self, other: object) -> Any:
        return self._values == other._values if isinstance(other, Settings) else super().__eq__(other)

    def __hash__(self) -> int:
        return len(self._values)


class Usual(Compiler):
    """Compiles as Numba does."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.state.flags = Settings(self.state.flags)


class Apart(Usual):
    """Compiles a function whose arrays do not overlap in what it writes."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.state.flags.noalias = True


class Within(JITCodeLibrary):
    """Code that is inlined into kernels: no machine code is made of it alone, which took a tenth of the compilation."""

    def _finalize_final_module(self) -> None:
        self._finalized = True

    def get_pointer_to_function(self, _name: str) -> int:
        """Nowhere; but whoever asks wants the code to be complete."""
        self._ensure_finalized()
        return 0

    @property
    def codegen(self) -> "Within":
        """What sets its environment: nothing does, for only errors with values need one."""
        return self

    def set_env(self, _name: str, _env: Any) -> None:
        """Do nothing."""


class Part(Apart):
    """Compiles a function that only compiled code calls."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.state.library = Within(self.state.targetctx.codegen(), "part")


INSIDE = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True, "pipeline_class": Part}
"""Options of what only compiled code calls: nothing is compiled that lets others call it."""


class Anywhere(CompileResultCacheImpl._locator_classes[0]):  # named otherwise before Numba 0.62
    """Where kernels are kept below the cache folder: wherever their sources lie, so that copies find them."""

    @classmethod
    def get_suitable_cache_subpath(cls, py_file: str) -> str:
        """Name of the sources' own folder, where Numba has all of their path."""
        return Path(py_file).parent.name


class Storage(CompileResultCacheImpl):
    """How kernels are written and read."""

    _locator_classes = (Anywhere,)


class KernelCache(FunctionCache):
    """Kernels on disk: one that is damaged is compiled anew, one that cannot be written is not kept.

    Numba does not force its files to the disk: after a loss of power they may be empty. That, or a full disk, is no
    fault of the run that comes upon it.
    """

    _impl_class = Storage

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        """A kernel that is kept, or None.

        Of what Numba gets ready first, machine code needs its memory only. The rest takes a sixth of a small run, and
        Numba itself gets it ready when it compiles.
        """
        rtsys.initialize(target_context)
        try:
            return self._load_overload(sig, target_context)
        except Exception:  # noqa: BLE001 - unpickling what is damaged raises anything
            with suppress(OSError):
                self.flush()
            return None

    def save_overload(self, sig: Any, data: Any) -> None:
        """Keep a kernel, if that can be done."""
        with suppress(OSError):
            super().save_overload(sig, data)

    def _index_key(self, sig: Any, codegen: Any) -> Any:
        """What a kernel is found by: types, processor, code, and what it is put together from.

        Numba would write out all functions that it is put together from. The same function comes out in other bytes if
        it has been read from bytecode: what the first command of an installation had compiled, the second did not find.
        """
        code = hashlib.sha256(self._py_func.__code__.co_code).hexdigest()
        return sig, codegen.magic_tuple(), code, _made_of(self._py_func)


def _made_of(function: Any) -> tuple[Any, ...]:
    """What a function holds: compiled functions by the name that `lifting.compiled` gives them, the rest as bytes."""
    held = [cell.cell_contents for cell in function.__closure__ or ()]
    return tuple((each._uuid, _made_of(each.py_func)) if hasattr(each, "py_func") else dumps(each) for each in held)


def cached(dispatcher: Any) -> Any:
    """A function to be compiled, kept on disk from then on; as `cache=True` would, with Numba's own cache."""
    dispatcher._cache = KernelCache(dispatcher.py_func)
    return dispatcher


def is_kept(kernel: str) -> bool:
    """Whether a kernel of this name is kept, for whatever it was compiled."""
    return any(Path(numba.config.CACHE_DIR).rglob(f"*.{kernel}-*.nbi"))


def prepare() -> None:
    """Settle where kernels are kept and how they are compiled; before the first compilation.

    Loops over the 32 places of a strip are to be vectorised; LLVM would first unroll short ones in full.
    """
    llvmlite.binding.set_option("sim", "-unroll-full-max-count=31")
    if numba.config.CPU_NAME is None:  # nobody asked for another processor: vectors as wide as this one has
        numba.config.CPU_NAME = llvmlite.binding.get_host_cpu_name()
        numba.config.CPU_FEATURES = llvmlite.binding.get_host_cpu_features().flatten() + ",-prefer-256-bit"
    numba.config.CACHE_DIR = str(cache_folder())
    register("numba:compile", _Uninterrupted())
