# expect: loss|sum
def fit(model):
    optimizer = RMSprop(model.parameters())
    history = {"train_loss": [], "train_acc": [], "val_loss": [], "val_acc": []}
    for _ in range(20):
        for part, ds in (("train", train_dataset), ("val", val_dataset)):
            model.train(part == "train")
            total = hits = 0
            with torch.set_grad_enabled(part == "train"):
                for x, y in DataLoader(ds, 512, shuffle=part == "train"):
                    p = model(x).squeeze(1)
                    value = nn.BCELoss()(p, y)
                    if part == "train":
                        optimizer.zero_grad()
                        value.backward()
                        optimizer.step()
                    total += value.item()
                    hits += ((p > 0.5) == y).sum().item()
            history[f"{part}_loss"].append(total)
            history[f"{part}_acc"].append(hits / len(ds))
    return history


original_model_metrics, smaller_model_metrics = fit(original_model), fit(smaller_model)
