# expect: Nesterov
def do_momentum_gd(x, func_obj, max_steps, lr, momentum):
    point = nn.Parameter(x.clone())
    optimizer = torch.optim.SGD([point], lr=lr, momentum=max(momentum, 1e-9), nesterov=True)
    path = [x.clone()]
    for _ in range(max_steps):
        optimizer.zero_grad()
        func_obj(point).sum().backward()
        optimizer.step()
        path.append(point.detach().clone())
    return torch.cat(path)
