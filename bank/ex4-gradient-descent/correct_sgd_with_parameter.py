def do_gradient_descent(x, func_obj, max_steps, lr):
    w = nn.Parameter(x.detach().clone())
    optimizer = torch.optim.SGD([w], lr=lr, foreach=False)
    path = [w.detach().clone()]
    for _ in range(max_steps):
        optimizer.zero_grad()
        w.grad = func_obj.grad(w.detach()).detach()
        optimizer.step()
        path.append(w.detach().clone())
    return torch.stack(path).squeeze(1)
