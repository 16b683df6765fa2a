class CountVectorizer:
    def fit(self, token_list):
        ranked = [word for word, _ in Counter(token_list).most_common()]
        self.str_to_vec_map = {word: rank for rank, word in enumerate(ranked, start=1)}
        self.vec_to_str_map = dict(enumerate(ranked, start=1))

    def transform_to_vec(self, token_list):
        return [self.str_to_vec_map.get(word) for word in token_list]

    def transform_to_str(self, ranks):
        return [self.vec_to_str_map.get(rank) for rank in ranks]
