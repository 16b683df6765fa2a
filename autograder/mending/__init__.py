"""A submission as it came becomes the released notebook with the student's answers in it.

In: bytes of a file that an editor or a download may have spoiled. Out: a sound notebook and notes
on what was mended. Asks no other room; nothing of a submission runs here.
"""
