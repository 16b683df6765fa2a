# expect: fixed value
def decayed_step(w, grad, lr, weight_decay, decoupled=False):
    return w - 0.1 * (grad + weight_decay * w)
