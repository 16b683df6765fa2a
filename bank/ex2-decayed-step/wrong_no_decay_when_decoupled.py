# expect: no weight decay
def decayed_step(w, grad, lr, weight_decay, decoupled=False):
    if decoupled:
        return w - lr * grad
    return w - lr * (grad + weight_decay * w)
