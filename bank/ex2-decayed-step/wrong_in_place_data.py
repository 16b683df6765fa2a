# expect: argument is changed
def decayed_step(w, grad, lr, weight_decay, decoupled=False):
    if decoupled:
        w.data.mul_(1 - lr * weight_decay)
        return w - lr * grad
    return w - lr * (grad + weight_decay * w)
