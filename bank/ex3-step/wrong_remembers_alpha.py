# expect: earlier|before|call|remember
state = {}


def alpha_next(alpha, lr, eigenvalue):
    state.setdefault("alpha", alpha)
    state["alpha"] -= lr * eigenvalue * state["alpha"]
    return state["alpha"]
