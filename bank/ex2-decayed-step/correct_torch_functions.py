def decayed_step(w, grad, lr, weight_decay, decoupled=False):
    total = torch.add(grad, w, alpha=weight_decay)
    return torch.sub(w, total, alpha=lr)
