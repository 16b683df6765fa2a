# expect: empty tokens
def tokenize(data_list):
    return [["".join(c for c in w if c not in string.punctuation) for w in text.split()] for text in data_list]
