# expect: None
def decayed_step(w, grad, lr, weight_decay, decoupled=False):
    w = w - lr * (grad + weight_decay * w)
