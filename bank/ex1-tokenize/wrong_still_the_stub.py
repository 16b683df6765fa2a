# expect: still open
def tokenize(data_list: list[str]) -> list[list[str]]:
    raise NotImplementedError("Task ex1-tokenize is still open")
