opt = torch.optim.Adam(params=bigger_model.parameters(), lr=1e-3, betas=(0.9, 0.999))
bigger_model_metrics = train(
    bigger_model, nn.BCELoss(), opt, train_dataset, val_dataset, batch_size=512, epochs=20
)
