def do_momentum_gd(x, func_obj, max_steps, lr, momentum):
    point = x.clone().requires_grad_(True)
    optimizer = torch.optim.SGD([point], lr=lr, momentum=momentum)
    path = [x.clone()]
    for _ in range(max_steps):
        optimizer.zero_grad()
        func_obj(point).sum().backward()
        optimizer.step()
        path.append(point.detach().clone())
    return torch.cat(path)
