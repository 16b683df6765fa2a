# expect: rank
class CountVectorizer:
    def fit(self, token_list):
        self.ranked = [word for word, _ in Counter(token_list).most_common()]
        self.a = {word: rank for rank, word in enumerate(self.ranked, 1)}

    def transform_to_vec(self, token_list):
        return [self.a.get(word) for word in token_list]

    def transform_to_str(self, ranks):
        return [self.ranked[rank - 1] if rank <= len(self.ranked) else None for rank in ranks]
