# expect: AttributeError
def tokenize(data_list):
    return data_list.translate(str.maketrans("", "", string.punctuation)).split()
