"""How fast the course is, measured against what people would use instead: ``make bench``.

Every contender runs in a process of its own, in turn, several rounds; what counts is the ratio
within a round. ``contests`` says who runs against whom and which ratio is asked for.
"""
