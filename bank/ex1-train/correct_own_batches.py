import random


def train(model, loss, optimizer, train_dataset, val_dataset, batch_size, epochs, verbose=False):
    def batches(dataset, order):
        for start in range(0, len(order), batch_size):
            rows, labels = zip(*[dataset[i] for i in order[start : start + batch_size]])
            yield torch.stack(rows), torch.stack(labels)

    train_loss, train_acc, val_loss, val_acc = [], [], [], []
    for _ in range(epochs):
        order = list(range(len(train_dataset)))
        random.shuffle(order)
        model.train()
        seen = []
        for x, y in batches(train_dataset, order):
            output = model(x)
            value = loss(output, y.view(-1, 1))
            value.backward()
            optimizer.step()
            model.zero_grad()
            seen.extend([(float(value.detach()), p, t) for p, t in zip(output.flatten().tolist(), y.tolist())])
        train_loss.append(sum(v for v, _, _ in seen) / len(seen))
        train_acc.append(sum((p > 0.5) == (t == 1) for _, p, t in seen) / len(seen))

        model.eval()
        with torch.no_grad():
            x, y = next(batches(val_dataset, range(len(val_dataset)))) if len(val_dataset) <= batch_size else (
                torch.stack([val_dataset[i][0] for i in range(len(val_dataset))]),
                torch.stack([val_dataset[i][1] for i in range(len(val_dataset))]),
            )
            p = model(x)
            val_loss.append(loss(p, y[:, None]))
            val_acc.append(((p[:, 0] > 0.5) == y).float().mean())
    return dict(train_loss=train_loss, train_acc=train_acc, val_loss=val_loss, val_acc=val_acc)
