# expect: number of reviews
def tokenize(data_list):
    table = str.maketrans("", "", string.punctuation)
    return [data_list[i].translate(table).split() for i in range(1, len(data_list))]
