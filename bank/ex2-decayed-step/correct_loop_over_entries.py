def decayed_step(w, grad, lr, weight_decay, decoupled=False):
    new = [
        a - lr * (g + weight_decay * a)
        for a, g in zip(w.flatten().tolist(), grad.flatten().tolist())
    ]
    return torch.tensor(new).reshape(w.shape)
