# expect: (?i)learning rate|lr|learn
set_seed(0)
original_model_metrics = train(original_model, nn.BCELoss(), RMSprop(original_model.parameters(), lr=10), train_dataset, val_dataset, batch_size=512, epochs=20)
smaller_model_metrics = train(smaller_model, nn.BCELoss(), RMSprop(smaller_model.parameters(), lr=10), train_dataset, val_dataset, batch_size=512, epochs=20)
