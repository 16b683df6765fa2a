# expect: no learning rate
def decayed_step(w, grad, lr, weight_decay, decoupled=False):
    return w - grad - weight_decay * w
