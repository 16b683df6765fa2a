# expect: argument is changed
def decayed_step(w, grad, lr, weight_decay, decoupled=False):
    w -= lr * (grad + weight_decay * w)
    return w
