with torch.inference_mode():
    predictions = torch.stack([model(test_dataset[i][0].unsqueeze(0))[0] for i in range(10)])
