# expect: after the step
def decayed_step(w, grad, lr, weight_decay, decoupled=False):
    if decoupled:
        w = w - lr * grad
        return w - lr * weight_decay * w
    return w - lr * (grad + weight_decay * w)
