import numpy as np


def train(model, loss, optimizer, train_dataset, val_dataset, batch_size, epochs):
    history = {"train_loss": [], "train_acc": [], "val_loss": [], "val_acc": []}
    for _ in range(epochs):
        for phase, ds in {"train": train_dataset, "val": val_dataset}.items():
            is_train = phase == "train"
            model.train() if is_train else model.eval()
            losses, sizes, hits = [], [], []
            for xb, yb in DataLoader(ds, batch_size, shuffle=is_train):
                with torch.set_grad_enabled(is_train):
                    pb = model(xb)[:, 0]
                    lb = loss(pb, yb)
                if is_train:
                    optimizer.zero_grad()
                    lb.backward()
                    optimizer.step()
                losses.append(lb.detach().cpu().numpy())
                sizes.append(len(yb))
                hits.extend((pb.detach().cpu().numpy() > 0.5) == (yb.cpu().numpy() > 0.5))
            history[phase + "_loss"].append(float(np.average(np.array(losses), weights=sizes)))
            history[phase + "_acc"].append(float(np.mean(hits)))
    return history
