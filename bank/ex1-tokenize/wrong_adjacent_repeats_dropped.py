# expect: .
def tokenize(data_list):
    from itertools import groupby

    table = str.maketrans("", "", string.punctuation)
    words = [text.translate(table).split() for text in data_list]
    return [[word for word, _ in groupby(review)] for review in words]
