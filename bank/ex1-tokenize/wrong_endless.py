# expect: no end|never ends
def tokenize(data_list):
    result = []
    i = 0
    while i < len(data_list) or True:
        result.append([])
        result = result[:10]
    return result
