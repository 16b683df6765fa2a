def _penalised(grad, w, weight_decay):
    return grad + weight_decay * w


def decayed_step(w, grad, lr, weight_decay, decoupled=False):
    if decoupled:
        w, weight_decay = w * (1 - lr * weight_decay), 0
    return w - lr * _penalised(grad, w, weight_decay)
