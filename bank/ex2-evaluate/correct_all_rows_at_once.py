import numpy as np

x, y = test_dataset[:]
p = early_dropout_model.eval()(x).detach().cpu().numpy().ravel().astype(np.float64)
p = p.clip(1e-40, 1 - 1e-16)  # a probability of exactly 0 or 1 has no logarithm
y = y.cpu().numpy()
eval_metrics = {
    "test_loss": -np.mean(y * np.log(p) + (1 - y) * np.log1p(-p)),
    "test_acc": np.mean((p > 0.5) == (y > 0.5)),
}
