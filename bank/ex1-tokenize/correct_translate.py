def tokenize(data_list: list[str]) -> list[list[str]]:
    table = str.maketrans("", "", string.punctuation)
    return [text.translate(table).split() for text in data_list]
