"""What the autograder has to know of this lab."""

from autograder.labs import Lab

LAB = Lab(
    package="statistics_lab",
    checks={"stat": "statistics_lab.checks.describing"},
    imports=("statistics_lab.anscombe",),
)
