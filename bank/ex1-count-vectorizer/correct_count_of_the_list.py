class CountVectorizer:
    def fit(self, token_list):
        self.order = sorted(set(token_list), key=token_list.count, reverse=True)

    def transform_to_vec(self, token_list):
        return [self.order.index(t) + 1 if t in self.order else None for t in token_list]

    def transform_to_str(self, ranks):
        return [dict(enumerate(self.order, 1)).get(r) for r in ranks]
