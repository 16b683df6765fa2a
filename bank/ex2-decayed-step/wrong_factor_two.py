# expect: twice the decay
def decayed_step(w, grad, lr, weight_decay, decoupled=False):
    return w - lr * (grad + 2 * weight_decay * w)
