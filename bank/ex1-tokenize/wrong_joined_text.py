# expect: text in place of a list of words
def tokenize(data_list):
    return ["".join(c for c in text if c not in string.punctuation) for text in data_list]
