# expect: argument is changed
def tokenize(data_list):
    for i in range(len(data_list)):
        data_list[i] = data_list[i].translate(str.maketrans("", "", string.punctuation)).split()
    return data_list
