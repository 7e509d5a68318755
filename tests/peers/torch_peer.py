"""PyTorch on one thread of the processor, driven by lines: `init NET BATCH`, `step N`, `loss`; each is answered by one."""

import sys

import torch
from torch import nn
from torch.nn import functional as F

RATE, MOMENTUM, CLASSES = 0.01, 0.9, 10


class Normed(nn.Sequential):
    def __init__(self, ic, oc, kernel=3, stride=1):
        conv = nn.Conv2d(ic, oc, kernel, stride, kernel // 2, bias=False)
        super().__init__(conv, nn.BatchNorm2d(oc))


class Block(nn.Module):
    def __init__(self, ic, oc, stride):
        super().__init__()
        self.body = nn.Sequential(Normed(ic, oc, 3, stride), nn.ReLU(), Normed(oc, oc))
        self.shortcut = Normed(ic, oc, 1, stride) if stride > 1 else nn.Identity()

    def forward(self, x):
        return F.relu(self.body(x) + self.shortcut(x))


def stage(ic, oc):
    return [Normed(ic, oc), nn.ReLU(), Normed(oc, oc), nn.ReLU(), nn.MaxPool2d(2)]


AVERAGE = [nn.AdaptiveAvgPool2d(1), nn.Flatten()]
NETS = {
    "lenet": (
        [1, 28, 28],
        lambda: nn.Sequential(
            *[nn.Conv2d(1, 8, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)],
            *[nn.Conv2d(8, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)],
            *[nn.Flatten(), nn.Linear(784, CLASSES)],
        ),
    ),
    "vgg": (
        [3, 32, 32],
        lambda: nn.Sequential(
            *stage(3, 16), *stage(16, 32), Normed(32, 64), nn.ReLU(),
            *AVERAGE, nn.Dropout(0.25), nn.Linear(64, CLASSES),
        ),
    ),
    "resnet8": (
        [3, 32, 32],
        lambda: nn.Sequential(
            Normed(3, 16), nn.ReLU(), Block(16, 16, 1), Block(16, 32, 2), Block(32, 64, 2),
            *AVERAGE, nn.Linear(64, CLASSES),
        ),
    ),
}


class Run:
    def __init__(self, net, batch):
        shape, make = NETS[net]
        self.model = make().train()
        self.images = torch.rand(batch, *shape) * 2 - 1
        self.labels = torch.randint(0, CLASSES, (batch,))
        self.optimizer = torch.optim.SGD(self.model.parameters(), lr=RATE, momentum=MOMENTUM)

    def step(self, count):
        for _ in range(count):
            self.optimizer.zero_grad()
            self.loss = F.cross_entropy(self.model(self.images), self.labels)
            self.loss.backward()
            self.optimizer.step()


torch.set_num_threads(1)
torch.manual_seed(1)
print(f"torch {torch.__version__}", flush=True)
run = None
for line in sys.stdin:
    verb, *words = line.split()
    if verb == "init":
        run = Run(words[0], int(words[1]))
    elif verb == "step":
        run.step(int(words[0]))
    print(run.loss.item() if verb == "loss" else "done", flush=True)
