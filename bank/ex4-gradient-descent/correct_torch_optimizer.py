def do_gradient_descent(x, func_obj, max_steps, lr):
    point = nn.Parameter(x.clone())
    optimizer = torch.optim.SGD([point], lr=lr)
    path = [point.data.clone()]
    for _ in range(max_steps):
        optimizer.zero_grad()
        func_obj(point).sum().backward()
        optimizer.step()
        path.append(point.data.clone())
    return torch.cat(path, dim=0)
