#!/usr/bin/env python3
"""Golden reference data for a small CNN trainer, computed by PyTorch (CPU).

  python make_reference.py open      -> *.safetensors + cases.json, beside this file

  python make_reference.py --check open    recompute, compare with what is on disk

The case lists live in spec_open.py. One module per split, so
that other splits can be added without touching this one.

Conventions: NCHW row-major; conv is cross-correlation; weights [out,in,kh,kw];
dense y = x W^T + b with W [out,in].  Inputs are float32 (random from numpy PCG64,
seeded by (split seed, crc32(case name)) so a case does not depend on its neighbours).
Expected values are computed in float64 from those float32 inputs.  For each expected
tensor the error of PyTorch's own float32 kernel is recorded and a tolerance derived.
"""
import sys, json, zlib, math, hashlib, importlib, os
import numpy as np
import torch
import torch.nn.functional as F
from safetensors.numpy import save_file, load_file

torch.set_num_threads(1)
torch.use_deterministic_algorithms(True)
HERE = os.path.dirname(os.path.abspath(__file__))
EPS32 = 2.0 ** -23


def rng_for(seed, name):
    return np.random.default_rng([seed, zlib.crc32(name.encode())])


def f32(a):
    return np.ascontiguousarray(np.asarray(a, dtype=np.float32))


# --------------------------------------------------------------------------- ops
# each op: make(rng, a) -> dict of float32 inputs ; fwd(t, a) -> dict of outputs
def mk_conv(r, a):
    d = dict(x=f32(r.standard_normal((a['n'], a['cin'], a['h'], a['w']))),
             weight=f32(r.standard_normal((a['cout'], a['cin'], a['kh'], a['kw'])) / math.sqrt(a['cin'] * a['kh'] * a['kw'])))
    if a['bias']:
        d['bias'] = f32(r.standard_normal(a['cout']))
    return d


def fw_conv(t, a):
    return dict(y=F.conv2d(t['x'], t['weight'], t.get('bias'), stride=a['stride'], padding=a['padding']))


def mk_x4(r, a):
    x = r.standard_normal((a['n'], a['c'], a['h'], a['w']))
    if a.get('fill') == 'ties':                       # many equal values
        x = r.integers(-1, 2, size=x.shape)
    if a.get('fill') == 'negative':                   # padding must be -inf, not 0, for max pool
        x = -1.0 - np.abs(x)
    if a.get('fill') == 'relu':                       # zeros as after a ReLU
        x = np.maximum(x, 0)
    x = x * a.get('scale', 1.0) + a.get('offset', 0.0)
    return dict(x=f32(x))


def fw_maxpool(t, a):
    return dict(y=F.max_pool2d(t['x'], a['k'], a['stride'], a['padding']))


def fw_avgpool(t, a):
    return dict(y=F.avg_pool2d(t['x'], a['k'], a['stride'], a['padding'], count_include_pad=a['count_include_pad']))


def fw_gap(t, a):
    return dict(y=t['x'].mean(dim=(2, 3)))


def mk_dense(r, a):
    d = dict(x=f32(r.standard_normal((a['n'], a['fin']))),
             weight=f32(r.standard_normal((a['fout'], a['fin'])) / math.sqrt(a['fin'])))
    if a['bias']:
        d['bias'] = f32(r.standard_normal(a['fout']))
    return d


def fw_dense(t, a):
    return dict(y=F.linear(t['x'], t['weight'], t.get('bias')))


SPECIAL = [0.0, -0.0, 1e-30, -1e-30, 1e-8, -1e-8, 1e-4, -1e-4, 0.01, -0.01, 0.5, -0.5, 1, -1, 1.5, -1.5, 2, -2, 3, -3, 4, -4,
           5, -5, 6, -6, 7.5, -7.5, 9, -9, 12, -12, 16, -16, 20, -20, 30, -30, 45, -45, 60, -60, 87, -87, 89, -89, 100, -100,
           300, -300, 1e3, -1e3]
HUGE = [1e4, -1e4, 1e6, -1e6, 1e10, -1e10, 1e15, -1e15, 1e30, -1e30]     # float32 x*x*x overflows: result must still be finite


def mk_act(r, a):
    if a['fill'] == 'special':
        return dict(x=f32(SPECIAL))
    if a['fill'] == 'huge':
        return dict(x=f32(HUGE))
    return dict(x=f32(r.standard_normal(a['shape']) * a['scale']))


def act(x, kind, slope=None):
    if kind == 'sigmoid': return torch.sigmoid(x)
    if kind == 'tanh': return torch.tanh(x)
    if kind == 'relu': return F.relu(x)
    if kind == 'leaky_relu': return F.leaky_relu(x, slope)
    if kind == 'gelu_erf': return F.gelu(x)
    if kind == 'gelu_tanh': return F.gelu(x, approximate='tanh')
    if kind == 'silu': return F.silu(x)
    raise KeyError(kind)


def fw_act(t, a):
    return dict(y=act(t['x'], a['kind'], a.get('slope')))


def mk_res(r, a):
    n, c, h, w = a['n'], a['c'], a['h'], a['w']
    if a['mode'] == 'add':                            # y = relu?(x + s)
        return dict(x=f32(r.standard_normal((n, c, h, w))), s=f32(r.standard_normal((n, c, h, w))))
    d = dict(x=f32(r.standard_normal((n, c, h, w))),
             w1=f32(r.standard_normal((a['cout'], c, 3, 3)) / math.sqrt(9 * c)),
             w2=f32(r.standard_normal((a['cout'], a['cout'], 3, 3)) / math.sqrt(9 * a['cout'])))
    if a['mode'] == 'project':
        d['wp'] = f32(r.standard_normal((a['cout'], c, 1, 1)) / math.sqrt(c))
    return d


def fw_res(t, a):
    x = t['x']
    if a['mode'] == 'add':
        y = x + t['s']
    elif a['mode'] == 'self':                         # x used by both branches: gradients must sum
        y = F.conv2d(F.relu(F.conv2d(x, t['w1'], padding=1)), t['w2'], padding=1) + x
    else:
        s = a['stride']
        y = F.conv2d(F.relu(F.conv2d(x, t['w1'], stride=s, padding=1)), t['w2'], padding=1) + F.conv2d(x, t['wp'], stride=s)
    return dict(y=F.relu(y) if a['relu'] else y)


def mk_norm(r, a):
    n, c, h, w = a['n'], a['c'], a['h'], a['w']
    shape = (n, c, h, w) if h else (n, c)
    d = {}
    steps = a.get('steps', 1)
    for i in range(steps):
        d['x' if steps == 1 else f'x{i}'] = f32(r.standard_normal(shape) * a.get('scale', 1.0) + a.get('offset', 0.0))
    pshape = shape[1:] if a['op'] == 'layer_norm_elementwise' else (c,)
    d['gamma'] = f32(1 + 0.5 * r.standard_normal(pshape))
    d['beta'] = f32(0.5 * r.standard_normal(pshape))
    if a['op'] == 'batch_norm' and a.get('running', True):
        d['running_mean'] = f32(0.3 * r.standard_normal(c)) if a.get('warm') or not a['train'] else f32(np.zeros(c))
        d['running_var'] = f32(0.5 + r.random(c)) if a.get('warm') or not a['train'] else f32(np.ones(c))
    return d


def fw_norm(t, a):
    op, eps, g, b = a['op'], a['eps'], t['gamma'], t['beta']
    if op == 'group_norm':
        return dict(y=F.group_norm(t['x'], a['groups'], g, b, eps))
    if op == 'instance_norm':
        return dict(y=F.instance_norm(t['x'], weight=g, bias=b, use_input_stats=True, eps=eps))
    if op == 'layer_norm_channel_affine':
        return dict(y=F.group_norm(t['x'], 1, g, b, eps))
    if op == 'layer_norm_elementwise':
        return dict(y=F.layer_norm(t['x'], t['x'].shape[1:], g, b, eps))
    if op == 'batch_norm':
        rm, rv = t['running_mean'].detach().clone(), t['running_var'].detach().clone()
        steps, out = a.get('steps', 1), {}
        for i in range(steps):
            x = t['x'] if steps == 1 else t[f'x{i}']
            out['y' if steps == 1 else f'y{i}'] = F.batch_norm(x, rm, rv, g, b, a['train'], a['momentum'], eps)
        out['running_mean_out'], out['running_var_out'] = rm, rv
        return out
    raise KeyError(op)


def mk_dropout(r, a):
    x = r.standard_normal(tuple(a['shape']))
    return dict(x=f32(x), keep=f32(r.random(x.shape) >= a['p']))


def fw_dropout(t, a):
    if not a['train'] or a['p'] == 0:
        return dict(y=t['x'] * 1)
    if a['p'] == 1:
        return dict(y=t['x'] * 0)
    return dict(y=t['x'] * t['keep'] / (1 - a['p']))


def mk_ce(r, a):
    n, k = a['n'], a['k']
    if a.get('fill') == 'extreme':
        z = r.choice([-1e4, -300., -100., -50., 0., 50., 100., 300., 1e4], size=(n, k))
    elif a.get('fill') == 'equal':
        z = np.full((n, k), a.get('value', 0.0))
    else:
        z = r.standard_normal((n, k)) * a['scale'] + a.get('offset', 0.0)
    return dict(logits=f32(z), target=r.integers(0, k, n).astype(np.int32))


def fw_ce(t, a):
    z, y = t['logits'], t['target'].long()
    return dict(loss=F.cross_entropy(z, y, label_smoothing=a['smoothing'], reduction=a['reduction']),
                per_sample=F.cross_entropy(z, y, label_smoothing=a['smoothing'], reduction='none'),
                probs=torch.softmax(z, 1))


def fw_aug(t, a):
    x, k = t['x'], a['kind']
    if k == 'hflip': y = torch.flip(x, [3])
    elif k == 'vflip': y = torch.flip(x, [2])
    elif k == 'shift':                                # y[i,j] = x[i-dy, j-dx], zero fill
        y = torch.zeros_like(x)
        H, W, dy, dx = x.shape[2], x.shape[3], a['dy'], a['dx']
        ys, xs = slice(max(0, dy), min(H, H + dy)), slice(max(0, dx), min(W, W + dx))
        yy, xx = slice(max(0, -dy), min(H, H - dy)), slice(max(0, -dx), min(W, W - dx))
        y[:, :, ys, xs] = x[:, :, yy, xx]
    elif k == 'affine':                               # inverse map: source = centre + M (dest - centre), pixel centres, zero fill
        H, W = x.shape[2:]
        th = math.radians(a['degrees']); s = a['zoom']
        cy, cx = (H - 1) / 2, (W - 1) / 2
        ii, jj = torch.meshgrid(torch.arange(H, dtype=x.dtype), torch.arange(W, dtype=x.dtype), indexing='ij')
        u, v = jj - cx - a['dx'], ii - cy - a['dy']
        sx = (math.cos(th) * u + math.sin(th) * v) / s + cx
        sy = (-math.sin(th) * u + math.cos(th) * v) / s + cy
        grid = torch.stack([(2 * sx + 1) / W - 1, (2 * sy + 1) / H - 1], -1)[None].expand(x.shape[0], -1, -1, -1)
        y = F.grid_sample(x, grid, mode='bilinear', padding_mode='zeros', align_corners=False)
    elif k == 'cutout':
        y = x.clone(); y[:, :, a['top']:a['top'] + a['size'], a['left']:a['left'] + a['size']] = 0
    elif k == 'brightness_contrast':                  # clamp((x - 0.5) * contrast + 0.5 + brightness, 0, 1)
        y = ((x - 0.5) * a['contrast'] + 0.5 + a['brightness']).clamp(0, 1)
    elif k == 'normalize':
        m = torch.tensor(a['mean'], dtype=x.dtype)[None, :, None, None]; s = torch.tensor(a['std'], dtype=x.dtype)[None, :, None, None]
        y = (x - m) / s
    else: raise KeyError(k)
    return dict(y=y)


def mk_img(r, a):
    return dict(x=f32(r.random((a['n'], a['c'], a['h'], a['w']))))


OPS = {
    'conv2d': (mk_conv, fw_conv), 'max_pool2d': (mk_x4, fw_maxpool), 'avg_pool2d': (mk_x4, fw_avgpool),
    'global_avg_pool': (mk_x4, fw_gap), 'dense': (mk_dense, fw_dense), 'activation': (mk_act, fw_act),
    'residual': (mk_res, fw_res), 'batch_norm': (mk_norm, fw_norm), 'group_norm': (mk_norm, fw_norm),
    'instance_norm': (mk_norm, fw_norm), 'layer_norm_channel_affine': (mk_norm, fw_norm),
    'layer_norm_elementwise': (mk_norm, fw_norm), 'dropout': (mk_dropout, fw_dropout), 'softmax_ce': (mk_ce, fw_ce),
    'augment': (mk_img, fw_aug),
}
NO_GRAD_IN = {'running_mean', 'running_var', 'keep', 'target'}
NO_GRAD_OUT = {'running_mean_out', 'running_var_out', 'probs', 'per_sample'}
NO_GRAD_OPS = {'augment'}


def compute(fw, a, inputs, gy, dtype):
    t = {}
    for k, v in inputs.items():
        v = torch.from_numpy(v)
        if v.dtype == torch.float32:
            v = v.to(dtype)
            if k not in NO_GRAD_IN and a['op'] not in NO_GRAD_OPS:
                v = v.clone().requires_grad_(True)
        t[k] = v
    out = fw(t, a)
    res = {k: v.detach().clone() for k, v in out.items()}
    roots = [k for k in out if k not in NO_GRAD_OUT and out[k].requires_grad]
    if gy is None:
        r = rng_for(a['_seed'], a['_name'] + '/gy')
        gy = {}
        for k in roots:
            gy[k] = f32(1.0) if out[k].dim() == 0 else f32(r.standard_normal(tuple(out[k].shape)))
    if roots:
        leaves = [k for k in t if t[k].requires_grad]
        gs = torch.autograd.grad([out[k] for k in roots], [t[k] for k in leaves],
                                 [torch.from_numpy(np.asarray(gy[k])).to(dtype).reshape(out[k].shape) for k in roots])
        for k, g in zip(leaves, gs):
            res['grad_' + k] = g.detach()
    return {k: v.numpy() for k, v in res.items()}, gy


def tol(e64, e32):
    am = float(np.max(np.abs(e64))) if e64.size else 0.0
    err = float(np.nanmax(np.abs(e64 - e32.astype(np.float64)))) if e64.size else 0.0
    atol = max(16 * err, 4e-6 * am, 1e-7)
    return dict(absmax=am, torch_f32_err=err, atol=float(f'{atol:.3g}'), rtol=1e-5)


class Out:
    def __init__(self, split, check):
        self.dir = HERE
        self.files, self.cases, self.check = {}, [], check

    def put(self, fam, key, arr):
        arr = np.ascontiguousarray(arr)
        if arr.dtype.kind == 'f':
            assert np.isfinite(arr).all(), (fam, key, 'not finite')
        f = self.files.setdefault(fam, {})
        assert key not in f, key
        f[key] = arr
        return key

    def close(self, meta):
        if self.check:
            bad = 0
            for fam, f in self.files.items():
                old = load_file(os.path.join(self.dir, fam + '.safetensors'))
                assert set(old) == set(f), fam
                for k in f:
                    d = np.max(np.abs(old[k].astype(np.float64) - f[k].astype(np.float64)), initial=0)
                    s = np.max(np.abs(old[k].astype(np.float64)), initial=0) + 1e-30
                    lim = 1e-10 if f[k].dtype == np.float64 else (1e-5 if '/f32' in k else 0)
                    if d > lim * s: bad += 1; print('differs', fam, k, d, s)
            print('check', 'FAILED' if bad else 'ok', len(self.files), 'files')
            return bad
        man = {}
        for fam, f in sorted(self.files.items()):
            p = os.path.join(self.dir, fam + '.safetensors'); save_file(f, p)
            man[fam + '.safetensors'] = dict(bytes=os.path.getsize(p), sha256=hashlib.sha256(open(p, 'rb').read()).hexdigest())
        meta = dict(meta, torch=torch.__version__, numpy=np.__version__, files=man, cases=self.cases)
        json.dump(meta, open(os.path.join(self.dir, 'cases.json'), 'w'), indent=None, separators=(',', ':'))
        print(self.dir, len(self.cases), 'cases', sum(m['bytes'] for m in man.values()) // 1024, 'KiB')
        return 0


def add_case(out, seed, fam, a):
    op = a['op']; mk, fw = OPS[op]
    label = '_'.join(f'{k}{v}' for k, v in a.items() if k not in ('op', 'note', 'tie_rule')).replace(' ', '').replace('[', '').replace(']', '').replace(',', 'x')
    name = f'{op}/{label}'
    a = dict(a, _seed=seed, _name=name)
    inp = mk(rng_for(seed, name), a)
    e64, gy = compute(fw, a, inp, None, torch.float64)
    e32, _ = compute(fw, a, inp, gy, torch.float32)
    n = f'{op}/{len(out.cases)}'
    rec = dict(name=name, id=n, op=op, file=fam + '.safetensors', attrs={k: v for k, v in a.items() if k not in ('op',) and k[0] != '_'},
               inputs={k: out.put(fam, f'{n}/in/{k}', v) for k, v in inp.items()},
               upstream={k: out.put(fam, f'{n}/gy/{k}', v) for k, v in gy.items()} if gy else {},
               expect={k: dict(key=out.put(fam, f'{n}/out/{k}', v), **tol(v, e32[k])) for k, v in e64.items()})
    if a.get('fill') in ('special', 'huge'):         # values of very different size: element-wise relative tolerance
        for e in rec['expect'].values(): e.update(atol=1e-6, rtol=2e-5)
    if op == 'softmax_ce':
        top = inp['logits'].argmax(1); rec['accuracy_argmax_first'] = float((top == inp['target']).mean())
    out.cases.append(rec)


# --------------------------------------------------------------------- optimisers
def make_opt(o, params):
    k, lr, wd = o['kind'], o['lr'], o.get('weight_decay', 0.0)
    if k == 'sgd': return torch.optim.SGD(params, lr=lr, momentum=o.get('momentum', 0.0), nesterov=o.get('nesterov', False), weight_decay=wd)
    if k == 'adam': return torch.optim.Adam(params, lr=lr, betas=tuple(o['betas']), eps=o['eps'], weight_decay=wd)
    if k == 'adamw': return torch.optim.AdamW(params, lr=lr, betas=tuple(o['betas']), eps=o['eps'], weight_decay=wd)
    if k == 'rmsprop': return torch.optim.RMSprop(params, lr=lr, alpha=o['alpha'], eps=o['eps'], momentum=o.get('momentum', 0.0), weight_decay=wd)
    raise KeyError(k)


def opt_traj(o, w0, gs, dtype, A=None, b=None, lrs=None, clip=None):
    w = torch.tensor(w0, dtype=dtype, requires_grad=True); opt = make_opt(o, [w]); tr = []
    n = len(gs) if gs is not None else o['steps']
    for i in range(n):
        if lrs is not None:
            for g in opt.param_groups: g['lr'] = lrs[i]
        if gs is not None: w.grad = torch.tensor(gs[i], dtype=dtype)
        else:
            loss = 0.5 * (w @ (A.to(dtype) @ w)) - b.to(dtype) @ w
            w.grad = torch.autograd.grad(loss, w)[0]
        if clip is not None: torch.nn.utils.clip_grad_norm_([w], clip)
        opt.step(); tr.append(w.detach().clone())
    return torch.stack(tr).numpy()


def add_opts(out, seed, spec):
    fam = 'optim'
    for mode in ('sequence', 'quadratic'):
        for i, o in enumerate(spec):
            o = dict(o, steps=10); name = f'optim/{mode}/{i}_{o["kind"]}'; r = rng_for(seed, name); d = 13
            w0 = f32(r.standard_normal(d)); key = f'{name}'
            rec = dict(name=name, id=name, op='optimizer', file=fam + '.safetensors', attrs=dict(o, mode=mode), inputs={'w0': out.put(fam, key + '/in/w0', w0)}, upstream={})
            if mode == 'sequence':
                gs = f32(r.standard_normal((10, d)) * np.array([1e-6, 1e-3, 1, 1, 1, 10, 0, 1, 1, 1, 1, 1e-12, 100.])); gs[::2, 9] = 0
                rec['inputs']['grads'] = out.put(fam, key + '/in/grads', gs)
                e64, e32 = opt_traj(o, w0, gs, torch.float64), opt_traj(o, w0, gs, torch.float32)
            else:
                M = r.standard_normal((d, d)) / d ** .5; A = torch.from_numpy(f32(M @ M.T + 0.1 * np.eye(d))); b = torch.from_numpy(f32(r.standard_normal(d)))
                rec['inputs'].update(A=out.put(fam, key + '/in/A', A.numpy()), b=out.put(fam, key + '/in/b', b.numpy()))
                e64, e32 = opt_traj(o, w0, None, torch.float64, A, b), opt_traj(o, w0, None, torch.float32, A, b)
            rec['expect'] = {'w': dict(key=out.put(fam, key + '/out/w', e64), **tol(e64, e32))}
            out.cases.append(rec)
    # gradient clipping by global norm, then SGD
    for c in (0.5, 1e3):
        name = f'optim/clip_norm_{c}'; r = rng_for(seed, name); w0 = f32(r.standard_normal(7)); gs = f32(r.standard_normal((10, 7)) * 3)
        o = dict(kind='sgd', lr=0.1, steps=10)
        e64, e32 = (opt_traj(o, w0, gs, t, clip=c) for t in (torch.float64, torch.float32))
        out.cases.append(dict(name=name, id=name, op='clip_grad_norm', file=fam + '.safetensors', attrs=dict(o, max_norm=c, formula='g *= min(1, max_norm/(||g||+1e-6))'),
                              inputs=dict(w0=out.put(fam, name + '/in/w0', w0), grads=out.put(fam, name + '/in/grads', gs)), upstream={},
                              expect={'w': dict(key=out.put(fam, name + '/out/w', e64), **tol(e64, e32))}))
    # learning-rate schedules: lr used at step i (before the i-th optimiser step)
    def sched(kind, kw, n=20, lr=0.1):
        p = [torch.nn.Parameter(torch.zeros(1))]; opt = torch.optim.SGD(p, lr=lr)
        S = torch.optim.lr_scheduler; s = dict(step=lambda: S.StepLR(opt, **kw), cosine=lambda: S.CosineAnnealingLR(opt, **kw), exponential=lambda: S.ExponentialLR(opt, **kw),
                 warmup=lambda: S.LinearLR(opt, **kw), one_cycle=lambda: S.OneCycleLR(opt, **kw))[kind]()
        v = []
        for _ in range(n): v.append(opt.param_groups[0]['lr']); opt.step(); s.step()
        return v
    L = seed % 7 + 15
    for kind, kw in [('step', dict(step_size=5, gamma=0.3)), ('cosine', dict(T_max=L, eta_min=0.001)), ('exponential', dict(gamma=0.9)),
                     ('warmup', dict(start_factor=0.1, total_iters=6)), ('one_cycle', dict(max_lr=0.5, total_steps=20, pct_start=0.3, cycle_momentum=False))]:
        out.cases.append(dict(name=f'schedule/{kind}', id=f'schedule/{kind}', op='lr_schedule', attrs=dict(kind=kind, base_lr=0.1, **kw), lr=sched(kind, kw), atol=1e-9, inputs={}, upstream={}, expect={}))


# --------------------------------------------------------------------------- init
def init_cases(shapes):
    res = []
    for sh in shapes:
        rf = int(np.prod(sh[2:])) if len(sh) > 2 else 1
        fi, fo = sh[1] * rf, sh[0] * rf
        e = dict(shape=sh, numel=int(np.prod(sh)), fan_in=fi, fan_out=fo)
        t = torch.empty(*sh); assert torch.nn.init._calculate_fan_in_and_fan_out(t) == (fi, fo)
        xs = math.sqrt(2 / (fi + fo)); e['xavier_normal_std'] = xs; e['xavier_uniform_bound'] = math.sqrt(3) * xs
        for m, f in (('fan_in', fi), ('fan_out', fo)):
            for nl, arg in (('relu', None), ('leaky_relu', 0.01), ('leaky_relu', 0.2), ('linear', None), ('tanh', None)):
                g = torch.nn.init.calculate_gain(nl, arg) if arg is not None else torch.nn.init.calculate_gain(nl)
                tag = nl if arg is None else f'{nl}{arg}'
                e[f'kaiming_normal_std_{m}_{tag}'] = g / math.sqrt(f); e[f'kaiming_uniform_bound_{m}_{tag}'] = g * math.sqrt(3 / f)
        e['pytorch_default_bound_weight_and_bias'] = 1 / math.sqrt(fi)
        n = e['numel']
        # 5-sigma acceptance bands for a draw of n values
        e['rel_std_tol_normal_5sigma'] = 5 / math.sqrt(2 * n); e['rel_std_tol_uniform_5sigma'] = 5 * math.sqrt(0.2 / n); e['mean_tol_in_std_5sigma'] = 5 / math.sqrt(n)
        # empirical confirmation by PyTorch's own initialisers
        torch.manual_seed(7)
        a = torch.nn.init.kaiming_normal_(torch.empty(*sh), mode='fan_in', nonlinearity='relu').std(unbiased=False).item()
        b = torch.nn.init.xavier_uniform_(torch.empty(*sh)).abs().max().item()
        assert abs(a / e['kaiming_normal_std_fan_in_relu'] - 1) < e['rel_std_tol_normal_5sigma'] + 1 / n, (sh, a)
        assert b <= e['xavier_uniform_bound'] * (1 + 1e-6)
        res.append(e)
    return res


# --------------------------------------------------------------------------- nets
class Net:
    """Interpreter of a JSON layer list.  Parameter names: '<path>.weight' etc."""
    def __init__(self, layers, dtype):
        self.layers, self.dtype, self.p, self.buf = layers, dtype, {}, {}
        self.frozen = set()

    def declare(self, layers, pre, r, store):
        for i, l in enumerate(layers):
            n = f'{pre}{i}'; k = l['type']
            if k == 'conv2d':
                fi = l['in'] * l['k'] ** 2
                store[n + '.weight'] = f32(r.standard_normal((l['out'], l['in'], l['k'], l['k'])) * math.sqrt(2 / fi))
                if l['bias']: store[n + '.bias'] = f32(0.1 * r.standard_normal(l['out']))
            elif k == 'dense':
                store[n + '.weight'] = f32(r.standard_normal((l['out'], l['in'])) * math.sqrt(1 / l['in'])); store[n + '.bias'] = f32(0.1 * r.standard_normal(l['out']))
            elif k.endswith('norm') or k.startswith('layer_norm'):
                sh = tuple(l['shape']) if k == 'layer_norm_elementwise' else (l['c'],)
                store[n + '.gamma'] = f32(1 + 0.1 * r.standard_normal(sh)); store[n + '.beta'] = f32(0.1 * r.standard_normal(sh))
            elif k == 'residual':
                self.declare(l['body'], n + '.body.', r, store); self.declare(l['shortcut'], n + '.shortcut.', r, store)

    def load(self, store):
        self.p = {k: torch.tensor(v, dtype=self.dtype) for k, v in store.items()}
        for k in self.p:
            self.p[k].requires_grad_(not any(k.startswith(q) for q in self.frozen))
            if k.endswith('.gamma'):
                c = self.p[k].shape[0]; b = k[:-6]
                self.buf[b + '.running_mean'] = torch.zeros(c, dtype=self.dtype); self.buf[b + '.running_var'] = torch.ones(c, dtype=self.dtype)

    def run(self, layers, pre, x, train):
        for i, l in enumerate(layers):
            n = f'{pre}{i}'; k = l['type']; p = self.p
            if k == 'conv2d': x = F.conv2d(x, p[n + '.weight'], p.get(n + '.bias'), stride=l['stride'], padding=l['padding'])
            elif k == 'dense': x = F.linear(x, p[n + '.weight'], p[n + '.bias'])
            elif k == 'flatten': x = x.flatten(1)
            elif k == 'max_pool2d': x = F.max_pool2d(x, l['k'], l['stride'], l['padding'])
            elif k == 'avg_pool2d': x = F.avg_pool2d(x, l['k'], l['stride'], l['padding'])
            elif k == 'global_avg_pool': x = x.mean((2, 3))
            elif k == 'activation': x = act(x, l['kind'], l.get('slope'))
            elif k == 'batch_norm':
                tr = train and not l.get('frozen_eval', False)
                x = F.batch_norm(x, self.buf[n + '.running_mean'], self.buf[n + '.running_var'], p[n + '.gamma'], p[n + '.beta'], tr, 0.1, 1e-5); self.used_bn = True
            elif k == 'group_norm': x = F.group_norm(x, l['groups'], p[n + '.gamma'], p[n + '.beta'], 1e-5)
            elif k == 'layer_norm_channel_affine': x = F.group_norm(x, 1, p[n + '.gamma'], p[n + '.beta'], 1e-5)
            elif k == 'layer_norm_elementwise': x = F.layer_norm(x, x.shape[1:], p[n + '.gamma'], p[n + '.beta'], 1e-5)
            elif k == 'instance_norm': x = F.instance_norm(x, weight=p[n + '.gamma'], bias=p[n + '.beta'], use_input_stats=True, eps=1e-5)
            elif k == 'residual':
                s = self.run(l['shortcut'], n + '.shortcut.', x, train) if l['shortcut'] else x
                x = act(self.run(l['body'], n + '.body.', x, train) + s, 'relu')
            else: raise KeyError(k)
        return x


def bn_names(layers, pre=''):
    r = []
    for i, l in enumerate(layers):
        if l['type'] == 'batch_norm': r.append(f'{pre}{i}')
        if l['type'] == 'residual': r += bn_names(l['body'], f'{pre}{i}.body.') + bn_names(l['shortcut'], f'{pre}{i}.shortcut.')
    return r


def train_net(spec, store, X, Y, order, dtype):
    net = Net(spec['layers'], dtype); net.frozen = set(spec.get('frozen', [])); net.load(store)
    par = [v for v in net.p.values() if v.requires_grad]; opt = make_opt(spec['optim'], par)
    X = torch.from_numpy(X).to(dtype); Y = torch.from_numpy(Y).long(); losses = []; g0 = z0 = None
    for s, idx in enumerate(order):
        z = net.run(spec['layers'], '', X[idx], True)
        loss = F.cross_entropy(z, Y[idx], label_smoothing=spec.get('smoothing', 0.0)); opt.zero_grad(); loss.backward()
        if s == 0: z0 = z.detach().numpy().copy(); g0 = {k: v.grad.numpy().copy() for k, v in net.p.items() if v.grad is not None}
        opt.step(); losses.append(loss.item())
    with torch.no_grad(): ze = net.run(spec['layers'], '', X[:8], False).numpy()
    bn = {f'{n}.{q}': net.buf[f'{n}.{q}'].numpy() for n in bn_names(spec['layers']) for q in ('running_mean', 'running_var')}
    return np.array(losses), {k: v.detach().numpy() for k, v in net.p.items()}, bn, z0, g0, ze


def make_data(seed, shape, classes, n):
    r = rng_for(seed, f'data{shape}{classes}'); T = r.standard_normal((classes,) + shape)
    Y = (np.arange(n) % classes).astype(np.int32); r.shuffle(Y)
    return f32(0.6 * T[Y] + 0.8 * r.standard_normal((n,) + shape)), Y


def add_nets(out, seed, nets, data):
    fam = 'nets_data'; D = {}
    for nm, d in data.items():
        D[nm] = make_data(seed, tuple(d['shape']), d['classes'], d['n'])
        out.put(fam, nm + '/x', D[nm][0]); out.put(fam, nm + '/y', D[nm][1])
    for spec in nets:
        name = spec['name']; X, Y = D[spec['data']]; r = rng_for(seed, 'net/' + name); store = {}
        Net(spec['layers'], torch.float32).declare(spec['layers'], '', r, store)
        order = np.stack([r.permutation(len(X))[:spec['batch']] for _ in range(spec.get('steps', 20))]).astype(np.int32)
        L64, W64, B64, z0, g0, ze = train_net(spec, store, X, Y, order, torch.float64)
        L32, W32, B32, z32, g32, ze32 = train_net(spec, store, X, Y, order, torch.float32)
        # spread: f64 runs whose initial weights are moved by one float32 rounding (~6e-8 relative) -> how chaotic is this trajectory?
        dev, wdev = np.abs(L32 - L64), {k: np.max(np.abs(W32[k] - W64[k])) for k in W64}
        with torch.no_grad(): pass
        for s in range(4):
            rr = np.random.default_rng([seed, s, 5]); st = {k: (v * (1 + 1.2e-7 * rr.standard_normal(v.shape))).astype(np.float64) for k, v in store.items()}
            Lp, Wp, *_ = train_net(spec, st, X, Y, order, torch.float64); dev = np.maximum(dev, np.abs(Lp - L64))
            for k in W64: wdev[k] = max(wdev[k], np.max(np.abs(Wp[k] - W64[k])))
        f = 'net_' + name; P = lambda k, v: out.put(f, k, v)
        nontrain = [k for k in W64 if any(k.startswith(q) for q in spec.get('frozen', []))]
        for k in nontrain: assert (W32[k] == store[k]).all()
        rec = dict(name='net/' + name, id='net/' + name, op='net', file=f + '.safetensors', data_file='nets_data.safetensors', data=spec['data'], layers=spec['layers'], optim=spec['optim'],
                   smoothing=spec.get('smoothing', 0.0), frozen=spec.get('frozen', []), params=int(sum(v.size for v in store.values())),
                   batches=P('batches', order), loss_f64=L64.tolist(), loss_f32=[float(x) for x in L32],
                   loss_atol=[float(f'{max(10 * d, 1e-5 * max(1, abs(l))):.3g}') for d, l in zip(dev, L64)],
                   logits0=dict(key=P('step0/logits', z0), **tol(z0, z32)), eval_logits_after=dict(key=P('after/eval_logits', ze), torch_f32_err=float(np.max(np.abs(ze - ze32))), absmax=float(np.max(np.abs(ze)))), weights={})
        for k in store:
            w = dict(init=P(f'init/{k}', store[k]), final_f64=P(f'final/{k}', W64[k]), final_f32=P(f'final/f32/{k}', W32[k]), atol=float(f'{max(10 * wdev[k], 1e-5 * np.max(np.abs(W64[k]))):.3g}'))
            if k in g0: w['grad0'] = dict(key=P(f'grad0/{k}', g0[k]), **tol(g0[k], g32[k]))
            rec['weights'][k] = w
        for k in B64: rec.setdefault('bn', {})[k] = dict(key=P(f'bn/{k}', B64[k]), **tol(B64[k], B32[k]))
        out.cases.append(rec)
        print(f'  net {name}: params {rec["params"]} loss {L64[0]:.4f}->{L64[-1]:.4f} max f32 dev {np.max(np.abs(L32 - L64)):.2g} tol last {rec["loss_atol"][-1]} wtol max {max(w["atol"] for w in rec["weights"].values()):.2g}')


def main():
    check = '--check' in sys.argv; args = [a for a in sys.argv[1:] if not a.startswith('-')]
    rc = 0
    for split in args:
        sp = importlib.import_module('spec_' + split); out = Out(split, check)
        for fam, cases in sp.FAMILIES.items():
            for a in cases: add_case(out, sp.SEED, fam, a)
        add_opts(out, sp.SEED, sp.OPTIMS); add_nets(out, sp.SEED, sp.NETS, sp.DATA)
        rc |= out.close(dict(split=split, conventions=__doc__, init=init_cases(sp.INIT_SHAPES),
                             tolerance='f32 implementation: |got-want| <= atol + rtol*|want| (GPU: allow 4x). f64 implementation: 1e-9 relative to absmax.'))
    sys.exit(1 if rc else 0)


if __name__ == '__main__':
    main()
