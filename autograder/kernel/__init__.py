"""What runs inside the sandbox on our side: the zygote that forks kernels, and the referee in each.

Nothing here imports nbgrader, or anything of `autograder` but its checks.
"""
