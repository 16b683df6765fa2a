# expect: punctuation replaced by a space
def tokenize(data_list):
    table = str.maketrans(string.punctuation, " " * len(string.punctuation))
    return [text.translate(table).split() for text in data_list]
