# expect: not ten predictions
predictions = torch.cat([model(x).detach() for x, _ in DataLoader(test_dataset, batch_size=20)])
