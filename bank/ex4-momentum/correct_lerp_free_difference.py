def do_momentum_gd(x, func_obj, max_steps, lr, momentum):
    out = x.new_empty(max_steps + 1, 2)
    out[0] = x[0]
    for t in range(max_steps):
        here = out[t : t + 1].clone()
        last = out[max(t - 1, 0) : max(t - 1, 0) + 1]
        out[t + 1 : t + 2] = here + momentum * (here - last) - lr * func_obj.grad(here)
    return out
