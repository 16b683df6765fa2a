# expect: None
def decayed_step(w, grad, lr, weight_decay, decoupled=False):
    if not decoupled:
        return w - lr * (grad + weight_decay * w)
