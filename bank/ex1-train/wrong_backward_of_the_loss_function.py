# expect: backward. belongs to the number
def train(model, loss, optimizer, train_dataset, val_dataset, batch_size, epochs):
    for _ in range(epochs):
        for x, y in DataLoader(train_dataset, batch_size, shuffle=True):
            loss(model(x).squeeze(1), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
