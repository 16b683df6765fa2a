import numpy as np

x, y = test_dataset[:]
p = early_dropout_model.eval()(x).detach().cpu().numpy().ravel().astype(np.float64)
y = y.cpu().numpy()
eval_metrics = {
    "test_loss": -np.mean(y * np.log(p) + (1 - y) * np.log1p(-p)),
    "test_acc": np.mean((p > 0.5) == (y > 0.5)),
}
