#!/usr/bin/env python3
"""Independent check of the golden data: NumPy only (no PyTorch).  Every expected output is recomputed by plain
NumPy code written separately from PyTorch, every gradient is checked by a central difference of that NumPy code
along random directions, and the networks' first logits and first loss are recomputed.
   python verify.py open"""
import sys, json, math, os
import numpy as np
from safetensors.numpy import load_file
from math import erf
H = os.path.dirname(os.path.abspath(__file__)); verf = np.vectorize(erf, otypes=[float])
def conv(x, w, b, s, p):
    N, C, Hh, W = x.shape; O, _, kh, kw = w.shape; xp = np.zeros((N, C, Hh + 2 * p, W + 2 * p)); xp[:, :, p:p + Hh, p:p + W] = x
    oh, ow = (Hh + 2 * p - kh) // s + 1, (W + 2 * p - kw) // s + 1; y = np.zeros((N, O, oh, ow))
    for i in range(kh):
        for j in range(kw): y += np.einsum('nchw,oc->nohw', xp[:, :, i:i + s * oh:s, j:j + s * ow:s][:, :, :oh, :ow], w[:, :, i, j])
    return y if b is None else y + b[None, :, None, None]
def pool(x, k, s, p, mode, cip=True):
    N, C, Hh, W = x.shape; oh, ow = (Hh + 2 * p - k) // s + 1, (W + 2 * p - k) // s + 1; y = np.zeros((N, C, oh, ow))
    for a in range(oh):
        for b in range(ow):
            r0, c0 = a * s - p, b * s - p; v = x[:, :, max(r0, 0):min(r0 + k, Hh), max(c0, 0):min(c0 + k, W)]
            y[:, :, a, b] = v.max((2, 3)) if mode == 'max' else v.sum((2, 3)) / (k * k if cip else v.shape[2] * v.shape[3])
    return y
def sig(x): return np.where(x >= 0, 1 / (1 + np.exp(-np.abs(x))), np.exp(-np.abs(x)) / (1 + np.exp(-np.abs(x))))
def act(x, k, sl=None):
    if k == 'sigmoid': return sig(x)
    if k == 'tanh': return np.tanh(x)
    if k == 'relu': return np.maximum(x, 0)
    if k == 'leaky_relu': return np.where(x > 0, x, sl * x)
    if k == 'gelu_erf': return 0.5 * x * np.array([math.erfc(-v / math.sqrt(2)) for v in x.ravel()]).reshape(x.shape)
    if k == 'gelu_tanh': return x * sig(2 * math.sqrt(2 / math.pi) * (x + 0.044715 * x ** 3))
    if k == 'silu': return x * sig(x)
def stats(x, ax): m = x.mean(ax, keepdims=True); return m, ((x - m) ** 2).mean(ax, keepdims=True)
def ch(v, x): return v.reshape((1, -1) + (1,) * (x.ndim - 2))
def bn(x, g, b, rm, rv, train, mom, eps):
    if not train: return (x - ch(rm, x)) / np.sqrt(ch(rv, x) + eps) * ch(g, x) + ch(b, x), rm, rv
    ax = (0,) + tuple(range(2, x.ndim)); m, v = stats(x, ax); n = x.size // x.shape[1]
    return (x - m) / np.sqrt(v + eps) * ch(g, x) + ch(b, x), (1 - mom) * rm + mom * m.ravel(), (1 - mom) * rv + mom * v.ravel() * n / (n - 1)
def gn(x, G, g, b, eps):
    N, C = x.shape[:2]; z = x.reshape(N, G, -1); m, v = stats(z, 2); return ((z - m) / np.sqrt(v + eps)).reshape(x.shape) * ch(g, x) + ch(b, x)
def ln(x, g, b, eps): m, v = stats(x, tuple(range(1, x.ndim))); return (x - m) / np.sqrt(v + eps) * g + b
def bilinear(x, a):
    N, C, Hh, W = x.shape; th = math.radians(a['degrees']); y = np.zeros_like(x)
    for i in range(Hh):
        for j in range(W):
            u, v = j - (W - 1) / 2 - a['dx'], i - (Hh - 1) / 2 - a['dy']
            sx, sy = (math.cos(th) * u + math.sin(th) * v) / a['zoom'] + (W - 1) / 2, (-math.sin(th) * u + math.cos(th) * v) / a['zoom'] + (Hh - 1) / 2
            x0, y0 = math.floor(sx), math.floor(sy)
            for yy, wy in ((y0, 1 - (sy - y0)), (y0 + 1, sy - y0)):
                for xx, wx in ((x0, 1 - (sx - x0)), (x0 + 1, sx - x0)):
                    if 0 <= yy < Hh and 0 <= xx < W: y[:, :, i, j] += wy * wx * x[:, :, yy, xx]
    return y
def fwd(op, t, a):
    if op == 'conv2d': return dict(y=conv(t['x'], t['weight'], t.get('bias'), a['stride'], a['padding']))
    if op == 'max_pool2d': return dict(y=pool(t['x'], a['k'], a['stride'], a['padding'], 'max'))
    if op == 'avg_pool2d': return dict(y=pool(t['x'], a['k'], a['stride'], a['padding'], 'avg', a['count_include_pad']))
    if op == 'global_avg_pool': return dict(y=t['x'].mean((2, 3)))
    if op == 'dense': return dict(y=t['x'] @ t['weight'].T + t.get('bias', 0))
    if op == 'activation': return dict(y=act(t['x'], a['kind'], a.get('slope')))
    if op == 'residual':
        x, r = t['x'], lambda v: np.maximum(v, 0)
        if a['mode'] == 'add': y = x + t['s']
        else:
            s = a.get('stride', 1); y = conv(r(conv(x, t['w1'], None, s, 1)), t['w2'], None, 1, 1) + (x if a['mode'] == 'self' else conv(x, t['wp'], None, s, 0))
        return dict(y=r(y) if a['relu'] else y)
    if op == 'batch_norm':
        rm, rv, n, o = t['running_mean'], t['running_var'], a.get('steps', 1), {}
        for i in range(n): o['y' if n == 1 else f'y{i}'], rm, rv = bn(t['x' if n == 1 else f'x{i}'], t['gamma'], t['beta'], rm, rv, a['train'], a['momentum'], a['eps'])
        return dict(o, running_mean_out=rm, running_var_out=rv)
    if op == 'group_norm': return dict(y=gn(t['x'], a['groups'], t['gamma'], t['beta'], a['eps']))
    if op == 'instance_norm': return dict(y=gn(t['x'], t['x'].shape[1], t['gamma'], t['beta'], a['eps']))
    if op == 'layer_norm_channel_affine': return dict(y=gn(t['x'], 1, t['gamma'], t['beta'], a['eps']))
    if op == 'layer_norm_elementwise': return dict(y=ln(t['x'], t['gamma'], t['beta'], a['eps']))
    if op == 'dropout': return dict(y=t['x'] if not a['train'] or a['p'] == 0 else t['x'] * 0 if a['p'] == 1 else t['x'] * t['keep'] / (1 - a['p']))
    if op == 'softmax_ce':
        z = t['logits']; z = z - z.max(1, keepdims=True); lp = z - np.log(np.exp(z).sum(1, keepdims=True)); k, e = z.shape[1], a['smoothing']
        q = np.full_like(z, e / k); q[np.arange(len(z)), t['target'].astype(int)] += 1 - e; ps = -(q * lp).sum(1)
        return dict(loss=np.array([ps.mean() if a['reduction'] == 'mean' else ps.sum()]), per_sample=ps, probs=np.exp(lp))
    if op == 'augment':
        x, k = t['x'], a['kind']
        if k == 'hflip': y = x[..., ::-1]
        elif k == 'vflip': y = x[:, :, ::-1]
        elif k == 'shift':
            y = np.zeros_like(x); Hh, W = x.shape[2:]
            for i in range(Hh):
                for j in range(W):
                    if 0 <= i - a['dy'] < Hh and 0 <= j - a['dx'] < W: y[:, :, i, j] = x[:, :, i - a['dy'], j - a['dx']]
        elif k == 'affine': y = bilinear(x, a)
        elif k == 'cutout': y = x.copy(); y[:, :, a['top']:a['top'] + a['size'], a['left']:a['left'] + a['size']] = 0
        elif k == 'brightness_contrast': y = np.clip((x - .5) * a['contrast'] + .5 + a['brightness'], 0, 1)
        else: y = (x - np.array(a['mean'])[None, :, None, None]) / np.array(a['std'])[None, :, None, None]
        return dict(y=y)
    raise KeyError(op)
def net(layers, pre, x, P):
    for i, l in enumerate(layers):
        n = f'{pre}{i}'; k = l['type']; p = lambda s: P.get(f'{n}.{s}')
        if k == 'conv2d': x = conv(x, p('weight'), p('bias'), l['stride'], l['padding'])
        elif k == 'dense': x = x @ p('weight').T + p('bias')
        elif k == 'flatten': x = x.reshape(len(x), -1)
        elif k == 'max_pool2d': x = pool(x, l['k'], l['stride'], l['padding'], 'max')
        elif k == 'avg_pool2d': x = pool(x, l['k'], l['stride'], l['padding'], 'avg')
        elif k == 'global_avg_pool': x = x.mean((2, 3))
        elif k == 'activation': x = act(x, l['kind'], l.get('slope'))
        elif k == 'batch_norm': c = l['c']; x = bn(x, p('gamma'), p('beta'), np.zeros(c), np.ones(c), not l.get('frozen_eval'), .1, 1e-5)[0]
        elif k == 'group_norm': x = gn(x, l['groups'], p('gamma'), p('beta'), 1e-5)
        elif k == 'instance_norm': x = gn(x, l['c'], p('gamma'), p('beta'), 1e-5)
        elif k == 'layer_norm_channel_affine': x = gn(x, 1, p('gamma'), p('beta'), 1e-5)
        elif k == 'layer_norm_elementwise': x = ln(x, p('gamma'), p('beta'), 1e-5)
        elif k == 'residual': x = np.maximum(net(l['body'], n + '.body.', x, P) + (net(l['shortcut'], n + '.shortcut.', x, P) if l['shortcut'] else x), 0)
    return x
def opt_step(o, w, g, st, t, lr):
    if o['kind'] == 'sgd':
        g = g + o['weight_decay'] * w
        if o['momentum']: st['m'] = g if 'm' not in st else o['momentum'] * st['m'] + g; g = g + o['momentum'] * st['m'] if o['nesterov'] else st['m']
        return w - lr * g
    b1, b2 = o['betas']
    if o['kind'] == 'adam': g = g + o['weight_decay'] * w
    else: w = w * (1 - lr * o['weight_decay'])
    st['m'] = b1 * st.get('m', 0) + (1 - b1) * g; st['v'] = b2 * st.get('v', 0) + (1 - b2) * g * g
    return w - lr * (st['m'] / (1 - b1 ** t)) / (np.sqrt(st['v'] / (1 - b2 ** t)) + o['eps'])
tot = dict(outputs=0, grads=0, nets=0, optim=0, skipped_fd=0); worst = dict(out=0.0, fd=0.0); bad = 0
for split in sys.argv[1:]:
    J = json.load(open(f'{H}/cases.json')); cache = {}
    T = lambda f, k: cache.setdefault(f, load_file(f'{H}/{f}'))[k]
    for c in J['cases']:
        op, a = c['op'], c.get('attrs')
        if op == 'lr_schedule': assert np.isfinite(c['lr']).all(); continue
        if op in ('optimizer', 'clip_grad_norm'):
            I = {k: T(c['file'], v).astype(np.float64) for k, v in c['inputs'].items()}; w, st, tr = I['w0'], {}, []
            for t in range(10):
                g = I['grads'][t] if 'grads' in I else I['A'] @ w - I['b']
                if op == 'clip_grad_norm': g = g * min(1, a['max_norm'] / (np.linalg.norm(g) + 1e-6))
                w = opt_step(dict(momentum=0, weight_decay=0, nesterov=False, **a) if op == 'clip_grad_norm' else a, w, g, st, t + 1, a['lr']); tr.append(w)
            e = np.max(np.abs(np.array(tr) - T(c['file'], c['expect']['w']['key']))) / c['expect']['w']['absmax']; worst['out'] = max(worst['out'], e); tot['optim'] += 1
            if e > 1e-9: bad += 1; print('OPT', c['name'], e)
            continue
        if op == 'net':
            P = {k: T(c['file'], w['init']).astype(np.float64) for k, w in c['weights'].items()}; X = T(c['data_file'], c['data'] + '/x').astype(np.float64); Y = T(c['data_file'], c['data'] + '/y'); b = T(c['file'], c['batches'])[0]
            z = net(c['layers'], '', X[b], P); e = np.max(np.abs(z - T(c['file'], c['logits0']['key']))); l = fwd('softmax_ce', dict(logits=z, target=Y[b]), dict(smoothing=c['smoothing'], reduction='mean'))['loss'][0]
            e = max(e, abs(l - c['loss_f64'][0])); worst['out'] = max(worst['out'], e); tot['nets'] += 1
            r = np.random.default_rng(0)   # whole-network gradient by central difference
            d = {k: r.standard_normal(v.shape) * (np.abs(v).mean() + .1) for k, v in P.items() if 'grad0' in c['weights'][k]}; h = 1e-6; L = []
            for s in (1, -1): L.append(fwd('softmax_ce', dict(logits=net(c['layers'], '', X[b], {k: v + s * h * d[k] if k in d else v for k, v in P.items()}), target=Y[b]), dict(smoothing=c['smoothing'], reduction='mean'))['loss'][0])
            want = sum((T(c['file'], c['weights'][k]['grad0']['key']) * d[k]).sum() for k in d); fd = (L[0] - L[1]) / 2 / h; q = abs(fd - want) / (abs(want) + 1e-3); worst['fd'] = max(worst['fd'], q)
            if e > 1e-9 or q > 1e-4: bad += 1; print('NET', c['name'], e, q)
            continue
        t = {k: T(c['file'], v) for k, v in c['inputs'].items()}; t = {k: v.astype(np.float64) if v.dtype.kind == 'f' else v for k, v in t.items()}
        o = fwd(op, t, a)
        for k, v in c['expect'].items():
            w = T(c['file'], v['key']); assert np.isfinite(w).all()
            if k.startswith('grad_'): continue
            d = np.abs(o[k].reshape(w.shape) - w)      # special/huge: element-wise (PyTorch's own float64 GELU cancels in the far negative tail, hence 1e-3 in the divisor)
            e = np.max(d / (np.abs(w) + 1e-3)) if a.get('fill') in ('special', 'huge') else np.max(d, initial=0) / max(v['absmax'], 1e-30)
            lim = 1e-9 if a.get('offset', 0) == 0 and a.get('scale', 1) != 0 else 1e-7
            worst['out'] = max(worst['out'], e); tot['outputs'] += 1
            if e > lim and op != 'softmax_ce' or e > 1e-8: bad += 1; print('OUT', c['name'], k, e)
        if c['upstream']:
            G = {k: T(c['file'], v) for k, v in c['upstream'].items()}
            for k, v in c['expect'].items():
                if not k.startswith('grad_'): continue
                x = k[5:]
                if a.get('fill') in ('special', 'huge', 'ties', 'extreme') or (a.get('fill') == 'relu') or abs(a.get('value', 0)) > 1e5 or a.get('scale') == 0: tot['skipped_fd'] += 1; continue
                r = np.random.default_rng(1); d = r.standard_normal(t[x].shape); h = 1e-6 * max(1e-3, a.get('scale', 1.0) if op in ('batch_norm', 'instance_norm') else 1.0)
                f = lambda s: sum((fwd(op, dict(t, **{x: t[x] + s * h * d}), a)[q].reshape(G[q].shape) * G[q]).sum() for q in G)
                fd, want = (f(1) - f(-1)) / 2 / h, (T(c['file'], v['key']) * d).sum(); q = abs(fd - want) / (abs(want) + 1e-2 * v['absmax'] * math.sqrt(d.size) + 1e-4); worst['fd'] = max(worst['fd'], q); tot['grads'] += 1
                if q > 2e-5: bad += 1; print('FD', c['name'], k, fd, want, q)
print('checked', tot, 'worst relative', worst, 'BAD' if bad else 'all ok', bad)
sys.exit(bad > 0)
