class CountVectorizer(Counter):
    """A Counter that also knows the order."""

    def fit(self, token_list):
        self.clear()
        self.update(token_list)
        self.ordered = [None] + [w for w, _ in self.most_common()]
        self.lookup = {w: r for r, w in enumerate(self.ordered) if r}

    def transform_to_vec(self, token_list):
        return [self.lookup.get(w) for w in token_list]

    def transform_to_str(self, ranks):
        n = len(self.ordered)
        return [self.ordered[r] if r in range(1, n) else None for r in ranks]
