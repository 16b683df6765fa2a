import numpy as np


@torch.no_grad()
def evaluate(model, loss, test_dataset, batch_size=512):
    model.train(False)
    weights, losses, accs = [], [], []
    for batch in DataLoader(test_dataset, batch_size=batch_size, shuffle=True):
        x, y = batch
        p = model(x).view(-1)
        weights.append(len(y))
        losses.append(loss(p, y).cpu().numpy())
        accs.append(np.mean((p.cpu().numpy() > 0.5) == y.cpu().numpy()))
    return {"test_loss": np.average(losses, weights=weights), "test_acc": np.average(accs, weights=weights)}
