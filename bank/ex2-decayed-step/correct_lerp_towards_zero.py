def decayed_step(w, grad, lr, weight_decay, decoupled=False):
    shrunk = torch.lerp(w, torch.zeros_like(w), lr * weight_decay)
    return shrunk - lr * grad
