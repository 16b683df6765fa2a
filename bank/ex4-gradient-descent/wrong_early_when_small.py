# expect: \(|shape|rows|points
def do_gradient_descent(x, func_obj, max_steps, lr):
    path = [x]
    for _ in range(max_steps):
        step = lr * func_obj.grad(x)
        if step.norm() < 1e-3:
            break
        x = x - step
        path.append(x)
    return torch.cat(path)
