"""Makes reference.safetensors: a small network with every kind of layer, its result, gradients and ten optimizer steps,
and the losses, as PyTorch computes them in float32. Needs torch, numpy and safetensors from PyPI:

    python3 make_reference.py

The tests hold the same network in Swift's terms (PyTorchTests.swift).
"""
import torch
import torch.nn.functional as F
from safetensors.torch import save_file

torch.manual_seed(7)
torch.set_num_threads(1)


class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        n = torch.nn
        self.c0, self.n1 = n.Conv2d(2, 4, 3, padding=1), n.BatchNorm2d(4)
        self.c2 = n.Conv2d(4, 4, 3, stride=2, groups=4)          # "same": the odd pixel of padding bottom and right
        self.c3, self.n4 = n.Conv2d(4, 8, 1, bias=False), n.BatchNorm2d(8)
        self.r0, self.r1 = n.Conv2d(8, 8, 3, padding=1, bias=False), n.BatchNorm2d(8)
        self.r2, self.r3 = n.Conv2d(8, 8, 3, padding=1, bias=False), n.BatchNorm2d(8)
        self.c7 = n.Conv2d(8, 4, (2, 3), groups=2, padding=1)
        self.d11, self.d12 = n.Linear(4 * 3 * 2, 10), n.Linear(10, 6)

    def forward(self, x):
        x = F.relu(self.n1(self.c0(x)))
        x = self.c2(F.pad(x, (0, 1, 0, 1)))
        x = F.relu(self.n4(self.c3(x)))
        x = F.relu(x + self.r3(self.r2(F.relu(self.r1(self.r0(x))))))
        x = F.max_pool2d(x, 2)
        x = F.leaky_relu(self.c7(x), 0.01)
        x = F.avg_pool2d(x, 2, stride=1)
        return self.d12(F.relu(self.d11(x.flatten(1))))


NAMES = {"c0": "0", "n1": "1", "c2": "2", "c3": "3", "n4": "4", "r0": "6.1.0", "r1": "6.1.1", "r2": "6.1.2", "r3": "6.1.3",
         "c7": "8", "d11": "12", "d12": "13"}
OPTIMIZERS = {
    "sgd": lambda p: torch.optim.SGD(p, lr=0.05),
    "momentum": lambda p: torch.optim.SGD(p, lr=0.02, momentum=0.9),
    "nesterov": lambda p: torch.optim.SGD(p, lr=0.02, momentum=0.9, nesterov=True),
    "adam": lambda p: torch.optim.Adam(p, lr=0.003),
    "adamw": lambda p: torch.optim.AdamW(p, lr=0.003, weight_decay=0),
    "rmsprop": lambda p: torch.optim.RMSprop(p, lr=0.002),
    "adagrad": lambda p: torch.optim.Adagrad(p, lr=0.01),
}


def named(net):
    return {f"{NAMES[k.split('.')[0]]}.{k.split('.')[1]}": v for k, v in net.named_parameters()} | {
        f"{NAMES[k.split('.')[0]]}.{k.split('.')[1]}": v for k, v in net.named_buffers() if v.dim()}


def loss(prediction, target, weight):
    return (weight * (prediction - target) ** 2).sum() / weight.sum()


def wing(d, w, e):
    c = w - w * torch.log(torch.tensor(1 + w / e))
    return torch.where(d.abs() < w, w * torch.log(1 + d.abs() / e), d.abs() - c)


out = {}
start = Net().train()
with torch.no_grad():
    for norm in (start.n1, start.n4, start.r1, start.r3):
        norm.weight.uniform_(0.5, 1.5)
        norm.bias.uniform_(-0.3, 0.3)
state = {k: v.clone() for k, v in start.state_dict().items()}
x, t = torch.randn(6, 2, 12, 12), torch.randn(6, 6)
w = (torch.rand(6, 6) > 0.3).float() * torch.tensor([1.0, 1, 2, 1, 0.5, 1])
out |= {"input": x, "target": t, "weight": w}
out |= {f"start.{k}": v.detach().clone() for k, v in named(start).items()}
y = start(x)
value = loss(y, t, w)
value.backward()
out |= {"output": y.detach(), "loss": value.detach().reshape(1)}
out |= {f"gradient.{k}": v.grad for k, v in named(start).items() if v.requires_grad}
start.eval()
out["output.inference"] = start(x).detach()          # with the running statistics after one training pass

for name, make in OPTIMIZERS.items():
    net = Net().train()
    net.load_state_dict(state)
    optimizer = make(net.parameters())
    for _ in range(10):
        optimizer.zero_grad()
        loss(net(x), t, w).backward()
        optimizer.step()
    out[f"{name}.final_loss"] = loss(net(x), t, w).detach().reshape(1)
    for k in ("0.weight", "6.1.2.weight", "12.weight", "13.bias", "4.weight"):
        out[f"{name}.{k}"] = named(net)[k].detach()

# L2 on weights only, decoupled and coupled
for name, make in {"decay.adamw": torch.optim.AdamW, "decay.sgd": torch.optim.SGD}.items():
    v = torch.linspace(-1, 1, 5).requires_grad_()
    optimizer = make([v], lr=0.1, weight_decay=0.2)
    for _ in range(3):
        optimizer.zero_grad()
        (v ** 2).sum().backward()
        optimizer.step()
    out[name] = v.detach()

p, q = (torch.randn(40) * 0.3).requires_grad_(), torch.randn(40) * 0.3
mask = (torch.arange(40) % 3 != 0).float()
out |= {"losses.prediction": p.detach().clone(), "losses.target": q, "losses.weight": mask}
for name, f in {"mse": lambda d: d * d, "smooth-l1": lambda d: F.smooth_l1_loss(d, torch.zeros(40), reduction="none", beta=1 / 48),
                "wing": lambda d: wing(d, 4 / 48, 1 / 48)}.items():
    p.grad = None
    value = (mask * f(p - q)).sum() / mask.sum()
    value.backward()
    out |= {f"losses.{name}": value.detach().reshape(1), f"losses.{name}.gradient": p.grad.clone()}

save_file({k: v.contiguous() for k, v in out.items()}, "reference.safetensors", {"torch": torch.__version__})

small = {"b": torch.tensor([[1.5, -2.0], [0.25, 3.0]]), "a": torch.tensor([7.0])}
save_file(small, "small.safetensors", {"hello": "wörld \"quoted\""})
