# expect: dampen
def do_momentum_gd(x, func_obj, max_steps, lr, momentum):
    p = x.clone().requires_grad_()
    opt = torch.optim.SGD([p], lr=lr, momentum=momentum, dampening=momentum)
    h = [x]
    for _ in range(max_steps):
        opt.zero_grad()
        func_obj(p).sum().backward()
        opt.step()
        h.append(p.detach().clone())
    return torch.cat(h)
