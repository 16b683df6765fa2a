results = {}
for name, net in [("original", original_model), ("smaller", smaller_model)]:
    optimizer = torch.optim.RMSprop(params=[p for p in net.parameters() if p.requires_grad])
    results[name] = train(
        net, nn.BCELoss(), optimizer, train_dataset, val_dataset, batch_size=512, epochs=20, progress=False
    )
original_model_metrics, smaller_model_metrics = results["original"], results["smaller"]
