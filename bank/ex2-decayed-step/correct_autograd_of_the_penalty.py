def decayed_step(w, grad, lr, weight_decay, decoupled=False):
    copy = w.clone().requires_grad_()
    penalty = weight_decay / 2 * (copy**2).sum()
    (pull,) = torch.autograd.grad(penalty, copy)
    return w - lr * (grad + pull)
