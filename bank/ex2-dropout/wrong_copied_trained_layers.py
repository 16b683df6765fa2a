# expect: (?i)new|trained|before|already
import copy
old = copy.deepcopy(original_model)
dropout_model = nn.Sequential(old[0], nn.ReLU(), nn.Dropout(0.5), old[2], nn.ReLU(), nn.Dropout(0.5), old[4], nn.Sigmoid())
dropout_model_metrics = train(dropout_model, nn.BCELoss(), RMSprop(dropout_model.parameters()), train_dataset, val_dataset, batch_size=512, epochs=20)
