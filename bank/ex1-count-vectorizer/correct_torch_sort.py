class CountVectorizer:
    def fit(self, token_list):
        names = list(dict.fromkeys(token_list))
        counts = torch.tensor([token_list.count(name) for name in names])
        order = torch.argsort(counts, descending=True).tolist()
        self.back = {rank + 1: names[i] for rank, i in enumerate(order)}
        self.there = {word: rank for rank, word in self.back.items()}

    def transform_to_vec(self, token_list):
        return [self.there.get(t) for t in token_list]

    def transform_to_str(self, ranks):
        return [self.back.get(r) for r in ranks]
