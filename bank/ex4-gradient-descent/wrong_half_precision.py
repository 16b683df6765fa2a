# expect: float16|precision|dtype|round
def do_gradient_descent(x, func_obj, max_steps, lr):
    path = [x.half()]
    for _ in range(max_steps):
        x = x - lr * func_obj.grad(x)
        path.append(x.half())
    return torch.cat(path)
