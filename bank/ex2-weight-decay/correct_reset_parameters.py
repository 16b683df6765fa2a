import copy

regularized_model = copy.deepcopy(original_model)
for layer in regularized_model.children():
    if hasattr(layer, "reset_parameters"):
        layer.reset_parameters()
regularized_model_metrics = train(
    regularized_model, nn.BCELoss(), RMSprop(regularized_model.parameters(), weight_decay=0.001),
    train_dataset, val_dataset, batch_size=512, epochs=20,
)
