# expect: punctuation kept
def tokenize(data_list):
    return [text.split() for text in data_list]
