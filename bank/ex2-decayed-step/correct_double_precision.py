def decayed_step(w, grad, lr, weight_decay, decoupled=False):
    w, grad = w.double(), grad.double()
    return w - lr * grad - lr * weight_decay * w
