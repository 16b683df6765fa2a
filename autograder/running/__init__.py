"""A notebook is run in a sandbox, and its test cells are judged.

In: a job (a notebook and its limits). Out: the notebook with outputs, and the verdicts. Starts
`kernel` and `checks` inside the sandbox, and never sees the gradebook.
"""
