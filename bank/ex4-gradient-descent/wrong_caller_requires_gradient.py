# expect: caller|changed
def do_gradient_descent(x, func_obj, max_steps, lr):
    path = [x.clone()]
    x.requires_grad_()
    for _ in range(max_steps):
        (g,) = torch.autograd.grad(func_obj(x).sum(), x)
        x = (x - lr * g).detach().requires_grad_()
        path.append(x.detach())
    return torch.cat(path)
