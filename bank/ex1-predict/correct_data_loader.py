predictions = torch.cat([model(x)[:, 0].detach() for x, _ in DataLoader(test_dataset, batch_size=5)][:2])
