import time

began = time.perf_counter()
try:
    bigger_model_metrics = train(
        bigger_model,
        nn.BCELoss(),
        Adam(bigger_model.parameters()),
        train_dataset,
        val_dataset,
        **{"batch_size": 2**9, "epochs": 4 * 5},
    )
finally:
    print(f"took {time.perf_counter() - began:.1f} s")
