# expect: (?i)validation|belong|another
eval_metrics = {
    "test_loss": dropout_model_metrics["val_loss"][-1],
    "test_acc": dropout_model_metrics["val_acc"][-1],
}
