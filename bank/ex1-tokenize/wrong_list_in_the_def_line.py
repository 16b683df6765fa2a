# expect: state is kept
def tokenize(data_list, result=[]):
    for t in data_list:
        result.append(t.translate(str.maketrans("", "", string.punctuation)).split())
    return result
