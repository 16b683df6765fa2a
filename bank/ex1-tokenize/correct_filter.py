def tokenize(data_list, drop=frozenset(string.punctuation)):
    return ["".join(filter(lambda c: c not in drop, text)).split() for text in data_list]
