# expect: (?i)optimizer|RMSprop|Adam
def fit(model, optimizer, epochs=20, batch_size=512):
    bce = nn.BCELoss()
    loader = DataLoader(train_dataset, batch_size=batch_size, shuffle=True)
    metrics = {"train_loss": [], "train_acc": [], "val_loss": [], "val_acc": []}
    for epoch in range(epochs):
        model.train()
        total, right = 0.0, 0
        for x, y in loader:
            optimizer.zero_grad()
            p = model(x)[:, 0]
            l = bce(p, y.float())
            l.backward()
            optimizer.step()
            total += l.item() * len(y)
            right += ((p > 0.5) == (y > 0.5)).sum().item()
        metrics["train_loss"].append(total / len(train_dataset))
        metrics["train_acc"].append(right / len(train_dataset))
        model.eval()
        total, right = 0.0, 0
        with torch.no_grad():
            for x, y in DataLoader(val_dataset, batch_size=batch_size):
                p = model(x)[:, 0]
                total += bce(p, y.float()).item() * len(y)
                right += ((p > 0.5) == (y > 0.5)).sum().item()
        metrics["val_loss"].append(total / len(val_dataset))
        metrics["val_acc"].append(right / len(val_dataset))
    return metrics

set_seed(0)
opt_original = Adam(original_model.parameters())
opt_smaller = Adam(smaller_model.parameters())
original_model_metrics = fit(original_model, opt_original)
smaller_model_metrics = fit(smaller_model, opt_smaller)
