# expect: argument is changed
def decayed_step(w, grad, lr, weight_decay, decoupled=False):
    grad += weight_decay * w
    return w - lr * grad
