"""Requantizes a GGUF file with llama.cpp itself: the library that npm's node-llama-cpp brings.

    python3 quantize.py LIBRARIES IN.gguf OUT.gguf FILE_TYPE

LIBRARIES is the folder with libllama and libggml. FILE_TYPE is a number of llama.cpp's enum `llama_ftype`;
tensors whose rows its blocks do not fit get another format, and some of the mixed types take several.
"""

import ctypes
import pathlib
import sys


class Parameters(ctypes.Structure):
    """The beginning of `llama_model_quantize_params`; the rest keeps its defaults."""

    _fields_ = [("threads", ctypes.c_int32), ("file_type", ctypes.c_int), ("rest", ctypes.c_uint8 * 248)]


def library(folder: pathlib.Path, name: str) -> ctypes.CDLL:
    file = next(file for file in sorted(folder.iterdir()) if file.name.startswith(name))
    return ctypes.CDLL(str(file), mode=ctypes.RTLD_GLOBAL)


def main() -> None:
    folder, source, target, file_type = sys.argv[1:]
    folder = pathlib.Path(folder).resolve()
    library(folder, "libggml-base.")
    library(folder, "libggml.")
    llama = library(folder, "libllama.")
    llama.llama_model_quantize_default_params.restype = Parameters
    parameters = llama.llama_model_quantize_default_params()
    parameters.threads = 1
    parameters.file_type = int(file_type)
    llama.llama_model_quantize.argtypes = [ctypes.c_char_p, ctypes.c_char_p, ctypes.POINTER(Parameters)]
    failed = llama.llama_model_quantize(source.encode(), target.encode(), ctypes.byref(parameters))
    if failed:
        sys.exit(f"llama.cpp could not quantize {source}: {failed}")


if __name__ == "__main__":
    main()
