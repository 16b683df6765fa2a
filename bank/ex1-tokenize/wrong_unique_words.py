# expect: each word only once|order is lost
def tokenize(data_list):
    table = str.maketrans("", "", string.punctuation)
    return [sorted(set(text.translate(table).split())) for text in data_list]
