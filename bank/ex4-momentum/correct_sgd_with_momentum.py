def do_momentum_gd(x, func_obj, max_steps, lr, momentum):
    point = nn.Parameter(x.clone())
    optimizer = torch.optim.SGD([point], lr=lr, momentum=momentum)
    history = [x.clone()]
    for _ in range(max_steps):
        optimizer.zero_grad()
        point.grad = func_obj.grad(point.detach())
        optimizer.step()
        history.append(point.detach().clone())
    return torch.cat(history)
