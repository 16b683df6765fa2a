# expect: (?i)NaN
def do_gradient_descent(x, func_obj, max_steps, lr):
    hist = torch.full((max_steps + 1, 2), float("nan"))
    hist[0] = x[0]
    for i in range(min(max_steps, 10)):
        hist[i + 1] = (hist[i : i + 1] - lr * func_obj.grad(hist[i : i + 1]))[0]
    return hist
