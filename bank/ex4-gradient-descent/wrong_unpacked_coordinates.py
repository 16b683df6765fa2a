# expect: one coordinate after the other
def do_gradient_descent(x, func_obj, max_steps, lr):
    x = x.clone()
    points = [x.clone()]
    for _ in range(max_steps):
        a, b = x[0].tolist()
        a -= lr * func_obj.grad(torch.tensor([[a, b]]))[0, 0].item()
        b -= lr * func_obj.grad(torch.tensor([[a, b]]))[0, 1].item()
        x = torch.tensor([[a, b]])
        points.append(x.clone())
    return torch.cat(points)
