# expect: stands twice
def decayed_step(w, grad, lr, weight_decay, decoupled=False):
    return w - lr * (grad + lr * weight_decay * w)
