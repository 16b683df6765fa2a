# expect: empty|white space
def tokenize(data_list):
    table = str.maketrans("", "", string.punctuation)
    return [text.translate(table).split(" ") for text in data_list]
