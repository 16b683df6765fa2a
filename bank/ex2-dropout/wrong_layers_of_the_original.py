# expect: (?i)new model
dropout_model = nn.Sequential(*[l for layer in original_model for l in ([layer, nn.Dropout(0.5)] if isinstance(layer, nn.ReLU) else [layer])])
dropout_model_metrics = train(dropout_model, nn.BCELoss(), RMSprop(dropout_model.parameters()), train_dataset, val_dataset, batch_size=512, epochs=20)
