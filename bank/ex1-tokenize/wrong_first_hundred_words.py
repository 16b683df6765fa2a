# expect: .
def tokenize(data_list):
    table = str.maketrans("", "", string.punctuation)
    return [text.translate(table).split()[:100] for text in data_list]
