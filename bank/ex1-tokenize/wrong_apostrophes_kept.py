# expect: some punctuation kept
def tokenize(data_list):
    drop = set(string.punctuation) - {"'"}
    return ["".join(c for c in text if c not in drop).split() for text in data_list]
