"""The published server, with a model that says what it is told.

Only `llm_local`, which loads llama.cpp, is replaced; and numpy, requests and scipy, which are imported and not used.
"""

import sys
import types
from dataclasses import dataclass, field

from loguru import logger

logger.remove()


def _module(name: str, **attributes: object) -> None:
    module = types.ModuleType(name)
    module.__dict__.update(attributes)
    sys.modules[name] = module


class _RequestCancelled(Exception):
    pass


_module("numpy")
_module("requests")
_module("scipy")
_module("scipy.sparse", csr_matrix=None)
_module(
    "sweep_autocomplete.autocomplete.llm_local",
    RequestCancelled=_RequestCancelled,
    generate_completion=lambda **request: _model(**request),
)

from sweep_autocomplete.autocomplete import next_edit_autocomplete as server  # noqa: E402
from sweep_autocomplete.autocomplete import next_edit_autocomplete_retrieval as retrieval  # noqa: E402
from sweep_autocomplete.dataclasses.file_chunk_data import EditorDiagnostic, FileChunkData  # noqa: E402

# The server takes the words of a change in the order of a set, which differs from run to run. Here they come in order.
retrieval.set = dict.fromkeys


@dataclass
class Asked:
    """What became of a state."""

    prompts: list[str] = field(default_factory=list)
    blocks: list[str] = field(default_factory=list)
    exits: str = ""
    """Why the last pass ended."""
    retrieval: bool = False
    """Whether that was the second pass."""
    target: str = ""
    """What the second pass went to."""
    completions: list[tuple[int, int, str]] = field(default_factory=list)
    """Start, end and text of what is shown, in characters."""
    raised: str = ""


_asked = Asked()
_answers: list = []

_deleted_line = retrieval.find_deleted_line_match
_best_block = server.find_best_matching_block
_core = server._fetch_next_edits_core


def _recording_core(**arguments):
    _asked.blocks.append(arguments["code_block"])
    return _core(**arguments)


def _recording_deleted_line(*arguments):
    found = _deleted_line(*arguments)
    _asked.target = "a deleted line" if found else ""
    return found


def _recording_best_block(*arguments, **named):
    block, start, below, error = _best_block(*arguments, **named)
    _asked.target = _asked.target or ("an error" if error else "the lines below" if below else "a word")
    return block, start, below, error


server._fetch_next_edits_core = _recording_core
server.find_best_matching_block = _recording_best_block
retrieval.find_deleted_line_match = _recording_deleted_line


def _model(prompt: str, **_):
    _asked.prompts.append(prompt)
    answer = _answers[min(len(_asked.prompts), len(_answers)) - 1]
    prefill = prompt.rsplit("<|file_sep|>updated/", 1)[1].split("\n", 1)[1]
    return answer(_asked.blocks[-1]).removeprefix(prefill), 0, [], "stop"


def unchanged(block: str) -> str:
    return block


def ask(state: dict, *answers) -> Asked:
    """Runs a state; each answer is a function of the block, and the last one is given again."""
    global _asked, _answers
    _asked, _answers = Asked(), list(answers)
    chunk = lambda excerpt: [FileChunkData(excerpt["path"], 1, 1, excerpt["text"])] if excerpt else []
    try:
        results = server.fetch_next_edits(
            file_path=state["path"],
            file_contents=state["text"],
            recent_changes=state["changes"],
            cursor_position=state["cursor"],
            original_file_contents=state["original"],
            file_chunks=chunk(state["file"]),
            retrieval_chunks=chunk(state["excerpt"]),
            recent_user_actions=[],
            changes_above_cursor=state["prefill"],
            editor_diagnostics=[
                EditorDiagnostic(error["line"] + 1, error["start"], error["start"] + 1, "ERROR", error["message"])
                for error in state["errors"]
            ]
            + [EditorDiagnostic(1, 0, 1, "WARNING", "not an error")],
        )
        for _, completions, _, metadata in results:
            _asked.exits = metadata.exit_reason
            _asked.retrieval = metadata.is_retrieval_autocomplete
            _asked.completions = [(each.start_index, each.end_index, each.completion) for each in completions]
    except Exception as error:
        _asked.raised = f"{type(error).__name__}: {error}"
    return _asked
