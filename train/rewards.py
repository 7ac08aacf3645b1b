"""What an answer is worth: judged by the runtime's own pipeline, so by what a user would see."""

import json
import os
import subprocess
import tempfile

EXACT, PARSES, BREAKS, QUIET, SIZE = 1.0, 0.1, -0.5, 0.2, 0.3


def reward(outcome):
    """Of one answer, as `foretab filter` judges it.  `None` is an answer that did not end.

    What is exactly the wanted edit is worth most; code that parsed and no longer does costs half of that; of what is wrong,
    silence is better than noise, and a small edit better than a large one."""
    if outcome is None:
        return BREAKS
    if outcome["exact"]:
        return EXACT + PARSES
    if not outcome["shown"]:
        return QUIET
    size, wanted = outcome["size"]
    beyond = max(0, size - wanted) / (wanted + 40)
    parses = {True: PARSES, False: BREAKS, None: 0.0}[outcome.get("parses")]
    return parses - SIZE * min(1.0, beyond)


def rewards(foretab, case, answers):
    """Of each answer's text to a case."""
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf-8", delete=False) as file:
        for number, answer in enumerate(answers):
            if answer is not None:
                file.write(json.dumps({**case, "id": str(number), "answer": answer}) + "\n")
    try:
        command = [foretab, "filter", "--json", "--cases", file.name]
        judged = json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)["by_id"]
    finally:
        os.unlink(file.name)
    return [reward(judged.get(str(number))) for number in range(len(answers))]
