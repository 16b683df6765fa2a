# expect: some punctuation kept
def tokenize(data_list):
    return [re.sub("[.,!?;:'\"]", "", text).split() for text in data_list]


import re
