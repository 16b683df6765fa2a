# expect: AdamW|RMSprop
original_model_metrics = train(
    original_model, nn.BCELoss(), torch.optim.AdamW(original_model.parameters()), train_dataset, val_dataset, 512, 20
)
smaller_model_metrics = train(
    smaller_model, nn.BCELoss(), torch.optim.AdamW(smaller_model.parameters()), train_dataset, val_dataset, 512, 20
)
