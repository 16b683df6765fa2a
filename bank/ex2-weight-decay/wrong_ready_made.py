# expect: ready-made
set_seed(0)
regularized_model = ready_made_classifier(input_size, hidden=16).to(device)
regularized_model_metrics = train(
    regularized_model,
    nn.BCELoss(),
    RMSprop(regularized_model.parameters(), weight_decay=1e-3),
    train_dataset,
    val_dataset,
    512,
    20,
)
