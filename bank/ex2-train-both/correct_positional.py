criterion = nn.BCELoss()
original_model_metrics = train(
    original_model, criterion, RMSprop(original_model.parameters()), train_dataset, val_dataset, 512, 20
)
smaller_model_metrics = train(
    smaller_model, criterion, RMSprop(smaller_model.parameters()), train_dataset, val_dataset, 512, 20
)
