from concurrent.futures import ThreadPoolExecutor

TABLE = {ord(c): None for c in string.punctuation}


def tokenize(data_list: list[str]) -> list[list[str]]:
    with ThreadPoolExecutor(max_workers=2) as pool:
        return list(pool.map(lambda text: text.translate(TABLE).split(), data_list))
