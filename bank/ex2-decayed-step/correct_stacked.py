def decayed_step(w, grad, lr, weight_decay, decoupled=False):
    both = torch.stack([grad, weight_decay * w])
    return w - lr * both.sum(dim=0)
