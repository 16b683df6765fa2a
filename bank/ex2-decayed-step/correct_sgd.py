from torch.optim import SGD


def decayed_step(w, grad, lr, weight_decay, decoupled=False):
    weight = nn.Parameter(w.clone())
    optimizer = SGD([weight], lr=lr, weight_decay=weight_decay)
    weight.grad = grad.clone()
    optimizer.step()
    return weight.detach()
