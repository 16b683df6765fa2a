from tqdm.auto import tqdm


def train(model, loss, optimizer, train_dataset, val_dataset, batch_size, epochs):
    train_dl = DataLoader(train_dataset, batch_size=batch_size, shuffle=True, drop_last=False)
    val_dl = DataLoader(val_dataset, batch_size=batch_size, shuffle=False)
    out = {k: [] for k in ("train_loss", "train_acc", "val_loss", "val_acc")}
    with tqdm(total=epochs * (len(train_dl) + len(val_dl)), leave=False, disable=None) as bar:
        for epoch in range(1, epochs + 1):
            bar.set_description(f"epoch {epoch}/{epochs}")
            running_loss = running_corrects = seen = 0
            model.train()
            for inputs, labels in train_dl:
                optimizer.zero_grad()
                with torch.set_grad_enabled(True):
                    outputs = model(inputs).view(-1)
                    batch_loss = loss(outputs, labels)
                    batch_loss.backward()
                    optimizer.step()
                running_loss += batch_loss.item() * inputs.size(0)
                running_corrects += torch.sum(torch.round(outputs.detach()) == labels).item()
                seen += inputs.size(0)
                bar.update()
            out["train_loss"].append(running_loss / seen)
            out["train_acc"].append(running_corrects / seen)
            running_loss = running_corrects = seen = 0
            model.eval()
            with torch.no_grad():
                for inputs, labels in val_dl:
                    outputs = model(inputs).view(-1)
                    running_loss += loss(outputs, labels).item() * inputs.size(0)
                    running_corrects += torch.sum(torch.round(outputs) == labels).item()
                    seen += inputs.size(0)
                    bar.update()
            out["val_loss"].append(running_loss / seen)
            out["val_acc"].append(running_corrects / seen)
            bar.set_postfix({k: f"{v[-1]:.3f}" for k, v in out.items()})
    return out
