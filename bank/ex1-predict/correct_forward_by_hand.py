import numpy as np

model.eval()
h = first_ten.cpu().numpy()
linears = [m for m in model.modules() if isinstance(m, nn.Linear)]
for i, layer in enumerate(linears):
    h = h @ layer.weight.detach().cpu().numpy().T + layer.bias.detach().cpu().numpy()
    h = np.maximum(h, 0) if i < len(linears) - 1 else 1 / (1 + np.exp(-h))
predictions = h
