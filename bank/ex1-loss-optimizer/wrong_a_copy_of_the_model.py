# expect: model
import copy

loss = nn.BCELoss()
optimizer = RMSprop(copy.deepcopy(model).parameters())
