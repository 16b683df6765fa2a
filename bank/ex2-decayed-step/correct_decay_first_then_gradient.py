def decayed_step(w, grad, lr, weight_decay, decoupled=False):
    step = lr * grad
    decayed = w - lr * weight_decay * w
    return decayed - step
