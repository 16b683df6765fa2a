# expect: .
def tokenize(data_list):
    table = str.maketrans("", "", string.punctuation)
    return [text.title().translate(table).split() for text in data_list]
