"""The live playground (being written)."""


def playground(do_gradient_descent, do_momentum_gd):
    return None
