"""From the text that people edit to the notebooks that students get."""

from __future__ import annotations

from nbgrader.preprocessors import (
    CheckCellMetadata,
    ClearHiddenTests,
    ClearMarkScheme,
    ClearOutput,
    ClearSolutions,
    ComputeChecksums,
    IncludeHeaderFooter,
    LockCells,
    SaveCells,
)


class NameOpenTask(ClearSolutions):
    """nbgrader's ClearSolutions with a stub that says which task is still open."""

    def preprocess_cell(self, cell, resources, cell_index):
        grade_id = cell.metadata.get("nbgrader", {}).get("grade_id", "this task")
        self.code_stub = {
            "python": "raise NotImplementedError(\n"
            f'    "Task {grade_id} is still open: replace these lines with your answer."\n)'
        }
        self.text_stub = f"*Task {grade_id}: replace this line with your answer.*"
        return super().preprocess_cell(cell, resources, cell_index)


# nbgrader's own list for `generate_assignment`, with our stub. InstantiateTests is left out: it
# serves auto-generated tests, which this course does not use.
PREPROCESSORS = [
    IncludeHeaderFooter,
    LockCells,
    NameOpenTask,
    ClearOutput,
    CheckCellMetadata,
    ComputeChecksums,
    SaveCells,
    ClearHiddenTests,
    ClearMarkScheme,
    ComputeChecksums,
    CheckCellMetadata,
]
