def do_gradient_descent(x, func_obj, max_steps, lr):
    point = nn.Parameter(x.clone())
    optimizer = torch.optim.SGD([point], lr=lr)
    history = [x.clone()]
    for _ in range(max_steps):
        point.grad = func_obj.grad(point.detach())
        optimizer.step()
        history.append(point.detach().clone())
    return torch.cat(history, dim=0)
