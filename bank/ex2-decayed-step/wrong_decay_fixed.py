# expect: fixed value
def decayed_step(w, grad, lr, weight_decay, decoupled=False):
    return w - lr * (grad + 0.001 * w)
