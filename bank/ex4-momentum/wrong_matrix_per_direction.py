# expect: wrong path
def do_momentum_gd(x, func_obj, max_steps, lr, momentum):
    # (x, v) -> (x', v') is linear, with the same 2x2 matrix at every step
    curvature = func_obj.grad(torch.ones_like(x))
    state = torch.stack([x, torch.zeros_like(x)])
    path = [x]
    for _ in range(max_steps):
        velocity = momentum * state[1] - lr * curvature * state[0]
        state = torch.stack([state[0] + velocity, velocity])
        path.append(state[0])
    return torch.cat(path)
