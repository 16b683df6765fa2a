"""From the texts of a lab to what students get, and the proofs that its checks are right.

In: `solutions/text`, the bank of answers. Out: solutions, the release, a wheel, what bank and
mutants let through. Asks `checks`, and `grading` for the gradebook of a release.
"""
