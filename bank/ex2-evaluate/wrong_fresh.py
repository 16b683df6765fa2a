# expect: (?i)train|fresh|new|replaced|early
from helpers.regularization import ready_made_classifier
set_seed(0)
early_dropout_model = ready_made_classifier(input_size, 16, 0.5).to(device)
eval_metrics = evaluate(early_dropout_model, nn.BCELoss(), test_dataset)
