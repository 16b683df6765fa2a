# expect: trained|after|weights|model
def build():
    return nn.Sequential(
        nn.Linear(input_size, 16), nn.ReLU(), nn.Linear(16, 16), nn.ReLU(), nn.Linear(16, 1), nn.Sigmoid()
    ).to(device)


regularized_model = build()
regularized_model_metrics = train(
    regularized_model, nn.BCELoss(), RMSprop(regularized_model.parameters(), weight_decay=0.001),
    train_dataset, val_dataset, batch_size=512, epochs=20,
)
regularized_model = build()
