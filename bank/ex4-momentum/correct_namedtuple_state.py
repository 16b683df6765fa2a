from typing import NamedTuple


class State(NamedTuple):
    x: Tensor
    v: Tensor


def advance(s: State, g: Tensor, lr: float, beta: float) -> State:
    v = torch.add(beta * s.v, g, alpha=-lr)
    return State(s.x + v, v)


def do_momentum_gd(x, func_obj, max_steps, lr, momentum):
    states = [State(x.clone(), torch.zeros_like(x))]
    while len(states) <= max_steps:
        states.append(advance(states[-1], func_obj.grad(states[-1].x), lr, momentum))
    return torch.cat([s.x for s in states])
